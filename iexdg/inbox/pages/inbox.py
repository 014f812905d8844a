"""The list of conversations: filters with counts, search, and how long each waits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import cached_property

from campaigns.models import Campaign
from campaigns.queries import with_campaign_line
from iexdg.inbox.models import Kind, Thread
from iexdg.inbox.queries import ALL, WAITING, ThreadFilters, counts_of, filtered_threads, reading_of, threads_of
from iexdg.mailboxes.models import Mailbox
from iexdg.team.models import Member
from iexdg.ui.filters import Chip, Choice, CountedChoice, chips_for, menu_of, query_of
from iexdg.workspace_objects.interests import Interest, choices_with, own_labels
from iexdg.workspace_objects.tags import tags_of
from iexdg.workspaces.models import Workspace
from leads.models import Lead

PER_PAGE = 40
MOST_FOUND = 1000
_FOLDED = 10
_LATE_AFTER = timedelta(hours=24)
_TONES = {
    Interest.INTERESTED: "ok", Interest.MEETING_BOOKED: "ok", Interest.MEETING_COMPLETED: "ok", Interest.WON: "done",
    Interest.NOT_INTERESTED: "bad", Interest.WRONG_PERSON: "bad", Interest.LOST: "bad",
}  # fmt: skip


@dataclass(frozen=True)
class ThreadLine:
    """One conversation of the list. `state`: whether it waits, in one word."""

    thread: Thread
    name: str
    state: str
    tone: str
    interest: str
    interest_tone: str
    is_late: bool


@dataclass(frozen=True)
class InboxPage:
    """One page of the list; `folded` are automatic replies that nobody has read."""

    lines: list[ThreadLine]
    page_obj: Page[Thread]
    filters: ThreadFilters
    shows: list[CountedChoice]
    only: list[CountedChoice]
    chips: list[Chip]
    campaigns: list[Choice]
    tags: list[Choice]
    mailboxes: list[Choice]
    interests: list[Choice]
    folded: list[ThreadLine]
    automatic_total: int
    is_waiting_list: bool
    is_filtered: bool
    as_of: datetime | None
    error: str


def inbox_page(workspace: Workspace, query: Mapping[str, str], reader: Member) -> InboxPage:
    """Build one page of the list. Shapes: query - of the address."""
    filters = ThreadFilters.read(query)
    found = _shown(filtered_threads(workspace, filters, reader))
    counts = counts_of(workspace, reader)
    page = _Pages(found, known=_known_count(filters, counts), is_searched=bool(filters.words)).get_page(
        query.get("page")
    )
    is_waiting_list = filters.show == WAITING
    campaigns = dict(Campaign.objects.filter(workspace=workspace).order_by("name").values_list("pk", "name"))
    _, tags = tags_of(workspace)
    reading, own = reading_of(workspace), own_labels(workspace)
    choices = choices_with(own)
    listed = list(page.object_list)
    folded = _folded(workspace, filters) if is_waiting_list and page.number == 1 else []
    # Shaped together: the names of the people are one query.
    lines = lines_of(workspace, [*listed, *folded], own=own)
    return InboxPage(
        lines=lines[: len(listed)],
        page_obj=page,
        filters=filters,
        shows=_shows(filters, counts),
        only=_only(filters, counts),
        chips=chips_for(filters.named(), _labels(filters, campaigns, tags, dict(choices))),
        campaigns=menu_of(campaigns.items(), filters.campaign),
        tags=menu_of(tags.items(), filters.tag),
        mailboxes=menu_of(((one, one) for one in _mailboxes(workspace)), filters.mailbox),
        interests=menu_of(((str(code), label) for code, label in choices), filters.interest),
        folded=lines[len(listed) :],
        automatic_total=counts["automatic"],
        is_waiting_list=is_waiting_list,
        is_filtered=replace(filters, show=WAITING) != ThreadFilters(),
        as_of=reading.read_at if reading else None,
        error=reading.error if reading else "",
    )


def lines_of(
    workspace: Workspace, threads: Iterable[Thread], *, own: Mapping[int, tuple[str, str]]
) -> list[ThreadLine]:
    """Shape conversations for a list, with the names of the people, in one query. Shapes: own - as `own_labels`."""
    listed = list(threads)
    leads = Lead.objects.filter(workspace=workspace, email__in={thread.lead for thread in listed if thread.lead})
    # In the order of their ids SQLite would read every lead of the workspace instead of the index of addresses.
    leads = leads.order_by()
    names = {
        email: f"{first} {last}".strip() for email, first, last in leads.values_list("email", "first_name", "last_name")
    }
    return [line_of(thread, names.get(thread.lead, ""), own=own) for thread in listed]


def line_of(thread: Thread, name: str = "", *, own: Mapping[int, tuple[str, str]]) -> ThreadLine:
    """Shape one conversation for a list. Shapes: own - the workspace's own labels, as `own_labels`."""
    state, tone = state_of(thread)
    label, interest_tone = interest_words(thread.interest, own)
    waits = thread.waits_since
    return ThreadLine(
        thread=thread,
        name=name or thread.lead or "(unknown sender)",
        state=state,
        tone=tone,
        interest=label,
        interest_tone=interest_tone,
        is_late=waits is not None and timezone.now() - waits > _LATE_AFTER,
    )


