"""Who is told of which incident, and the rows that say so; sending them is delivery.py's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from iexdg.incidents.models import Channel, Incident, IncidentKind, Notification, NotificationPreference
from iexdg.incidents.models import NotificationState as State
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.roles import Role

# What happens within this time reaches a person as one e-mail.
BATCH = timedelta(seconds=30)
_OPERATORS_KINDS = frozenset({IncidentKind.FLIP, IncidentKind.UNRECONCILED})
# A sign-off by one person alone is told to everybody who could have been the second one, whatever they chose.
_NOT_TO_BE_SILENCED = frozenset({IncidentKind.BREAK_GLASS})


@dataclass(frozen=True)
class Choice:
    """How one member is told of one kind. `is_fixed`: the e-mail cannot be turned off."""

    kind: IncidentKind
    email: bool
    webhook: bool
    is_fixed: bool


def email_is_on() -> bool:
    """Tell whether mail can be sent at all."""
    return bool(settings.EMAIL_HOST)


def webhook_is_on() -> bool:
    """Tell whether the team has a webhook."""
    return bool(settings.NOTIFY_WEBHOOK_URL)


def default_choice(role: str, kind: IncidentKind) -> Choice:
    """Return what a role is told unless its member chose otherwise.

    Approvers and admins: everything. Operators: what their imports caused. Viewers: nothing.
    """
    decides = role in {Role.APPROVER, Role.ADMIN}
    is_told = decides or (role == Role.OPERATOR and kind in _OPERATORS_KINDS)
    return Choice(kind, email=is_told, webhook=is_told, is_fixed=decides and kind in _NOT_TO_BE_SILENCED)


def choices_of(member: Member) -> list[Choice]:
    """Return how a member is told of every kind."""
    chosen = {row.kind: row for row in NotificationPreference.objects.filter(member=member)}
    return [_choice(member, kind, chosen.get(kind)) for kind in IncidentKind]


def choose(member: Member, choices: Iterable[Choice]) -> None:
    """Keep what a member chose for themselves."""
    wanted = list(choices)
    before = {choice.kind: choice for choice in choices_of(member)}
    with transaction.atomic():
        for choice in wanted:
            NotificationPreference.objects.update_or_create(
                member=member, kind=choice.kind, defaults={"email": choice.email, "webhook": choice.webhook}
            )
        after = {choice.kind: choice for choice in choices_of(member)}
        changed = [kind for kind in after if after[kind] != before[kind]]
        record(
            "team:notifications:chosen",
            f"{member.name} chose what to be told of",
            subject=f"team:{member.pk}",
            by=member,
            before={kind.value: _words(before[kind]) for kind in changed},
            after={kind.value: _words(after[kind]) for kind in changed},
        )


def notify_people(incident: Incident) -> list[Notification]:
    """Write down who is to be told of a new incident, in the caller's transaction.

    A channel that is off gets no row: nobody wants last month's alarms when it is turned on.
    """
    members = list(Member.objects.filter(is_active=True).order_by("pk"))
    chosen = {row.member_id: row for row in NotificationPreference.objects.filter(kind=incident.kind)}
    kind = IncidentKind(incident.kind)
    choices = [(member, _choice(member, kind, chosen.get(member.pk))) for member in members]
    now = timezone.now()
    due = now + BATCH
    rows = []
    if email_is_on():
        rows = [_row(incident, member, Channel.EMAIL, now, due) for member, choice in choices if choice.email]
    if webhook_is_on() and any(choice.webhook for _, choice in choices):
        rows.append(_row(incident, None, Channel.WEBHOOK, now, due))
    return Notification.objects.bulk_create(rows)


def send_test_notification(member: Member) -> list[Notification]:
    """Put a test on its way through every channel that is on; one on its way or a moment old is enough."""
    now = timezone.now()
    rows = []
    for channel, is_on in ((Channel.EMAIL, email_is_on()), (Channel.WEBHOOK, webhook_is_on())):
        tests = Notification.objects.filter(incident=None, member=member, channel=channel)
        # The webhook is the whole team's: nobody floods it by pressing the button.
        if is_on and not tests.filter(Q(state=State.DUE) | Q(created_at__gt=now - BATCH)).exists():
            rows.append(_row(None, member, channel, now, now))
    return Notification.objects.bulk_create(rows)


def _choice(member: Member, kind: IncidentKind, row: NotificationPreference | None) -> Choice:
    default = default_choice(member.role, kind)
    if row is None:
        return default
    return Choice(kind, row.email or default.is_fixed, row.webhook, default.is_fixed)


def _row(
    incident: Incident | None, member: Member | None, channel: Channel, now: datetime, due: datetime
) -> Notification:
    return Notification(incident=incident, member=member, channel=channel, created_at=now, next_try_at=due)


def _words(choice: Choice) -> str:
    told = [name for name, is_on in (("e-mail", choice.email), ("webhook", choice.webhook)) if is_on]
    return " and ".join(told) or "not told"
