"""The queue of unmatched replies, one of them, and the queue as a file, as their templates read them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from campaigns.models import Campaign
from iexdg.crm.models import LedgerEntry, UnmatchedReason, UnmatchedReply, UnmatchedState
from iexdg.crm.queries import ALL, UnmatchedFilters
from iexdg.inbox.models import Kind, Message
from iexdg.inbox.queries import messages_of, people_of
from iexdg.inbox.words import split_quoted
from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.ui.filters import Chip, Choice, chips_for, menu_of
from leads.models import Lead

CSV_HEADER = ("id", "received_at", "address", "mailbox", "subject", "reason", "state", "campaign", "lead",
              "set_aside_because", "decided_by", "decided_at")  # fmt: skip
_REASONS = {
    UnmatchedReason.NO_CAMPAIGN: "It belongs to no campaign that is known here.",
    UnmatchedReason.NO_LEAD: "Its address is not that of a lead who is known here.",
    UnmatchedReason.CONTACT: "GoHighLevel refused its contact.",
}
_STATES = ((ALL, "in any state"), *((value, label) for value, label in UnmatchedState.choices if value != "waiting"))


@dataclass(frozen=True)
class UnmatchedPage:
    """One unmatched reply.

    Shapes: replies - what came in, with the text above what it quotes, the newest first; entry - of the ledger, whose
        contact was refused; people - the leads with this address; campaigns - those it can be assigned to.
    """

    row: UnmatchedReply
    reason: str
    replies: list[tuple[Message, str]]
    entry: LedgerEntry | None
    people: list[Lead]
    campaigns: list[Choice]
    may_decide: bool
    may_put_back: bool


def unmatched_page(row: UnmatchedReply, reader: Member) -> UnmatchedPage:
    """Build the page of one unmatched reply."""
    is_waiting, may = row.state == UnmatchedState.WAITING, reader.may(Action.ANSWER, row.workspace)
    is_contact = row.reason == UnmatchedReason.CONTACT
    received = [one for one in messages_of(row.thread) if one.kind == Kind.RECEIVED]
    entries = LedgerEntry.objects.filter(thread=row.thread, kind="contact").order_by("-pk") if is_contact else None
    return UnmatchedPage(
        row=row,
        reason=reason_words(row),
        replies=[(one, split_quoted(one.text or one.preview).own) for one in reversed(received)],
        entry=entries.first() if entries is not None else None,
        people=people_of(row.thread),
        campaigns=_campaigns(row),
        may_decide=may and is_waiting and not is_contact,
        may_put_back=may and row.state == UnmatchedState.SET_ASIDE,
    )


def reason_words(row: UnmatchedReply) -> str:
    """Why it does not reach the CRM by itself."""
    return _REASONS[UnmatchedReason(row.reason)]


def _campaigns(row: UnmatchedReply) -> list[Choice]:
    found = Campaign.objects.filter(workspace=row.workspace_id, vanished_at__isnull=True).order_by("name", "pk")
    return menu_of(found.values_list("pk", "name"), row.thread.campaign_id)


def chips_of(filters: UnmatchedFilters) -> list[Chip]:
    """The filters that are on."""
    labels = {
        "state": dict(_STATES).get(filters.state, ""),
        "reason": UnmatchedReason(filters.reason).label if filters.reason else "",
        "address": filters.address,
    }
    return chips_for(filters.named(), labels)


def menus(filters: UnmatchedFilters) -> dict[str, list[Choice]]:
    """The entries of the menus."""
    return {
        "states": menu_of(_STATES, filters.state),
        "reasons": menu_of(UnmatchedReason.choices, filters.reason),
    }


def csv_rows(found: Iterable[UnmatchedReply]) -> Iterator[tuple[object, ...]]:
    """Yield the header, then each unmatched reply as cells, without its text."""
    yield CSV_HEADER
    for one in found:
        yield (
            one.pk, one.received_at.isoformat(timespec="seconds"), one.address, one.thread.mailbox, one.thread.subject,
            one.reason, one.state, one.campaign.name if one.campaign else "", one.lead, one.note,
            one.decided_by.email if one.decided_by else "",
            one.decided_at.isoformat(timespec="seconds") if one.decided_at else "",
        )  # fmt: skip
