"""The editor of a draft: its copy, its schedule and senders; saving, undo and redo. Nothing here reaches Instantly."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from iexdg.blueprints.drafts.content import changed, steps_of
from iexdg.blueprints.drafts.typed import typed_content
from iexdg.blueprints.drafts.verbs import TYPED, save, step_back
from iexdg.blueprints.errors import DraftConflictError
from iexdg.blueprints.models import Draft
from iexdg.blueprints.pages.editor import editor_page
from iexdg.blueprints.pages.frame import Frame, frame_of
from iexdg.blueprints.pages.sending import reader_zone, sending_page
from iexdg.blueprints.views.access import draft_or_404
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.filters import number_in
from iexdg.ui.posting import posted_from

# The tab that a form is on -> (route, page around it, form alone).
_TABS = {
    "copy": ("blueprints:draft", "blueprints/copy.html", "blueprints/_copy_form.html"),
    "sending": ("blueprints:sending", "blueprints/sending.html", "blueprints/_sending_form.html"),
}


@require_GET
@member_may(Action.READ)
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the copy of a draft: fields for who may write, and the e-mails as a lead would read them."""
    return _page(request, "copy", frame_of(draft_or_404(pk), "copy", member=member_of(request)), request.GET)


@require_GET
@member_may(Action.READ)
def sending(request: HttpRequest, pk: int) -> HttpResponse:
    """Show when a draft would send, from where, and how much."""
    return _page(request, "sending", frame_of(draft_or_404(pk), "sending", member=member_of(request)), request.GET)


@posted_from("blueprints:draft")
@member_may(Action.BLUEPRINTS)
def save_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what was typed, then do what a button says; what somebody else saved meanwhile is never overwritten."""
    found, member = draft_or_404(pk), member_of(request)
    tab = request.POST.get("tab") if request.POST.get("tab") in _TABS else "copy"
    do, revision = request.POST.get("do", ""), number_in(request.POST.get("revision", "")) or 0
    content = typed_content(found.content, request.POST)
    if do == "overwrite":
        revision = found.revision
    try:
        message = _saved(found, content, do, revision, request)
    except DraftConflictError as conflict:
        found.content = content
        frame = frame_of(found, str(tab), member=member, revision=revision)
        return _answer(request, str(tab), frame, {"conflict": str(conflict)}, whole=False, status=422)
    found.refresh_from_db()
    frame = frame_of(found, str(tab), member=member)
    is_whole = do not in {"", "save", "overwrite"}
    more = {"saved_words": message, "is_saved": True, "focus": _field_of_new(found.content, do)}
    return _answer(request, str(tab), frame, more, whole=is_whole)


def _field_of_new(content: dict[str, Any], do: str) -> str:
    """The id of the first field of what a button has just added; "" where it added nothing."""
    what, _, place = do.partition(":")
    steps = steps_of(content)
    if what == "add-step" and steps:
        return f"steps-{len(steps) - 1}-0-subject"
    number = number_in(place)
    if what == "add-variant" and number is not None and number < len(steps):
        return f"steps-{number}-{len(steps[number]['variants']) - 1}-subject"
    return ""


def _saved(found: Draft, content: dict[str, Any], do: str, revision: int, request: HttpRequest) -> str:
    """Save, and return what was done in words.

    Raises: DraftConflictError - somebody saved since; nothing was changed.
    """
    member = member_of(request)
    save(found, content, revision=revision, by=member)
    if do in {"undo", "redo"}:
        version = step_back(found, revision=found.revision, by=member, forward=do == "redo")
        return f"Back at version {version.number}" if version else "There is no other version"
    if do in {"", "save", "overwrite"}:
        return ""
    made = changed(found.content, do)
    if made is None:
        return "That cannot be done here"
    save(found, made[0], revision=found.revision, by=member, what=made[1])
    return made[1] if made[1] != TYPED else ""


def _answer(
    request: HttpRequest, tab: str, frame: Frame, more: dict[str, Any], *, whole: bool, status: int = 200
) -> HttpResponse:
    """Answer a save: by a redirect or the page without htmx, else by what has changed beside the fields."""
    if not getattr(request, "htmx", False):
        if status == 200:
            lead = number_in(request.POST.get("lead", ""))
            return redirect(f"{reverse(_TABS[tab][0], args=[frame.draft.pk])}{f'?lead={lead}' if lead else ''}")
        return _page(request, tab, frame, request.POST, more, status=status)
    answer = render(
        request,
        _TABS[tab][2] if whole else "blueprints/_saved.html",
        _context(request, tab, frame, request.POST) | more | {"whole": whole, "is_part": True},
        status=status,
    )
    if not whole:
        # The fields stay as they are: somebody is typing in them.
        answer["HX-Reswap"] = "none"
    return answer


def _page(
    request: HttpRequest, tab: str, frame: Frame, given: Any, more: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    return render(request, _TABS[tab][1], _context(request, tab, frame, given) | (more or {}), status=status)


def _context(request: HttpRequest, tab: str, frame: Frame, given: Any) -> dict[str, Any]:
    del request
    if tab == "copy":
        page: Any = editor_page(frame, lead_pk=number_in(given.get("lead", "")))
    else:
        page = sending_page(frame, now=timezone.now(), zone=reader_zone())
    return {"nav": "campaigns", "frame": frame, "page": page, "tab": tab}
