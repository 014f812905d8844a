"""The sign-in at GoHighLevel: what is kept between the click and the return, and how the return is recognised.

The return has an address without a workspace, since one address is registered at GoHighLevel. The random `state` that
was kept in the session says which workspace is meant, and that this browser asked.
"""

import hmac
import secrets
import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from iexdg.clients.gohighlevel.client import SCOPES
from iexdg.crm.client import app_of_settings
from iexdg.workspaces.models import Workspace

_KEPT, _LIFE_S = "crm_sign_in", 900


def begin(request: HttpRequest, workspace: Workspace) -> str:
    """Keep a new state for this browser and return the address at GoHighLevel; an earlier one counts no more."""
    state = secrets.token_urlsafe(32)
    request.session[_KEPT] = {"state": state, "workspace": workspace.pk, "at": time.time()}
    return app_of_settings().authorise_link(redirect_uri(request), SCOPES, state)


def finish(request: HttpRequest) -> int | None:
    """Return the id of the workspace that a return belongs to, once; None where this browser did not ask for it."""
    kept: dict[str, Any] = request.session.pop(_KEPT, {})
    if not kept or abs(time.time() - kept["at"]) > _LIFE_S:
        return None
    is_same = hmac.compare_digest(kept["state"].encode(), request.GET.get("state", "").encode("utf-8", "replace"))
    return int(kept["workspace"]) if is_same else None


def redirect_uri(request: HttpRequest) -> str:
    """Return the address that GoHighLevel sends the browser back to; it is registered there."""
    path = reverse("crm-return:callback")
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}" if settings.PUBLIC_URL else request.build_absolute_uri(path)
