"""The page on which a person chooses the location that the app may use, and grants or refuses.

Source: gohighlevel-facts.md §2: the browser goes to /v2/oauth/chooselocation and comes back with a code.
"""

from html import escape
from urllib.parse import urlencode, urlsplit

from iexdg.sandbox.ghl.oauth import new_code
from iexdg.sandbox.http.wire import Reply
from iexdg.sandbox.world.options import SandboxOptions
from iexdg.sandbox.world.world import World

_LONGEST_STATE = 512


def chooser(worlds: list[World], asked: dict[str, str], options: SandboxOptions) -> Reply:
    """Show the locations, or what is wrong with the request."""
    problem = _problem(asked, options)
    if problem:
        return _html("The app cannot be installed", f"<p role=alert>{escape(problem)}</p>", status=400)
    choices = "".join(
        f"<option value={escape(world.crm.location)}>{escape(world.workspace_name)}</option>" for world in worlds
    )
    form = (
        f"<p>It asks for: {escape(asked.get('scope', ''))}</p>"
        f"<form method=post><label>Location <select name=location>{choices}</select></label>"
        "<p><button name=choice value=allow>Allow</button> <button name=choice value=refuse>Refuse</button></p></form>"
    )
    return _html("Choose a location", form)


def chosen(worlds: list[World], asked: dict[str, str], form: dict[str, str], options: SandboxOptions) -> Reply:
    """Take the answer and send the browser back: with a code, or with the reason that there is none."""
    if _problem(asked, options):
        return chooser(worlds, asked, options)
    world = next((one for one in worlds if one.crm.location == form.get("location")), None)
    back = {"state": asked["state"]} if asked.get("state") else {}
    if form.get("choice") != "allow" or world is None:
        return _redirect(asked["redirect_uri"], {"error": "access_denied", **back})
    granted = sorted(set(asked.get("scope", "").split()) & options.crm_scopes)
    code = new_code(world.crm, asked["redirect_uri"], granted, world.now())
    world.crm.is_token_revoked = False
    world.touch()
    return _redirect(asked["redirect_uri"], {"code": code, **back})


def _problem(asked: dict[str, str], options: SandboxOptions) -> str:
    if asked.get("client_id") != options.crm_client_id:
        return "There is no app with this client_id"
    if asked.get("response_type") != "code":
        return "response_type must be code"
    try:
        uri = urlsplit(asked.get("redirect_uri", ""))
    except ValueError:
        return "redirect_uri is no address"
    if uri.scheme not in {"http", "https"} or not uri.hostname or not asked["redirect_uri"].isprintable():
        return "redirect_uri is no address"
    return "state is too long" if len(asked.get("state", "")) > _LONGEST_STATE else ""


def _redirect(uri: str, values: dict[str, str]) -> Reply:
    joint = "&" if urlsplit(uri).query else "?"
    location = f"{uri}{joint}{urlencode(values)}"
    return Reply(status=302, body=b"", content_type="text/plain; charset=utf-8", headers=(("Location", location),))


def _html(title: str, content: str, *, status: int = 200) -> Reply:
    body = (
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>{title}</title><h1>{title}</h1>{content}</html>"
    )
    return Reply(status=status, body=body.encode(), content_type="text/html; charset=utf-8")
