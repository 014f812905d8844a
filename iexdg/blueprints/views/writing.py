"""The editor of a draft: its copy, its schedule and senders, its subsequences; saving, undo and redo.

Nothing here reaches Instantly.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from iexdg.blueprints.drafts.acts import changed
from iexdg.blueprints.drafts.content import Content, steps_of, subsequences_of, with_subsequence
from iexdg.blueprints.drafts.fields import shown_line
from iexdg.blueprints.drafts.typed import typed_content
from iexdg.blueprints.drafts.verbs import TYPED, same_revision, save, step_back
from iexdg.blueprints.errors import DraftConflictError
from iexdg.blueprints.models import Draft
from iexdg.blueprints.pages.editor import editor_page
from iexdg.blueprints.pages.frame import Frame, frame_of
from iexdg.blueprints.pages.sending import reader_zone, sending_page
from iexdg.blueprints.pages.subsequences import subsequence_page, subsequences_page
from iexdg.blueprints.views.access import draft_or_404
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.filters import number_in
from iexdg.ui.posting import posted_from

# The tab that a form is on -> (route, page around it, form alone, tab in the frame).
_TABS = {
    "copy": ("blueprints:draft", "blueprints/copy.html", "blueprints/_copy_form.html", "copy"),
    "sending": ("blueprints:sending", "blueprints/sending.html", "blueprints/_sending_form.html", "sending"),
    "subsequences": (
        "blueprints:subsequences", "blueprints/subsequences.html", "blueprints/_subsequence_list.html", "subsequences",
    ),
    "subsequence": (
        "blueprints:subsequences", "blueprints/subsequence.html", "blueprints/_subsequence_form.html", "subsequences",
    ),
}  # fmt: skip
# Buttons about the whole list: on every tab they change the draft, not one subsequence.
_OF_LIST = ("add-subsequence", "remove-subsequence", "subsequence-up")


@dataclass(frozen=True)
class _Place:
    """Where a form stands.

    Shapes: subsequence - the one that it edits, from 0; None for the campaign itself. opened - the name with which that
        one was opened: its place is another one once a colleague has removed or moved one.
    """

    tab: str
    subsequence: int | None = None
    opened: str = ""

    @property
    def in_frame(self) -> str:
        """The tab that is current."""
        return _TABS[self.tab][3]

    def address(self, draft: Draft, lead: int | None = None) -> str:
        """The page of the form. Shapes: lead - as whom the e-mails are shown."""
        given = {"show": None if self.subsequence is None else self.subsequence + 1, "lead": lead}
        query = urlencode({name: value for name, value in given.items() if value})
        return f"{reverse(_TABS[self.tab][0], args=[draft.pk])}{f'?{query}' if query else ''}"

    def part(self, content: Content) -> Content:
        """What of the content the form edits."""
        if self.subsequence is None:
            return content
        listed = subsequences_of(content)
        return listed[self.subsequence] if self.subsequence < len(listed) else {}

    def whole(self, content: Content, part: Content) -> Content:
        """The content with what the form edits in its place."""
        return part if self.subsequence is None else with_subsequence(content, self.subsequence, part)


@require_GET
@member_may(Action.READ)
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the copy of a draft: fields for who may write, and the e-mails as a lead would read them."""
    return _shown(request, pk, _Place("copy"))


@require_GET
@member_may(Action.READ)
def sending(request: HttpRequest, pk: int) -> HttpResponse:
    """Show when a draft would send, from where, and how much."""
    return _shown(request, pk, _Place("sending"))


