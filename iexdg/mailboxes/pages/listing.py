"""The list of mailboxes as its template reads it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from django.db.models import Count, QuerySet
from django.http import QueryDict

from iexdg.clients.instantly.custom_tags import TaggedKind
from iexdg.mailboxes.models import Mailbox, MailboxChange, MailboxDay
from iexdg.mailboxes.queries import (
    STATE_FILTERS,
    WARMUP_FILTERS,
    Filters,
    Sender,
    mailboxes,
    newest_changes,
    provider_words,
    providers_of,
    warmups_of,
)
from iexdg.mailboxes.reading import DAYS
from iexdg.mailboxes.served import ServedCampaign, by_mailbox, campaigns_served
from iexdg.ui.filters import Chip, Choice, CountedChoice, chips_for, counted_choices, menu_of, number_in, query_of
from iexdg.ui.sorting import Sorting
from iexdg.workspace_objects.tags import labels_of_accounts, resources_with, tags_of
from iexdg.workspaces.models import Workspace

CSV_HEADER = (
    "mailbox", "name", "provider", "status", "reason", "warmup", "score", "sent_today", "daily_limit", "campaigns",
    "last_problem", "last_problem_at", "read_at",
)  # fmt: skip
# A row names so many campaigns; the page of the mailbox names all.
_MOST_CAMPAIGNS = 2
# Below this many warm-up e-mails a day's share says nothing.
_FLOOR = 5
_IN_ADDRESS = ("q", "state", "warmup", "provider", "campaign", "tag")


@dataclass(frozen=True)
class MailboxRow:
    """One line of the list."""

    box: Mailbox
    name: str
    provider: str
    words: str
    tone: str
    reason: str
    warmup: tuple[str, str]
    trend: Sequence[float | None]
    sent_today: int | None
    campaigns: Sequence[ServedCampaign]
    more: int
    changes: Sequence[MailboxChange]
    tags: Sequence[str] = ()


@dataclass(frozen=True)
class ListFilters:
    """The filters that are on and everything that changes them."""

    filters: Filters
    query: str
    chips: Sequence[Chip]
    states: Sequence[CountedChoice]
    warmups: Sequence[CountedChoice]
    providers: Sequence[Choice]
    campaigns: Sequence[Choice]
    tags: Sequence[Choice]
    hidden: Mapping[str, object]


def filters_of(workspace: Workspace, query: QueryDict, campaigns: Iterable[ServedCampaign]) -> Filters:
    """Read filters from an address; what makes no sense is ignored."""
    state, warmup = query.get("state", ""), query.get("warmup", "")
    filters = Filters(
        q=query.get("q", "").strip()[:100],
        state=state if state in STATE_FILTERS else "",
        warmup=warmup if warmup in WARMUP_FILTERS else "",
        provider=number_in(query.get("provider", "")),
        campaign=number_in(query.get("campaign", "")),
        tag=query.get("tag", "")[:64],
    )
    if filters.tag:
        filters = replace(filters, tagged=tuple(resources_with(workspace, filters.tag, TaggedKind.ACCOUNT)))
    chosen = next((one for one in campaigns if one.pk == filters.campaign), None)
    return replace(filters, senders=tuple(chosen.senders) if chosen else None)


def list_filters(
    workspace: Workspace, filters: Filters, campaigns: Iterable[ServedCampaign], sorting: Sorting
) -> ListFilters:
    """Return what is on and what can be chosen; three queries."""
    on = {name: value for name, value in asdict(filters).items() if name in _IN_ADDRESS}
    names = {one.pk: one.name for one in campaigns}
    counts = _counts(mailboxes(workspace, replace(filters, state="", warmup="")), workspace, filters)
    labels: dict[str, object] = {"q": f"“{filters.q}”"}
    if filters.provider is not None:
        labels["provider"] = provider_words(filters.provider)
    if filters.campaign is not None:
        labels["campaign"] = names.get(filters.campaign, f"campaign no. {filters.campaign}")
    _, tags = tags_of(workspace)
    if filters.tag:
        labels["tag"] = f"tag: {tags.get(filters.tag, 'one that is not listed')}"
    sorted_too = on | {"sort": sorting.text}
    return ListFilters(
        filters=filters,
        query=query_of(on),
        chips=chips_for(sorted_too, labels),
        states=counted_choices(
            sorted_too, "state", [(name, label, counts[f"state_{name}"]) for name, (label, _) in STATE_FILTERS.items()]
        ),
        warmups=counted_choices(
            sorted_too,
            "warmup",
            [(name, label, counts[f"warmup_{name}"]) for name, (label, _) in WARMUP_FILTERS.items()],
        ),
        providers=menu_of(((code, provider_words(code)) for code in providers_of(workspace)), filters.provider),
        campaigns=menu_of(names.items(), filters.campaign),
        tags=menu_of(tags.items(), filters.tag),
        hidden={name: value for name, value in on.items() if value not in {None, ""}},
    )


def _counts(found: QuerySet[Mailbox], workspace: Workspace, filters: Filters) -> dict[str, int]:
    """How many mailboxes each choice leaves: of the search, provider and campaign that are on."""
    # Those that are gone are left out of the list unless asked for, so they are counted apart.
    gone = mailboxes(workspace, replace(filters, state="gone", warmup=""))
    states = {f"state_{name}": Count("pk", filter=rule) for name, (_, rule) in STATE_FILTERS.items() if name != "gone"}
    warmups = {f"warmup_{name}": Count("pk", filter=rule) for name, (_, rule) in WARMUP_FILTERS.items()}
    counted = found.order_by().aggregate(**states, **warmups)
    return {name: int(number) for name, number in counted.items()} | {"state_gone": gone.count()}


def rows_of(
    workspace: Workspace, boxes: Sequence[Mailbox], campaigns: Sequence[ServedCampaign], now: datetime
) -> list[MailboxRow]:
    """Return the lines of these mailboxes; four queries."""
    today = now.astimezone(UTC).date()
    days = warmups_of(boxes, today - timedelta(days=DAYS - 1))
    emails = [box.email for box in boxes]
    served, tags = by_mailbox(campaigns, emails), labels_of_accounts(workspace)
    changes: dict[str, list[MailboxChange]] = {}
    for (email, _), one in newest_changes(workspace, emails).items():
        changes.setdefault(email, []).append(one)
    return [
        _row(box, served[box.email], days[box.pk], changes.get(box.email, []), now, tags=tags.get(box.email, ()))
        for box in boxes
    ]


def _row(
    box: Mailbox,
    served: list[ServedCampaign],
    days: list[tuple[int | None, int | None]],
    changes: list[MailboxChange],
    now: datetime,
    *,
    tags: Sequence[str] = (),
) -> MailboxRow:
    sender = Sender(box.email, box)
    return MailboxRow(
        box=box,
        name=f"{box.first_name} {box.last_name}".strip(),
        provider=provider_words(box.provider_code),
        words=sender.words,
        tone=sender.tone,
        reason=box.reason,
        warmup=sender.warmup,
        trend=[share_of(inbox, sent) for inbox, sent in days],
        sent_today=sender.sent_on(now.astimezone(UTC).date()),
        campaigns=served[:_MOST_CAMPAIGNS],
        more=max(0, len(served) - _MOST_CAMPAIGNS),
        changes=[one for one in changes if one.is_open],
        tags=tags,
    )


def inbox_share(day: MailboxDay) -> float | None:
    """The share of a day's warm-up e-mails that landed in the inbox, 0 to 100; None where too few were sent."""
    return share_of(day.warmup_inbox, day.warmup_sent)


def share_of(inbox: int | None, sent: int | None) -> float | None:
    """The share of warm-up e-mails that landed in the inbox, 0 to 100; None where too few were sent."""
    if inbox is None or sent is None or sent < _FLOOR:
        return None
    return round(100 * inbox / sent, 1)


def csv_rows(rows: Iterable[MailboxRow], served: Mapping[str, Sequence[ServedCampaign]]) -> Iterator[list[object]]:
    """Yield the header, then each mailbox as cells."""
    yield list(CSV_HEADER)
    for row in rows:
        box = row.box
        yield [
            box.email,
            row.name,
            row.provider,
            row.words,
            row.reason,
            row.warmup[0],
            box.warmup_score,
            row.sent_today,
            box.daily_limit,
            "; ".join(campaign.name for campaign in served.get(box.email, ())),
            box.problem,
            _iso(box.problem_at),
            _iso(box.synced_at),
        ]


def _iso(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


def served_in(workspace: Workspace) -> list[ServedCampaign]:
    """The campaigns of a workspace with their senders; one query."""
    return campaigns_served(workspace)
