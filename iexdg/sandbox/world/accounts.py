"""What the simulator remembers about sending accounts beyond their answers: warm-up, and what ends by itself."""

from typing import TypedDict

from iexdg.sandbox.world.ids import share_of
from iexdg.sandbox.world.records import Account
from iexdg.sandbox.world.world import World

ACCOUNT_ACTIVE, ACCOUNT_PAUSED, ACCOUNT_MAINTENANCE = 1, 2, 3
ACCOUNT_STATUSES = (ACCOUNT_ACTIVE, ACCOUNT_PAUSED, ACCOUNT_MAINTENANCE, -1, -2, -3)
WARMUP_PAUSED, WARMUP_ACTIVE = 0, 1

DAY_S = 86_400.0
# Assumed: a maintenance ends after an hour.
MAINTENANCE_S = 3600.0
# Assumed: a score that rises by one a day while an account warms up, and falls by one while it does not.
_HIGHEST, _LOWEST, _FIRST_SCORE = 93, 40, 70


class Warmup(TypedDict):
    """The warm-up of one account: its score at `since`, and the stretches of time in which it ran.

    Units: score 0-100; spam_share 0-1; spans as [start, end], an end of None is still running.
    """

    score: float | None
    since: float
    spam_share: float
    spans: list[list[float | None]]


def warmup_of(world: World, account: Account) -> Warmup:
    """Return the warm-up of an account; one that was saved by an older version starts now."""
    if account["email"] not in world.warmups:
        start_memory(world, account, created=world.now())
    found: Warmup = world.warmups[account["email"]]
    return found


def start_memory(world: World, account: Account, *, created: float) -> None:
    """Remember an account's warm-up from now on; one that is warming up has done so since it was connected."""
    score = account["stat_warmup_score"]
    is_active = account["warmup_status"] == WARMUP_ACTIVE
    world.warmups[account["email"]] = {
        "score": score if score is not None or not is_active else _FIRST_SCORE,
        "since": world.now(),
        "spam_share": 0.06 if score is None else (100 - score) / 100,
        "spans": [[created, None]] if is_active else [],
    }


def set_warmup(world: World, account: Account, *, active: bool, at: float) -> None:
    """Turn the warm-up of an account on or off; one that is so already stays as it is."""
    warmup = warmup_of(world, account)
    if active == (account["warmup_status"] == WARMUP_ACTIVE):
        return
    score = warmup_score(world, account, at)
    warmup["score"], warmup["since"] = (_FIRST_SCORE if score is None and active else score), at
    if active:
        warmup["spans"].append([at, None])
    elif warmup["spans"]:
        warmup["spans"][-1][1] = at
    account["warmup_status"] = WARMUP_ACTIVE if active else WARMUP_PAUSED
    world.touch()


def warmup_score(world: World, account: Account, now: float) -> float | None:
    """Return the score of an account, which changes once a day; None before its first warm-up."""
    warmup = warmup_of(world, account)
    score, days = warmup["score"], int(max(0.0, now - warmup["since"]) // DAY_S)
    if score is None or not days:
        return score
    if account["warmup_status"] != WARMUP_ACTIVE:
        return max(min(score, _LOWEST), score - days)
    wobble = round(share_of(world.seed, f"{account['email']}|score|{days}"))
    highest = max(score, _HIGHEST + round(6 * share_of(world.seed, account["email"])))
    return min(highest, score + days) - wobble


def settle_accounts(world: World, now: float) -> None:
    """Let every maintenance and every setup end whose time has come."""
    for email in [email for email, at in world.account_waits.items() if at <= now]:
        del world.account_waits[email]
        account = world.accounts.get(email)
        if account is None:
            continue
        account["setup_pending"] = False
        if account["status"] == ACCOUNT_MAINTENANCE:
            account["status"] = ACCOUNT_ACTIVE
        world.touch()