@require_GET
@member_may(Action.READ)
def subsequences(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a draft writes to a lead once something has happened, or one of them: condition, e-mails and hours."""
    number, there = number_in(request.GET.get("show", "")), len(subsequences_of(draft_or_404(pk).content))
    is_one = number is not None and 1 <= number <= there
    return _shown(request, pk, _Place("subsequence", (number or 1) - 1) if is_one else _Place("subsequences"))


def _shown(request: HttpRequest, pk: int, place: _Place) -> HttpResponse:
    frame = frame_of(draft_or_404(pk), place.in_frame, member=member_of(request))
    return _page(request, place, frame, request.GET)


@posted_from("blueprints:draft")
@member_may(Action.BLUEPRINTS)
def save_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what was typed, then do what a button says; what somebody else saved meanwhile is never overwritten."""
    found, member = draft_or_404(pk), member_of(request)
    do, revision = request.POST.get("do", ""), number_in(request.POST.get("revision", "")) or 0
    place = _place_of(request, found, is_current=do != "overwrite" and revision == found.revision)
    content = place.whole(found.content, typed_content(place.part(found.content), request.POST))
    if do == "overwrite":
        revision = found.revision
    try:
        message = _saved(found, content, do, revision, place, request)
    except DraftConflictError as conflict:
        found.content = content
        frame = frame_of(found, place.in_frame, member=member, revision=revision)
        return _answer(
            request, place, frame, {"conflict": str(conflict), "opened": place.opened}, whole=False, status=422
        )
    found.refresh_from_db()
    after = _place_after(found, do, place)
    if after != place:
        return _gone_to(request, after.address(found))
    frame = frame_of(found, place.in_frame, member=member)
    is_whole = do not in {"", "save", "overwrite"}
    more = {"saved_words": message, "is_saved": True, "focus": _field_of_new(place.part(found.content), do)}
    return _answer(request, place, frame, more, whole=is_whole)


def _place_of(request: HttpRequest, found: Draft, *, is_current: bool) -> _Place:
    """Where the form stands that was posted. Shapes: is_current - whether nobody has saved since it was opened.

    Raises: Http404 - it is of a subsequence that never was.
    """
    tab = request.POST.get("tab", "")
    if tab != "subsequence":
        return _Place(tab if tab in _TABS else "copy")
    place, opened = number_in(request.POST.get("place", "")), request.POST.get("opened", "")
    names = [shown_line(one.get("name")) for one in subsequences_of(found.content)]
    if place is None or (is_current and place > len(names)):
        raise Http404("There is no such subsequence in this draft.")
    if not is_current:
        is_there = place < len(names) and names[place] == opened
        # What a colleague removed is the last one again, if it is saved all the same.
        place = place if is_there else next((at for at, name in enumerate(names) if name == opened), len(names))
    return _Place("subsequence", place, opened)


def _place_after(found: Draft, do: str, place: _Place) -> _Place:
    """Where to go on: to a subsequence that was added, and to the list where the one that is edited is gone."""
    there = len(subsequences_of(found.content))
    if do == "add-subsequence" and there:
        return _Place("subsequence", there - 1)
    is_of_list = do.partition(":")[0] in _OF_LIST
    is_gone = place.subsequence is not None and place.subsequence >= there
    return _Place("subsequences") if is_of_list or is_gone else place


def _gone_to(request: HttpRequest, address: str) -> HttpResponse:
    """Go to another page; htmx would put it into the form."""
    if not getattr(request, "htmx", False):
        return redirect(address)
    return HttpResponse(status=204, headers={"HX-Redirect": address})


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


def _saved(found: Draft, content: Content, do: str, revision: int, place: _Place, request: HttpRequest) -> str:
    """Save, and return what was done in words.

    Raises: DraftConflictError - somebody saved since; nothing was changed.
    """
    member = member_of(request)
    if do not in {"", "save", "overwrite"}:
        # What a button counts, such as the second of a list, is another one once somebody has saved.
        same_revision(found, revision)
    save(found, content, revision=revision, by=member)
    if do in {"undo", "redo"}:
        version = step_back(found, revision=found.revision, by=member, forward=do == "redo")
        return f"Back at version {version.number}" if version else "There is no other version"
    if do in {"", "save", "overwrite"}:
        return ""
    where = _Place("copy") if do.partition(":")[0] in _OF_LIST else place
    made = changed(where.part(found.content), do)
    if made is None:
        return "That cannot be done here"
    save(found, where.whole(found.content, made[0]), revision=found.revision, by=member, what=_named(made[1], where))
    return made[1] if made[1] != TYPED else ""


def _named(what: str, where: _Place) -> str:
    """What was done, with the subsequence that it was done in."""
    return what if where.subsequence is None else f"{what}, in subsequence {where.subsequence + 1}"


def _answer(
    request: HttpRequest, place: _Place, frame: Frame, more: dict[str, Any], *, whole: bool, status: int = 200
) -> HttpResponse:
    """Answer a save: by a redirect or the page without htmx, else by what has changed beside the fields."""
    if not getattr(request, "htmx", False):
        if status == 200:
            lead = number_in(request.POST.get("lead", ""))
            # What was added is shown, as the focus shows it where there are scripts.
            new = f"#{more['focus']}" if more.get("focus") else ""
            return redirect(f"{place.address(frame.draft, lead)}{new}")
        return _page(request, place, frame, request.POST, more, status=status)
    answer = render(
        request,
        _TABS[place.tab][2] if whole else "blueprints/_saved.html",
        _context(place, frame, request.POST) | more | {"whole": whole, "is_part": True},
        status=status,
    )
    if not whole:
        # The fields stay as they are: somebody is typing in them.
        answer["HX-Reswap"] = "none"
    return answer


def _page(
    request: HttpRequest,
    place: _Place,
    frame: Frame,
    given: Any,
    more: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    return render(request, _TABS[place.tab][1], _context(place, frame, given) | (more or {}), status=status)


def _context(place: _Place, frame: Frame, given: Any) -> dict[str, Any]:
    lead, now, zone = number_in(given.get("lead", "")), timezone.now(), reader_zone()
    shared = {"nav": "campaigns", "frame": frame, "tab": place.tab}
    if place.tab == "copy":
        return shared | {"page": editor_page(frame, lead_pk=lead)}
    if place.tab == "sending":
        page = sending_page(frame, now=now, zone=zone)
        return shared | {"page": page, "schedule": page.schedule}
    if place.subsequence is None:
        return shared | {"page": subsequences_page(frame)}
    one = subsequence_page(frame, place.subsequence, lead_pk=lead, now=now, zone=zone)
    return shared | {"one": one, "page": one.copy, "schedule": one.schedule, "opened": one.name}
