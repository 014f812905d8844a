"""Reads of conversations, their messages and the answers to them. Every function is a fixed number of queries."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from campaigns.queries import campaigns_tagged
from iexdg.inbox.models import AnswerTemplate, InboxReading, Kind, Message, Reply, ReplyState, Thread
from iexdg.inbox.search import matching
from iexdg.team.models import Member
from iexdg.ui.filters import number_in
from iexdg.workspaces.connected import connected_workspaces
from iexdg.workspaces.models import Workspace
from leads.models import Lead

WAITING, ALL = "", "all"
# A conversation that was read longer ago is read again when someone opens it.
FRESH_FOR = timedelta(minutes=2)
_LONGEST_WORDS = 200
_SENDING_FOR = timedelta(seconds=90)
_LOOK_EVERY = timedelta(seconds=20)
_IN_FLIGHT = (ReplyState.WAITING, ReplyState.SENDING, ReplyState.SENT, ReplyState.UNKNOWN)


@dataclass(frozen=True)
class ThreadFilters:
    """Which conversations a list shows, as read from its address. Shapes: tag - Instantly's id, of their campaign."""

    show: str = WAITING
    words: str = ""
    campaign: int | None = None
    tag: str = ""
    mailbox: str = ""
    interest: str = ""
    unread: bool = False
    automatic: bool = False
    mine: bool = False

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "ThreadFilters":
        """Read filters from an address; what makes no sense is ignored."""
        automatic = query.get("automatic") == "1"
        interest = query.get("interest", "")
        return cls(
            show=ALL if query.get("show") == ALL or automatic else WAITING,
            words=query.get("q", "").strip()[:_LONGEST_WORDS],
            campaign=number_in(query.get("campaign", "")),
            tag=query.get("tag", "")[:64],
            mailbox=query.get("mailbox", "").strip().lower()[:320],
            interest=interest if _is_code(interest) else "",
            unread=query.get("unread") == "1",
            automatic=automatic,
            mine=query.get("mine") == "1",
        )

    def named(self) -> dict[str, object]:
        """The filters by name in the address; None and "" are off."""
        return {
            "show": self.show,
            "q": self.words,
            "campaign": self.campaign,
            "tag": self.tag,
            "mailbox": self.mailbox,
            "interest": self.interest,
            "unread": "1" if self.unread else "",
            "automatic": "1" if self.automatic else "",
            "mine": "1" if self.mine else "",
        }


def _is_code(text: str) -> bool:
    return number_in(text.removeprefix("-")) is not None and len(text) < 8


def threads_of(workspace: Workspace) -> QuerySet[Thread]:
    """Every conversation in which something was received or written by hand."""
    return Thread.objects.filter(workspace=workspace)


def filtered_threads(workspace: Workspace, filters: ThreadFilters, reader: Member | None) -> QuerySet[Thread]:
    """The conversations of a list: those that wait with the oldest first, others with the newest first."""
    found = threads_of(workspace).filter(_narrowed(filters, reader))
    if filters.tag:
        found = found.filter(campaign__in=campaigns_tagged(workspace, filters.tag))
    if filters.words:
        found = matching(found, filters.words)
    if filters.show == WAITING:
        return found.filter(waits_since__isnull=False).order_by("waits_since", "pk")
    return found.order_by("-listed_at", "-pk")


def _narrowed(filters: ThreadFilters, reader: Member | None) -> Q:
    holds = Q()
    if filters.campaign is not None:
        holds &= Q(campaign=filters.campaign)
    if filters.mailbox:
        holds &= Q(mailbox=filters.mailbox)
    if filters.interest:
        holds &= Q(interest=int(filters.interest))
    if filters.unread:
        holds &= Q(has_unread=True)
    if filters.automatic:
        holds &= Q(is_automatic=True)
    if filters.mine:
        holds &= Q(assigned_to=reader)
    return holds


def counts_of(workspace: Workspace, reader: Member) -> dict[str, int]:
    """How many conversations each choice above the list leaves, without the other filters."""
    threads = threads_of(workspace)
    waiting = threads.filter(waits_since__isnull=False)
    return {
        "waiting": waiting.count(),
        "all": threads.count(),
        "unread": threads.filter(has_unread=True).count(),
        "automatic": threads.filter(is_automatic=True).count(),
        "mine": threads.filter(assigned_to=reader).count(),
    }


def thread_of(workspace: Workspace, pk: int) -> Thread | None:
    """Return one conversation of a workspace."""
    found = threads_of(workspace).select_related("workspace", "campaign", "assigned_to")
    return found.filter(pk=pk).first()


def messages_of(thread: Thread) -> list[Message]:
    """The e-mails of a conversation, the oldest first."""
    return list(Message.objects.filter(thread=thread).order_by("at", "pk"))


def replies_of(thread: Thread) -> list[Reply]:
    """Everything that was written here in a conversation, the newest first."""
    return list(Reply.objects.filter(thread=thread).select_related("by").order_by("-pk")[:50])


