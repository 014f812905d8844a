"""Warm-up: turning it on and off in a background job, and what it has done so far."""

from datetime import UTC, datetime, timedelta

from iexdg.sandbox.http.wire import ApiError, Call, JsonObject
from iexdg.sandbox.resources.accounts.listing import chosen_accounts
from iexdg.sandbox.resources.jobs.operations import job_object
from iexdg.sandbox.world.accounts import DAY_S, set_warmup, warmup_of
from iexdg.sandbox.world.audit import ACCOUNT_UPDATE
from iexdg.sandbox.world.clock import iso
from iexdg.sandbox.world.ids import share_of
from iexdg.sandbox.world.jobs import Job, start_job
from iexdg.sandbox.world.options import SandboxOptions
from iexdg.sandbox.world.records import Account
from iexdg.sandbox.world.world import World

# Source: OpenAPI, schema BackgroundJob, property type.
WARMUP_JOB = "update-warmup-accounts"
# Assumed: how far back the analytics go.
_DAYS_SHOWN = 30


def warmup_analytics(call: Call) -> JsonObject:
    """Answer POST /accounts/warmup-analytics: each day and the sum of them; unknown addresses are left out.

    Assumed: the last 30 days, UTC dates.
    """
    accounts = [call.world.accounts[email] for email in _asked(call) if email in call.world.accounts]
    by_day = {account["email"]: _days_of(call.world, account, call.now) for account in accounts}
    return {
        "email_date_data": by_day,
        "aggregate_data": {email: _aggregate(list(days.values())) for email, days in by_day.items()},
    }


def enable_warmup(call: Call) -> JsonObject:
    """Answer POST /accounts/warmup/enable with the job that does it."""
    return _order(call, is_active=True)


def disable_warmup(call: Call) -> JsonObject:
    """Answer POST /accounts/warmup/disable with the job that does it."""
    return _order(call, is_active=False)


def update_warmup(world: World, options: SandboxOptions, job: Job, at: float) -> JsonObject:
    """Do the work of one job: turn the warm-up of its accounts on or off; who is gone is left out."""
    del options
    accounts = [world.accounts[email] for email in job["order"]["emails"] if email in world.accounts]
    for account in accounts:
        is_active = job["order"]["is_active"]
        set_warmup(world, account, active=is_active, at=at)
        account["timestamp_updated"] = iso(at)
        if is_active:
            account["timestamp_warmup_start"] = account["timestamp_warmup_start"] or iso(at)
    facts = {"emails": [account["email"] for account in accounts], "fields": ["warmup_status"]}
    world.write_audit(ACCOUNT_UPDATE, at, affected_count=len(accounts), audit_metadata=facts)
    return {}


def _order(call: Call, *, is_active: bool) -> JsonObject:
    """Order a job for the accounts that a request names.

    Source: OpenAPI, enableWarmupForAccounts: `filter`, `search` and `excluded_emails` count with include_all_emails.
    Assumed: 400 where no account is named.
    """
    body = call.body or {}
    if body.get("include_all_emails"):
        narrowed = body.get("filter") or {}
        query = {"search": body.get("search", ""), "tag_ids": narrowed.get("tag_id", "")}
        if narrowed.get("filter"):
            query["filter"] = narrowed["filter"]
        excluded = {email.strip().lower() for email in body.get("excluded_emails", ())}
        chosen = [account["email"] for account in chosen_accounts(call.world, query)]
        emails = [email for email in chosen if email not in excluded]
    else:
        emails = [email.strip().lower() for email in body.get("emails", ())]
        if not emails:
            raise ApiError(400, "Either emails or include_all_emails is required")
    job = start_job(call.world, WARMUP_JOB, at=call.now, order={"emails": emails, "is_active": is_active})
    return job_object(call.world, job, call.now)


def _asked(call: Call) -> list[str]:
    return list(dict.fromkeys(email.strip().lower() for email in call.body["emails"]))


def _aggregate(days: list[JsonObject]) -> JsonObject:
    names = ("sent", "landed_inbox", "landed_spam", "received")
    sums: JsonObject = {name: sum(day[name] for day in days) for name in names}
    score = round(100 * sums["landed_inbox"] / sums["sent"]) if sums["sent"] else 0
    return sums | {"health_score": score, "health_score_label": f"{score}%"}


def _days_of(world: World, account: Account, now: float) -> dict[str, JsonObject]:
    today = datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    days = [today - timedelta(days=back) for back in reversed(range(_DAYS_SHOWN))]
    counted = {day.date().isoformat(): _day(world, account, day.timestamp(), now) for day in days}
    return {date: counts for date, counts in counted.items() if counts["sent"]}


def _day(world: World, account: Account, start: float, now: float) -> JsonObject:
    """Return what one account did from a midnight on; a day that is not over grows."""
    warmup = warmup_of(world, account)
    end = min(start + DAY_S, now)
    ran_s = (min(end if until is None else until, end) - max(since or 0.0, start) for since, until in warmup["spans"])
    share = sum(seconds for seconds in ran_s if seconds > 0) / DAY_S
    wanted = account["warmup"].get("limit", 0) * (0.7 + 0.3 * share_of(world.seed, f"{account['email']}|{start}"))
    sent = int(wanted * share)
    spam = int(sent * warmup["spam_share"] * (0.5 + share_of(world.seed, f"{account['email']}|spam|{start}")))
    return {"sent": sent, "landed_inbox": sent - spam, "landed_spam": spam, "received": int(sent * 0.9)}
