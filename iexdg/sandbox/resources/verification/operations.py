"""Address verification: charged once, answered later, by the local part of the address."""

from iexdg.sandbox.http.schema import FORMATS
from iexdg.sandbox.http.wire import ApiError, Call, JsonObject, NotFoundError
from iexdg.sandbox.webhooks.announcing import send_later
from iexdg.sandbox.world.ids import share_of
from iexdg.sandbox.world.options import SandboxOptions
from iexdg.sandbox.world.records import Verification
from iexdg.sandbox.world.verdicts import never_settles, verdict_of

# Source: instantly-facts.md §6.8: the result is pushed when the answer would have come later than this.
_RESULT_AFTER_S = 10.0


def post_verification(call: Call) -> JsonObject:
    """Answer POST /email-verification: charge the first time, answer from the cache afterwards.

    Source: instantly-facts.md §5 (Verify, Credits/check) and §6.8.
    Raises: ApiError 402 - the balance is below the price; nothing was charged.
    """
    email = call.body["email"].strip().lower()
    if not FORMATS["email"](email):
        raise ApiError(400, "Invalid email")  # Assumed: the vendor's wording for a malformed address is unknown.
    known = call.world.verifications.get(email)
    if known is not None:
        known["posts"] += 1
        call.world.touch()
        return _answer(call, known, credits_used=0)
    price = call.options.verification_cost
    if call.world.credits < price:
        raise ApiError(402, "Not enough verification credits")
    call.world.credits -= price
    record: Verification = {
        "email": email,
        "posted_at": call.now,
        "posts": 1,
        "gets": 0,
        "charged": price,
        "immediate": _is_immediate(call, email),
    }
    call.world.verifications[email] = record
    call.world.touch()
    _promise_result(call, record)
    return _answer(call, record, credits_used=price)


def _promise_result(call: Call, record: Verification) -> None:
    """Let the verdict go to the address that the request named, once there is one.

    Source: instantly-facts.md §6.8.
    """
    url, late = call.body.get("webhook_url"), call.now + _RESULT_AFTER_S
    if url and not is_final(record, call.options, call.now) and is_final(record, call.options, late):
        settled = _answer(call, record, credits_used=record["charged"], at=late)
        send_later(call.world, url, settled, at=late)


def get_verification(call: Call) -> JsonObject:
    """Answer GET /email-verification/{email}: one poll of an address that was posted before."""
    record = call.world.verifications.get(call.params["email"].strip().lower())
    if record is None:
        raise NotFoundError
    record["gets"] += 1
    call.world.touch()
    return _answer(call, record, credits_used=record["charged"])


def is_final(record: Verification, options: SandboxOptions, now: float) -> bool:
    """Say whether an address has its verdict: after enough polls or enough time, whichever is first."""
    if never_settles(record["email"]):
        return False
    polls = record["gets"] + record["posts"] - 1
    waited = now - record["posted_at"]
    return record["immediate"] or polls >= options.pending_polls or waited >= options.pending_max_s


def _is_immediate(call: Call, email: str) -> bool:
    return email.startswith("fast") or share_of(call.world.seed, email) >= call.options.pending_share


def _answer(call: Call, record: Verification, *, credits_used: float, at: float | None = None) -> JsonObject:
    verdict, catch_all = verdict_of(record["email"])
    final = is_final(record, call.options, call.now if at is None else at)
    if final and catch_all and call.options.legacy_accept_all:
        verdict = "accept_all"
    return {
        "email": record["email"],
        "verification_status": verdict if final else "pending",
        "status": "success",
        "catch_all": catch_all if final else "pending",
        "credits": round(call.world.credits, 2),
        "credits_used": credits_used,
    }
