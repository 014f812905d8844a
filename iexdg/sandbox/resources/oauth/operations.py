"""Sessions in which a person connects a mailbox by signing in at Google or Microsoft."""

from hashlib import blake2b
from urllib.parse import urlencode

from iexdg.sandbox.http.wire import Call, JsonObject
from iexdg.sandbox.resources.accounts.account import new_account
from iexdg.sandbox.world.audit import ACCOUNT_ADDED, BY_PERSON
from iexdg.sandbox.world.clock import iso
from iexdg.sandbox.world.office import Session
from iexdg.sandbox.world.world import World

# Source: OpenAPI, initGoogleOAuth and getOAuthSessionStatus.
_EXPIRES_AFTER_S = 600.0
_PROVIDER_CODES = {"google": 2, "microsoft": 3}
# Assumed: the word of an answer that nobody gave in time.
_DENIED = ("access_denied", "The sign-in was refused")
SIGN_IN_PATH = "/_oauth/sign-in"


def init_google(call: Call) -> JsonObject:
    """Answer POST /oauth/google/init."""
    return _init(call, "google")


def init_microsoft(call: Call) -> JsonObject:
    """Answer POST /oauth/microsoft/init."""
    return _init(call, "microsoft")


def _init(call: Call, provider: str) -> JsonObject:
    """Open a session; the link leads to a page of the simulator, which stands in for the provider's."""
    name = blake2b(call.world.new_id().encode(), digest_size=12).hexdigest()
    session: Session = {
        "id": name,
        "provider": provider,
        "created": call.now,
        "email": None,
        "name": None,
        "error": None,
    }
    call.world.office["sessions"][name] = session
    call.world.touch()
    return {
        "session_id": name,
        "auth_url": f"{call.origin}{SIGN_IN_PATH}?{urlencode({'session': name})}",
        "expires_at": iso(call.now + _EXPIRES_AFTER_S),
    }


def session_status(call: Call) -> JsonObject:
    """Answer GET /oauth/session/status/{sessionId}. Assumed: an unknown session is an expired one."""
    session = call.world.office["sessions"].get(call.params["sessionId"])
    if session is None:
        return {"status": "expired"}
    if session["email"] is not None:
        return {"status": "success", "email": session["email"], "name": session["name"]}
    if session["error"] is not None:
        return {"status": "error", "error": session["error"], "error_description": _DENIED[1]}
    return {"status": "pending" if is_open(session, call.now) else "expired"}


def is_open(session: Session, now: float) -> bool:
    """Say whether a session still waits for a person."""
    is_answered = session["email"] is not None or session["error"] is not None
    return not is_answered and now < session["created"] + _EXPIRES_AFTER_S


def sign_in(world: World, session: Session, email: str, name: str, *, at: float) -> None:
    """Let a person agree: the mailbox is connected, or stays connected if it was. Assumed: warm-up is off at first."""
    email = email.strip().lower()
    session["email"], session["name"] = email, name
    if email not in world.accounts:
        code = _PROVIDER_CODES[session["provider"]]
        facts = {"provider_code": code, "warmup_status": 0, "timestamp_warmup_start": None}
        new_account(world, email, name, created=at, score=None, **facts)
        world.write_audit(ACCOUNT_ADDED, at, audit_metadata={"emails": [email]}, **BY_PERSON)
    world.touch()


def refuse(world: World, session: Session) -> None:
    """Let a person refuse."""
    session["error"] = _DENIED[0]
    world.touch()
