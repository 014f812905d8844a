"""The page of the block list: its values, what was just entered, and who is in a campaign although blocked."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count

from campaigns.models import Campaign, CampaignStatus
from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.ui.filters import Chip, CountedChoice, chips_for, counted_choices, query_of
from iexdg.ui.formatting import plural
from iexdg.ui.sorting import Sorting
from iexdg.workspaces.models import Workspace
from leads.blocklist.ask import CHANGES, Asked
from leads.blocklist.mirror import block_list_read_at
from leads.blocklist.policy import policy_of
from leads.blocklist.queries import COLUMNS, KINDS, BlockFilters, blocked_people, people_blocked_by
from leads.domains import domain_as_read
from leads.importing.block_values import Entry
from leads.models import BlockListPolicy, BlockSource, BlockState, Suppression

PER_PAGE = 50
MOST_SHOWN = 200
_TONES = {
    BlockState.CONFIRMED: "ok",
    BlockState.ASKED: "busy",
    BlockState.SENT: "busy",
    BlockState.REFUSED: "bad",
    BlockState.UNKNOWN: "warn",
}
_LEAVING = {
    BlockState.ASKED: "removal asked for",
    BlockState.SENT: "removal sent, not read back yet",
    BlockState.UNKNOWN: "outcome of the removal unknown",
    BlockState.REFUSED: "removal refused",
    BlockState.CONFIRMED: "on the list",
}


@dataclass(frozen=True)
class BlockedLine:
    """One value of the list. Shapes: readable - as people write it, empty where that is the value itself."""

    row: Suppression
    readable: str
    kind: str
    state: str
    tone: str
    source: str
    who: str
    may_go: bool
    may_try_again: bool


@dataclass(frozen=True)
class CampaignLine:
    """A campaign with people who are in it although they are blocked."""

    name: str
    pk: int
    people: int
    unfinished: int
    is_sending: bool


@dataclass(frozen=True)
class OutcomeLine:
    """What became of one line that was entered."""

    line: int
    text: str
    words: str
    tone: str


@dataclass(frozen=True)
class Entered:
    """What became of everything that was entered at once; `more` lines are counted and not shown."""

    summary: str
    lines: list[OutcomeLine]
    more: int
    is_changed: bool
    unread: Sequence[str] = ()


@dataclass(frozen=True)
class BlockListPage:
    """One page of the list."""

    query: str
    lines: list[BlockedLine]
    page_obj: Page[Suppression]
    choices: list[tuple[str, list[CountedChoice]]]
    chips: list[Chip]
    filters: BlockFilters
    sorting: Sorting
    read_at: datetime | None
    campaigns: list[CampaignLine]
    people: int
    policy: BlockListPolicy
    policy_words: str
    may_change: bool
    may_set_policy: bool
    why_not: str


@dataclass(frozen=True)
class RemovalPage:
    """What taking a value off the list would do."""

    line: BlockedLine
    people: int
    campaigns: list[CampaignLine]


def block_list_page(workspace: Workspace, query: Mapping[str, str], reader: Member) -> BlockListPage:
    """Build one page with a fixed number of queries. Shapes: query - of the address."""
    filters, sorting = BlockFilters.read(query), Sorting.read(query, COLUMNS)
    found = filters.matching(workspace).select_related("asked_by").order_by(*sorting.order("-pk"))
    page = Paginator(found, PER_PAGE).get_page(query.get("page"))
    named = filters.named() | {"sort": sorting.text}
    campaigns = _campaigns(workspace)
    policy = policy_of(workspace.pk)
    return BlockListPage(
        query=query_of(named) or "?",
        lines=[blocked_line(row) for row in page.object_list],
        page_obj=page,
        choices=_choices(workspace, filters, named),
        chips=chips_for(named, {"q": f"search: {filters.words}"}),
        filters=filters,
        sorting=sorting,
        read_at=block_list_read_at(workspace.pk),
        campaigns=campaigns,
        people=sum(one.people for one in campaigns),
        policy=policy,
        policy_words=policy_words(policy),
        may_change=reader.may(Action.BLOCK, workspace) and workspace.may_write,
        may_set_policy=reader.may(Action.SETTINGS, workspace),
        why_not=_why_not(workspace, reader),
    )


def removal_page(row: Suppression) -> RemovalPage:
    """Build the page that asks before a value is taken off."""
    people = people_blocked_by(row.workspace_id, row.value)
    counted = dict(people.values_list("campaign").annotate(number=Count("pk")))
    campaigns = Campaign.objects.filter(pk__in=counted).order_by("name")
    lines = [_campaign_line(one, counted[one.pk], 0) for one in campaigns]
    return RemovalPage(blocked_line(row), sum(counted.values()), lines)


def blocked_line(row: Suppression) -> BlockedLine:
    """Shape one value."""
    state = BlockState(row.state)
    words = _LEAVING[state] if row.is_leaving else str(state.label)
    is_open = state in (BlockState.SENT, BlockState.UNKNOWN) or (row.is_leaving and state == BlockState.ASKED)
    readable = domain_as_read(row.value)
    return BlockedLine(
        row=row,
        readable="" if readable == row.value else readable,
        kind="domain" if row.is_domain else "address",
        state=f"{words[:1].upper()}{words[1:]}",
        tone="warn" if row.is_leaving and state == BlockState.ASKED else _TONES[state],
        source=str(BlockSource(row.source).label),
        who=row.asked_by.name if row.asked_by else "",
        may_go=not is_open,
        may_try_again=state == BlockState.REFUSED or (row.is_leaving and state == BlockState.ASKED),
    )


def entered(entries: Sequence[Entry], outcomes: Mapping[str, Asked], *, unread: Sequence[str] = ()) -> Entered:
    """Say what became of each line; what was not added comes first."""
    seen: set[str] = set()
    lines = []
    for entry in entries:
        lines.append(_outcome(entry, outcomes, is_repeated=entry.value in seen))
        seen.add(entry.value)
    lines.sort(key=lambda line: (line.tone == "ok", line.line))
    counts = Counter(line.words if line.tone != "bad" else "not valid" for line in lines)
    summary = f"{plural(len(lines), 'value')}: " + ", ".join(f"{number:,} {words}" for words, number in counts.items())
    is_changed = any(outcome in CHANGES for outcome in outcomes.values())
    return Entered(f"{summary}.", lines[:MOST_SHOWN], max(0, len(lines) - MOST_SHOWN), is_changed, unread)


def _outcome(entry: Entry, outcomes: Mapping[str, Asked], *, is_repeated: bool) -> OutcomeLine:
    if entry.problem:
        return OutcomeLine(entry.line, entry.text, f"Not valid: {entry.problem}", "bad")
    if is_repeated:
        return OutcomeLine(entry.line, entry.text, "entered twice", "idle")
    outcome = outcomes[entry.value]
    return OutcomeLine(entry.line, entry.text, outcome.value, "ok" if outcome in CHANGES else "idle")


def policy_words(policy: BlockListPolicy) -> str:
    """What the policy does, in a sentence."""
    who = [
        *(["bounce"] if policy.takes_bounced else []),
        *(["unsubscribe"] if policy.takes_unsubscribed else []),
    ]
    if not who:
        return "Nobody is added automatically: people who bounce or unsubscribe stay off the block list."
    return f"People who {' or '.join(who)} go on the block list by address, unless a person took them off it."


def csv_cells(rows: Iterable[Suppression]) -> Iterator[list[str]]:
    """Yield header and rows of the export."""
    yield ["value", "kind", "state", "source", "why", "by", "since", "error"]
    for row in rows:
        line = blocked_line(row)
        since = row.since.isoformat(timespec="seconds") if row.since else ""
        yield [row.value, line.kind, line.state, line.source, row.why, line.who, since, row.error]


def _choices(
    workspace: Workspace, filters: BlockFilters, named: Mapping[str, object]
) -> list[tuple[str, list[CountedChoice]]]:
    kinds = _numbers(workspace, filters, "kind", "is_domain")
    sources = _numbers(workspace, filters, "source", "source")
    states = _numbers(workspace, filters, "state", "state")
    options = {
        "kind": [(key, label, kinds.get(key == "domain", 0)) for key, label in KINDS.items()],
        "source": [(str(key), str(label), sources.get(key, 0)) for key, label in BlockSource.choices],
        "state": [(str(key), str(label), states.get(key, 0)) for key, label in BlockState.choices],
    }
    return [(name.capitalize(), counted_choices(named, name, found)) for name, found in options.items()]


def _numbers(workspace: Workspace, filters: BlockFilters, name: str, column: str) -> dict[object, int]:
    found = filters.matching(workspace, without=name).order_by().values_list(column)
    return dict(found.annotate(number=Count("pk")))


def _campaigns(workspace: Workspace) -> list[CampaignLine]:
    found = blocked_people(workspace.pk)
    campaigns = Campaign.objects.in_bulk([one.campaign for one in found])
    return [
        _campaign_line(campaigns[one.campaign], one.people, one.unfinished)
        for one in found
        if one.campaign in campaigns
    ]


def _campaign_line(campaign: Campaign, people: int, unfinished: int) -> CampaignLine:
    is_sending = campaign.remote_status == CampaignStatus.ACTIVE
    return CampaignLine(campaign.name, campaign.pk, people, unfinished, is_sending)


def _why_not(workspace: Workspace, reader: Member) -> str:
    """Why the reader cannot change the list now; "" where they can."""
    if not reader.may(Action.BLOCK, workspace):
        return "An operator can change the list."
    if not workspace.may_write:
        return "The workspace is in observe mode: an admin turns writing on under Settings, Workspace."
    return ""