def state_of(thread: Thread) -> tuple[str, str]:
    """Whether a conversation waits, in words and as a meaning."""
    if thread.waits_since is not None:
        return "Needs an answer", "warn"
    if thread.is_automatic:
        return "Automatic reply", "idle"
    return ("Answered", "ok") if thread.is_answered else ("No reply yet", "idle")


def interest_words(code: int | None, own: Mapping[int, tuple[str, str]]) -> tuple[str, str]:
    """The word and the tone of an interest; a label of one's own that is not known here is shown by its number."""
    if code is None:
        return "", "idle"
    if code in own:
        label, kind = own[code]
        return label, {"positive": "ok", "negative": "bad"}.get(kind, "idle")
    if code not in Interest.values:
        return f"Label {code}", "idle"
    return str(Interest(code).label), _TONES.get(Interest(code), "idle")


def kind_words(kind: int | None, *, is_automatic: bool) -> tuple[str, str]:
    """The word and the tone of what an e-mail is."""
    if kind == Kind.RECEIVED:
        return ("Automatic reply", "idle") if is_automatic else ("Received", "ok")
    if kind == Kind.MANUAL:
        return str(Kind.MANUAL.label), "done"
    return (str(Kind(kind).label), "idle") if kind in Kind.values else ("E-mail", "idle")


class _Pages(Paginator):  # type: ignore[type-arg]
    """The pages of a list whose number is known or counted; of a search, of its first 1,000."""

    def __init__(self, found: QuerySet[Thread], *, known: int | None, is_searched: bool) -> None:
        super().__init__(found, PER_PAGE)
        self._found, self._known, self.is_searched = found, known, is_searched

    @cached_property
    def count(self) -> int:
        """How many conversations there are, of a search at most MOST_FOUND."""
        if self._known is not None:
            return self._known
        return len(self._matches) if self.is_searched else self._found.count()

    def page(self, number: int | str) -> Page[Thread]:
        """Return a page; of a search by the ids that were found, so that it is searched once."""
        if not self.is_searched:
            return super().page(number)
        number = self.validate_number(number)
        wanted = self._matches[(number - 1) * PER_PAGE : number * PER_PAGE]
        found = _shown(Thread.objects.all()).in_bulk(wanted)
        return Page([found[pk] for pk in wanted if pk in found], number, self)

    @cached_property
    def _matches(self) -> list[int]:
        return list(self._found.values_list("pk", flat=True)[:MOST_FOUND])

    @property
    def is_cut(self) -> bool:
        """Whether a search found at least as many as are shown."""
        return self.is_searched and self.count == MOST_FOUND


def _shown(threads: QuerySet[Thread]) -> QuerySet[Thread]:
    """Conversations with what their lines show of others."""
    return with_campaign_line(threads.select_related("assigned_to"))


def _known_count(filters: ThreadFilters, counts: Mapping[str, int]) -> int | None:
    """The number of a list that was counted for the choices above it already; None where it is another one."""
    if filters == ThreadFilters():
        return counts["waiting"]
    return counts["all"] if filters == ThreadFilters(show=ALL) else None


def _folded(workspace: Workspace, filters: ThreadFilters) -> list[Thread]:
    """Automatic replies that nobody has read: below the list, so that they hide no person."""
    if replace(filters, show=WAITING) != ThreadFilters():
        return []
    unread = _shown(threads_of(workspace).filter(is_automatic=True, has_unread=True))
    return list(unread.order_by("-listed_at", "-pk")[:_FOLDED])


def _shows(filters: ThreadFilters, counts: Mapping[str, int]) -> list[CountedChoice]:
    """The two lists, each with its number; both are always there."""
    named = {**filters.named(), "automatic": ""}
    waiting, every = query_of({**named, "show": ""}) or "?", query_of({**named, "show": ALL})
    return [
        CountedChoice("Needs an answer", counts["waiting"], waiting, filters.show == WAITING),
        CountedChoice("All conversations", counts["all"], every, filters.show == ALL and not filters.automatic),
    ]


def _only(filters: ThreadFilters, counts: Mapping[str, int]) -> list[CountedChoice]:
    """The switches; each one that is on leads to the list without it."""
    named = filters.named()
    switches = [("unread", "Unread"), ("automatic", "Automatic"), ("mine", "Assigned to me")]
    found = []
    for name, label in switches:
        is_on = bool(named[name])
        changed = {**named, name: "" if is_on else "1"}
        if name == "automatic" and is_on:
            changed["show"] = ""
        found.append(CountedChoice(label, counts[name], query_of(changed) or "?", is_on))
    return [one for one in found if one.count or one.is_on]


def _labels(
    filters: ThreadFilters, campaigns: Mapping[int, str], tags: Mapping[str, str], interests: Mapping[int, str]
) -> dict[str, str]:
    by_code = {str(code): label for code, label in interests.items()}
    return {
        "q": f"search: {filters.words}",
        "campaign": f"campaign: {campaigns.get(filters.campaign or 0, 'unknown')}",
        "tag": f"tag: {tags.get(filters.tag, 'unknown')}",
        "mailbox": f"mailbox: {filters.mailbox}",
        "interest": f"interest: {by_code.get(filters.interest, filters.interest)}",
    }


def _mailboxes(workspace: Workspace) -> list[str]:
    return list(Mailbox.objects.filter(workspace=workspace).order_by("email").values_list("email", flat=True))
