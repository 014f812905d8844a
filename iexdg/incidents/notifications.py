"""Who is notified of which incident, and the rows that record it; delivery.py sends them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from iexdg.incidents.kinds import IncidentKind, declared_kinds
from iexdg.incidents.models import Channel, Incident, Notification, NotificationPreference
from iexdg.incidents.models import NotificationState as State
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.queries import members_of

# Incidents within this time are sent to a person as one e-mail.
BATCH = timedelta(seconds=30)


@dataclass(frozen=True)
class Choice:
    """How one member is notified of one kind. `is_fixed`: the e-mail cannot be turned off."""

    kind: IncidentKind
    email: bool
    webhook: bool
    is_fixed: bool


def email_is_on() -> bool:
    """Whether e-mail can be sent at all."""
    return bool(settings.EMAIL_HOST)


def webhook_is_on() -> bool:
    """Whether the team has a webhook."""
    return bool(settings.NOTIFY_WEBHOOK_URL)


def default_choice(role: str, kind: IncidentKind) -> Choice:
    """Return how a role is notified unless its member chose otherwise, as the kind declares."""
    is_notified = role in kind.notified
    return Choice(kind, email=is_notified, webhook=is_notified, is_fixed=is_notified and bool(kind.always_email))


def choices_of(member: Member) -> list[Choice]:
    """Return how a member is notified of every kind, by the highest role that they have anywhere."""
    chosen = {row.kind: row for row in NotificationPreference.objects.filter(member=member)}
    role = member.strongest_role
    return [_choice(role, kind, chosen.get(kind.code)) for kind in declared_kinds()]


def choose(member: Member, choices: Iterable[Choice]) -> None:
    """Store what a member chose for themselves."""
    wanted = list(choices)
    before = {choice.kind.code: choice for choice in choices_of(member)}
    with transaction.atomic():
        for choice in wanted:
            NotificationPreference.objects.update_or_create(
                member=member, kind=choice.kind.code, defaults={"email": choice.email, "webhook": choice.webhook}
            )
        after = {choice.kind.code: choice for choice in choices_of(member)}
        changed = [code for code in after if after[code] != before[code]]
        record(
            "team:notifications:chosen",
            f"{member.name} changed their notifications",
            subject=f"team:{member.pk}",
            by=member,
            before={code: _words(before[code]) for code in changed},
            after={code: _words(after[code]) for code in changed},
        )


def notify_people(incident: Incident) -> list[Notification]:
    """Record who of the workspace's members is to be notified of a new incident, in the caller's transaction.

    A channel that is off gets no row: turning it on must not send last month's incidents.
    """
    members = sorted(members_of(incident.workspace), key=lambda member: member.pk)
    chosen = {row.member_id: row for row in NotificationPreference.objects.filter(kind=incident.kind)}
    choices = [
        (member, _choice(member.role_in(incident.workspace), incident.declared, chosen.get(member.pk)))
        for member in members
    ]
    now = timezone.now()
    due = now + BATCH
    rows = []
    if email_is_on():
        rows = [_row(incident, member, Channel.EMAIL, now, due) for member, choice in choices if choice.email]
    if webhook_is_on() and any(choice.webhook for _, choice in choices):
        rows.append(_row(incident, None, Channel.WEBHOOK, now, due))
    return Notification.objects.bulk_create(rows)


def send_test_notification(member: Member) -> list[Notification]:
    """Queue a test through every channel that is on, unless one is queued or was sent a moment ago."""
    now = timezone.now()
    rows = []
    for channel, is_on in ((Channel.EMAIL, email_is_on()), (Channel.WEBHOOK, webhook_is_on())):
        tests = Notification.objects.filter(incident=None, member=member, channel=channel)
        # The webhook is the whole team's: pressing the button repeatedly must not flood it.
        if is_on and not tests.filter(Q(state=State.DUE) | Q(created_at__gt=now - BATCH)).exists():
            rows.append(_row(None, member, channel, now, now))
    return Notification.objects.bulk_create(rows)


def _choice(role: str, kind: IncidentKind, row: NotificationPreference | None) -> Choice:
    default = default_choice(role, kind)
    if row is None:
        return default
    return Choice(kind, row.email or default.is_fixed, row.webhook, default.is_fixed)


def _row(
    incident: Incident | None, member: Member | None, channel: Channel, now: datetime, due: datetime
) -> Notification:
    return Notification(incident=incident, member=member, channel=channel, created_at=now, next_try_at=due)


def _words(choice: Choice) -> str:
    channels = [name for name, is_on in (("e-mail", choice.email), ("webhook", choice.webhook)) if is_on]
    return " and ".join(channels) or "not notified"
