"""The page that stands in for the provider's sign-in: a person names the mailbox and agrees, or refuses."""

from collections.abc import Iterable
from html import escape
from urllib.parse import parse_qs

from iexdg.sandbox.http.edge import is_loopback
from iexdg.sandbox.http.schema import FORMATS
from iexdg.sandbox.http.wire import Environ, Reply, json_reply, raw_body
from iexdg.sandbox.resources.oauth.operations import is_open, refuse, sign_in
from iexdg.sandbox.world.office import Session
from iexdg.sandbox.world.world import World


def answer_sign_in(worlds: Iterable[World], environ: Environ) -> Reply:
    """Show the page of a session, and take the answer; only the own machine may ask."""
    wanted = parse_qs(environ.get("QUERY_STRING", "")).get("session", [""])[0]
    found = next((world for world in worlds if wanted in world.office["sessions"]), None)
    if found is None or not is_loopback(environ):
        return json_reply({"message": "Unknown session"}, 404)
    session, problem = found.office["sessions"][wanted], ""
    if environ["REQUEST_METHOD"] == "POST" and is_open(session, found.now()):
        problem = _decide(found, session, parse_qs(raw_body(environ).decode("utf-8", "replace")))
    return _page(session, is_open(session, found.now()), problem)


def _decide(world: World, session: Session, form: dict[str, list[str]]) -> str:
    """Take what a person chose; returns what is wrong with it, "" if nothing is."""
    if form.get("choice") == ["refuse"]:
        refuse(world, session)
        return ""
    email, name = (form.get(field, [""])[0].strip() for field in ("email", "name"))
    if not FORMATS["email"](email):
        return "This is no e-mail address"
    sign_in(world, session, email, name or email, at=world.now())
    return ""


def _page(session: Session, waits: bool, problem: str) -> Reply:
    form = (
        f"<p role=alert>{escape(problem)}</p>"
        "<form method=post><p><label>E-mail <input name=email type=email></label></p>"
        "<p><label>Name <input name=name></label></p>"
        "<p><button name=choice value=agree>Allow</button> <button name=choice value=refuse>Refuse</button></p></form>"
    )
    done = "The mailbox is connected" if session["email"] else "Nothing was connected"
    body = (
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>Sign in</title><h1>Sign in at {escape(session['provider'].title())}</h1>"
        f"{form if waits else f'<p>{done}. You can close this page.</p>'}</html>"
    )
    return Reply(status=200, body=body.encode(), content_type="text/html; charset=utf-8")
