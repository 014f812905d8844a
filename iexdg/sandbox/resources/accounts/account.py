"""One sending account: how it is connected, found and shown, and which campaigns it sends for."""

from typing import Any

from iexdg.sandbox.http.wire import JsonObject, NotFoundError
from iexdg.sandbox.resources.campaigns.campaign import recheck_by
from iexdg.sandbox.resources.tags.tagging import forget_resource
from iexdg.sandbox.world.accounts import start_memory, warmup_score
from iexdg.sandbox.world.clock import iso
from iexdg.sandbox.world.grouping import ACCOUNT
from iexdg.sandbox.world.records import Account
from iexdg.sandbox.world.world import World

# Source: instantly-facts.md §1, Sending limits: sending goes on 10 to 15 minutes after a resume or a change.
_RESUMES_AFTER_S = 600.0
# Assumed: the warm-up settings of an account that was connected without any.
WARMUP_DEFAULTS: dict[str, Any] = {
    "limit": 40,
    "increment": "disabled",
    "reply_rate": 0.3,
    "warmup_custom_ftag": "warmup",
    "advanced": {
        "warm_ctd": False,
        "open_rate": 0.95,
        "important_rate": 0.8,
        "read_emulation": True,
        "spam_save_rate": 0.9,
        "weekday_only": True,
    },
}


def new_account(world: World, email: str, name: str, *, created: float, score: float | None, **more: Any) -> Account:
    """Connect one sending account. Shapes: more - fields of the account that differ from those of any other."""
    first, _, last = name.partition(" ")
    account: Account = {
        "email": email,
        "timestamp_created": iso(created),
        "timestamp_updated": iso(created),
        "first_name": first,
        "last_name": last,
        "organization": world.organization,
        "added_by": world.owner,
        "modified_by": None,
        "status": 1,
        "warmup_status": 1,
        "provider_code": 2,
        "setup_pending": False,
        "is_managed_account": False,
        "stat_warmup_score": score,
        "daily_limit": 30,
        "daily_limit_max": 100,
        "warmup_limit_max": 100,
        "sending_gap": 10,
        "enable_slow_ramp": False,
        "inbox_placement_test_limit": None,
        "signature": None,
        "reply_to": None,
        "tracking_domain_name": None,
        "tracking_domain_status": None,
        "timestamp_warmup_start": iso(created),
        "autofix_failed": None,
        "warmup": merged_warmup(WARMUP_DEFAULTS, {}),
    }
    account |= more
    world.accounts[email] = account
    start_memory(world, account, created=created)
    world.touch()
    return account


def merged_warmup(settings: JsonObject, changes: JsonObject) -> JsonObject:
    """Return warm-up settings with changes; the advanced ones are changed one by one too."""
    advanced = settings["advanced"] | changes.get("advanced", {})
    return settings | changes | {"advanced": advanced}


def account_object(world: World, account: Account, now: float) -> JsonObject:
    """Return an account as the API shows it."""
    return account | {"stat_warmup_score": warmup_score(world, account, now)}


def find_account(world: World, email: str) -> Account:
    """Return one account of this workspace, whatever the case of its address.

    Raises: NotFoundError - there is none.
    """
    account = world.accounts.get(email.strip().lower())
    if account is None:
        raise NotFoundError
    return account


def forget_account(world: World, account: Account) -> None:
    """Disconnect an account: campaigns lose it as a sender, its past stays in the analytics.

    Assumed: the vendor takes the address out of the sender list of every campaign.
    """
    email = account["email"]
    for campaign in world.campaigns.values():
        senders = campaign["fields"]["email_list"]
        campaign["fields"]["email_list"] = [sender for sender in senders if sender.lower() != email]
    del world.accounts[email]
    world.warmups.pop(email, None)
    world.account_waits.pop(email, None)
    forget_resource(world, ACCOUNT, email)
    world.touch()


def let_campaigns_go_on(world: World, account: Account, at: float) -> None:
    """Bring the next attempt of the campaigns of an account forward, because it can send again."""
    for campaign in world.campaigns.values():
        if account["email"] in {sender.lower() for sender in campaign["fields"]["email_list"]}:
            recheck_by(world, campaign, at + _RESUMES_AFTER_S)