def answers_seen(thread: Thread) -> str:
    """A mark of the answers that there are: the newest that was written in Instantly, and the newest from here."""
    ours = Reply.objects.filter(thread=thread)
    written = Message.objects.filter(thread=thread, kind=Kind.MANUAL)
    written = written.exclude(remote_id__in=ours.exclude(remote_id="").values("remote_id"))
    newest = ours.filter(state__in=_IN_FLIGHT).order_by("-pk").values_list("pk", flat=True).first()
    return f"{written.order_by('-pk').values_list('pk', flat=True).first() or 0}.{newest or 0}"


def has_newer_answer(thread: Thread, seen: str) -> bool:
    """Whether someone has answered since a page was given this mark; one that makes no sense has seen nothing."""
    there, known = (_numbers(mark) for mark in (answers_seen(thread), seen))
    return any(now > before for now, before in zip(there, known, strict=True))


def _numbers(mark: str) -> tuple[int, int]:
    written, _, ours = mark.partition(".")
    return number_in(written) or 0, number_in(ours) or 0


def reading_of(workspace: Workspace) -> InboxReading | None:
    """How far the inbox was read."""
    return InboxReading.objects.filter(workspace=workspace).first()


def threads_to_complete(workspace: Workspace) -> list[Thread]:
    """The conversations to read as a whole next: those that someone opened, those that wait, then any that never were.

    The last say when the first e-mail left to a person who replied, which nothing else does.
    """
    threads = threads_of(workspace).select_related("workspace")
    wanted = list(threads.filter(wanted_at__isnull=False).order_by("wanted_at")[:10])
    waiting = threads.filter(waits_since__isnull=False, wanted_at__isnull=True)
    longest = waiting.order_by(F("complete_at").asc(nulls_first=True), "waits_since")
    stale = Q(complete_at__isnull=True) | Q(complete_at__lt=timezone.now() - 5 * FRESH_FOR)
    never = threads.filter(
        complete_at__isnull=True, wanted_at__isnull=True, waits_since__isnull=True, received_at__isnull=False
    )
    newest = never.filter(is_automatic=False).order_by("-received_at")
    return [*wanted, *longest.filter(stale)[:10], *newest[:10]]


def replies_to_carry_out(workspace: Workspace, now: datetime) -> QuerySet[Reply]:
    """Answers whose time has come, those that were left in flight, and those whose outcome is looked for."""
    due = Q(state=ReplyState.WAITING, due_at__lte=now)
    left = Q(state=ReplyState.SENDING, sending_at__lte=now - _SENDING_FOR)
    looked = Q(read_at__isnull=True) | Q(read_at__lte=now - _LOOK_EVERY)
    unknown = Q(state=ReplyState.UNKNOWN) & looked
    unread = Q(state=ReplyState.SENT, confirmed_at__isnull=True) & looked & Q(sent_at__gte=now - timedelta(hours=1))
    here = Reply.objects.filter(thread__workspace=workspace, thread__workspace__in=connected_workspaces())
    return here.filter(due | left | unknown | unread).order_by("pk")


def people_of(thread: Thread) -> list[Lead]:
    """The person in every campaign, the one of this conversation first."""
    if not thread.lead:
        return []
    leads = Lead.objects.filter(workspace=thread.workspace, email=thread.lead).select_related("campaign")
    # In the order of their ids SQLite would read every lead of the workspace instead of the index of addresses.
    return sorted(leads.order_by()[:20], key=lambda lead: lead.campaign_id != thread.campaign_id)


def other_threads(thread: Thread) -> list[Thread]:
    """Other conversations with the same person, the newest first."""
    if not thread.lead:
        return []
    found = threads_of(thread.workspace).filter(lead=thread.lead).exclude(pk=thread.pk)
    return list(found.select_related("campaign").order_by("-listed_at", "-pk")[:20])


def newest_conversations(workspace: Workspace, emails: Collection[str]) -> dict[tuple[int, str], Thread]:
    """The newest conversation with each of some people about each campaign, one in which a person wrote first.

    Shapes: emails - some hundreds at most; the conversations by our id of the campaign and the address.
    """
    if not emails:
        return {}
    found = threads_of(workspace).filter(lead__in=emails, campaign__isnull=False)
    ordered = sorted(found.order_by(), key=lambda one: (not one.is_automatic, one.listed_at, one.pk))
    return {(one.campaign_id, one.lead): one for one in ordered if one.campaign_id is not None}


def templates_of(workspace: Workspace) -> list[AnswerTemplate]:
    """The answer templates of a workspace, by name."""
    return list(AnswerTemplate.objects.filter(workspace=workspace).select_related("changed_by").order_by("name"))


def variables_of(thread: Thread) -> dict[str, str]:
    """The variables of the person by Instantly's names, of the campaign of the conversation where they are in it."""
    people = people_of(thread)
    return variables_of_lead(people[0]) if people else {"email": thread.lead}


def variables_of_lead(lead: Lead) -> dict[str, str]:
    """The variables of a person in a campaign by Instantly's names."""
    own = {str(name): str(value) for name, value in lead.variables.items() if value is not None}
    fields = {
        "email": lead.email, "firstName": lead.first_name, "lastName": lead.last_name,
        "companyName": lead.company_name, "jobTitle": lead.job_title,
    }  # fmt: skip
    return {**own, **{name: value for name, value in fields.items() if value}}
