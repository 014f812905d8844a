"""What someone sent before they signed in (again): kept until they have, then put back into its form.

Nothing is done with it before it is sent again. Passwords, keys and files are never kept.
"""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.html import format_html, format_html_join
from django.views.csrf import csrf_failure

from iexdg.ui.posting import address_of_form, page_of_form
from iexdg.ui.refill import refill

KEPT = "kept_input"
_LIFE_S = 3600
_MOST_CHARACTERS = 32_000
_SECRET = re.compile(r"pass|secret|token|key|code", re.I)
# On the way to a form whose input is kept already, and must stay.
_SIGN_IN = frozenset({"account_login", "account_reauthenticate", "mfa_authenticate", "mfa_reauthenticate"})
_MESSAGES = '<div id="messages" aria-live="polite">'


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Lead to sign-in and from there back to what was being done; what was sent is kept for its form.

    A fragment cannot show a sign-in page: HX-Redirect makes htmx leave the whole page.
    """
    back = request.get_full_path()
    is_fragment = getattr(request, "htmx", False)
    if request.method == "POST":
        keep_input(request)
        back = address_of_form(request) or back
    elif is_fragment:
        here = urlsplit(request.headers.get("HX-Current-URL", ""))
        back = f"{here.path or '/'}{f'?{here.query}' if here.query else ''}"
    sign_in = redirect_to_login(back)
    return HttpResponse(status=401, headers={"HX-Redirect": sign_in.url}) if is_fragment else sign_in


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """Show the form again where its token is that of an earlier sign-in; what comes from elsewhere is refused.

    Signing in again in another tab makes every open form too old.
    """
    page = address_of_form(request)
    if not page or request.headers.get("Origin") != f"{request.scheme}://{request.get_host()}":
        return csrf_failure(request, reason)
    if not _is_sign_in(request):
        keep_input(request)
    if getattr(request, "htmx", False):
        return HttpResponse(status=401, headers={"HX-Redirect": page})
    return redirect(page)


def keep_input(request: HttpRequest, *, why: str = "Your session had ended") -> None:
    """Store the fields of a form in the session of this browser; a form that is too long is not kept.

    Shapes: why - the reason that the form was not sent, as the beginning of a sentence.
    """
    fields = {name: request.POST.getlist(name) for name in request.POST if not _SECRET.search(name)}
    if sum(len(value) for values in fields.values() for value in values) > _MOST_CHARACTERS:
        return
    request.session[KEPT] = {
        "why": why,
        "action": request.path,
        "page": page_of_form(request.path) or request.path,
        "fields": fields,
        "has_file": bool(request.FILES),
        "at": time.time(),
    }


class KeptInputMiddleware:
    """Puts kept input back into its form, on the first view of its page by someone who is signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; change the answer only where something is kept for this very page."""
        response = self.get_response(request)
        kept = request.session.get(KEPT) if hasattr(request, "session") else None
        if kept is None or not _is_for(request, response, kept):
            return response
        del request.session[KEPT]
        if time.time() - kept["at"] < _LIFE_S:
            response.content = _with_input(response.content.decode(), kept).encode()
        return response


def _is_for(request: HttpRequest, response: HttpResponse, kept: Mapping[str, Any]) -> bool:
    is_page = request.method == "GET" and not getattr(request, "htmx", False) and not response.streaming
    is_html = response.headers.get("Content-Type", "").startswith("text/html")
    return (
        is_page and is_html and response.status_code == 200 and request.path == kept["page"] and _is_signed_in(request)
    )


def _is_sign_in(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.view_name in _SIGN_IN


def _is_signed_in(request: HttpRequest) -> bool:
    return bool(request.user.is_authenticated)


def _with_input(html: str, kept: Mapping[str, Any]) -> str:
    filled = refill(html, action=kept["action"], page=kept["page"], values=kept["fields"])
    words = f"{kept['why']}, so this was not sent. What you had entered is in the form again."
    if filled is None:
        words = f"{kept['why']}, so this was not done, and its form is no longer here."
    elif kept["has_file"]:
        words = f"{words} Choose the file again: files are not kept."
    entered = _entered(kept["fields"]) if filled is None else ""
    note = format_html('<p class="notice warn" role="alert"><span>{}{}</span></p>', words, entered)
    return (filled or html).replace(_MESSAGES, _MESSAGES + note, 1)


def _entered(fields: Mapping[str, Sequence[str]]) -> str:
    lines = [(name.replace("_", " "), ", ".join(values)) for name, values in fields.items() if any(values)]
    return format_html(" You had entered: {}.", format_html_join("; ", "{}: {}", lines)) if lines else ""
