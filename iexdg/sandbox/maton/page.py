"""The page that the link of a connection opens: a person authorises it or refuses."""

from html import escape
from typing import Any

from iexdg.sandbox.http.wire import Reply


def authorisation_page(connection: dict[str, Any], workspaces: int) -> Reply:
    """Show the state of a connection and, while it waits, the choice."""
    choices = "".join(f"<option value={number}>Workspace {number}</option>" for number in range(1, workspaces + 1))
    form = (
        f"<form method=post><label>Workspace <select name=workspace>{choices}</select></label>"
        "<p><button name=choice value=authorise>Authorise</button> "
        "<button name=choice value=refuse>Refuse</button></p></form>"
    )
    waits = connection["status"] == "PENDING"
    body = (
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        "<title>Authorise the connection</title>"
        f"<h1>Connection to {escape(str(connection['app']))}</h1><p>Status: {escape(connection['status'])}</p>"
        f"{form if waits else '<p>You can close this page.</p>'}</html>"
    )
    return Reply(status=200, body=body.encode(), content_type="text/html; charset=utf-8")
