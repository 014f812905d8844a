"""The list of incidents and one incident as their templates read them."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from django.http import QueryDict

from iexdg.incidents.facts import Fact, facts_of
from iexdg.incidents.kinds import declared_kinds, kind_of
from iexdg.incidents.models import UNRESOLVED, Channel, Incident, IncidentState, Notification
from iexdg.incidents.notifications import Choice as NotificationChoice
from iexdg.incidents.notifications import choices_of, email_is_on, webhook_is_on
from iexdg.incidents.queries import Filters, events_of, notifications_of, notifications_to
from iexdg.team.audit.already import done_already
from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from iexdg.team.queries import members_of
from iexdg.team.roles import Action
from iexdg.ui.addresses import page_url
from iexdg.ui.filters import Chip, Choice, chips_for, menu_of, number_in, query_of
from iexdg.workspaces.models import Workspace

CSV_HEADER = [
    "id",
    "opened_at",
    "kind",
    "state",
    "campaign",
    "summary",
    "detail",
    "owner",
    "resolved_at",
    "resolved_by",
]
_TONES = {"opened": "bad", "acknowledged": "warn", "resolved": "ok", "reopened": "bad"}
_LAST_MESSAGES = 10
_DONE = {"acknowledged": "acknowledged", "owned": "handed over", "resolved": "resolved", "reopened": "opened again"}


@dataclass(frozen=True)
class Moment:
    """One line of an incident's timeline."""

    at: datetime
    who: str
    text: str
    note: str
    tone: str


@dataclass(frozen=True)
class SentMessage:
    """One message: to whom, how, and its outcome."""

    to: str
    channel: str
    row: Notification


@dataclass(frozen=True)
class IncidentPage:
    """One incident and the actions on it."""

    incident: Incident
    tone: str
    facts: list[Fact]
    timeline: list[Moment]
    notified: list[SentMessage]
    why_no_one: str
    next_step: str
    other_url: str
    owners: list[Member]
    may_act: bool
    may_acknowledge: bool
    may_take: bool
    may_resolve: bool
    may_reopen: bool


@dataclass(frozen=True)
class NotificationsPage:
    """What one member is notified of, and the last messages to them."""

    choices: list[NotificationChoice]
    email_is_on: bool
    webhook_is_on: bool
    last: list[SentMessage]
    is_waiting: bool

    @property
    def version(self) -> str:
        """Changes with every message that is shown and with its outcome."""
        return ".".join(f"{one.row.pk}-{one.row.state}-{one.row.attempts}" for one in self.last)


def filters_of(query: QueryDict) -> Filters:
    """Read filters from an address; what makes no sense is ignored."""
    state, kind, campaign = (query.get(name, "") for name in ("state", "kind", "campaign"))
    return Filters(
        state=state if state in IncidentState.values else "",
        kind=kind if kind in {one.code for one in declared_kinds()} else "",
        campaign=number_in(campaign),
    )


def as_query(filters: Filters) -> str:
    """Return the filters as the end of an address, with "?" in front, or nothing."""
    return query_of(asdict(filters))


def chips_of(filters: Filters, names: dict[int, str]) -> list[Chip]:
    """Return the filters that are on. Shapes: names - of campaigns, by our id."""
    labels = {
        "state": filters.state,
        "kind": kind_of(filters.kind).label,
        "campaign": names.get(filters.campaign or 0, f"campaign no. {filters.campaign}"),
    }
    return chips_for(asdict(filters), labels)


def menus(filters: Filters, names: dict[int, str]) -> dict[str, list[Choice]]:
    """Return the entries of the three menus."""
    return {
        "states": menu_of(IncidentState.choices, filters.state),
        "kinds": menu_of(((kind.code, kind.label) for kind in declared_kinds()), filters.kind),
        "campaigns": menu_of(names.items(), filters.campaign),
    }


def csv_rows(found: Iterable[Incident]) -> Iterator[list[str]]:
    """Yield the header, then each incident as cells."""
    yield CSV_HEADER
    for one in found:
        yield [
            str(one.pk),
            one.opened_at.isoformat(timespec="seconds"),
            one.kind,
            one.state,
            one.campaign_name,
            one.summary,
            one.detail,
            one.owner.name if one.owner else "",
            one.resolved_at.isoformat(timespec="seconds") if one.resolved_at else "",
            one.resolved_by.name if one.resolved_by else "",
        ]


def incident_page(incident: Incident, reader: Member) -> IncidentPage:
    """Build one incident's page for a reader."""
    notified = [_message(row) for row in notifications_of(incident)]
    is_unresolved = incident.state in UNRESOLVED
    may_close = reader.may(Action.RESOLVE_INCIDENT, incident.workspace)
    may_act = is_unresolved and may_close
    return IncidentPage(
        incident=incident,
        tone=incident.declared.tone,
        facts=facts_of(incident.details),
        timeline=[_moment(event) for event in events_of(incident)],
        notified=notified,
        why_no_one="" if notified else _why_no_one(),
        next_step=incident.declared.next_step.text,
        # The campaign has a link of its own.
        other_url="" if incident.url == _campaign_url(incident) else incident.url,
        owners=_owners(incident.workspace) if may_act else [],
        may_act=may_act,
        may_acknowledge=may_act and incident.state == IncidentState.OPEN,
        may_take=may_act and incident.owner_id != reader.pk,
        may_resolve=may_act and not incident.closes_itself,
        may_reopen=not is_unresolved and not incident.closes_itself and may_close,
    )


def done_before(incident: Incident) -> str:
    """Who was faster, for the second of two people or tabs: "Already resolved by Olive Operator, 06:25."."""
    for event in events_of(incident):
        verb = event.action.rpartition(":")[2]
        if verb in _DONE:
            return f"{done_already(_DONE[verb], event.actor_name, event.at)} Nothing was changed."
    return "It has changed meanwhile. Nothing was changed by you."


def _owners(workspace: Workspace) -> list[Member]:
    return [member for member in members_of(workspace) if member.may(Action.RESOLVE_INCIDENT, workspace)]


def notifications_page(member: Member) -> NotificationsPage:
    """Build a member's own settings."""
    last = [_message(row) for row in notifications_to(member)[:_LAST_MESSAGES]]
    return NotificationsPage(
        choices=choices_of(member),
        email_is_on=email_is_on(),
        webhook_is_on=webhook_is_on(),
        last=last,
        is_waiting=any(one.row.incident_id is None and one.row.state == "due" for one in last),
    )


def _moment(event: AuditEvent) -> Moment:
    verb = event.action.rpartition(":")[2]
    return Moment(event.at, event.actor_name, event.summary, event.note, _TONES.get(verb, "idle"))


def _message(row: Notification) -> SentMessage:
    to = "the team's channel" if row.channel == Channel.WEBHOOK else row.member.name if row.member else "no one"
    return SentMessage(to, row.get_channel_display(), row)


def _campaign_url(incident: Incident) -> str:
    return "" if incident.campaign_ref is None else page_url("campaign", incident.campaign_ref)


def _why_no_one() -> str:
    if not email_is_on() and not webhook_is_on():
        return "No one was notified: e-mail and webhook are off. An admin sets EMAIL_HOST or NOTIFY_WEBHOOK_URL."
    return "No one was notified: no member has this kind turned on."
