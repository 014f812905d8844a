"""The weekly report by e-mail: who wants it, one row for each week and member, and sending it once.

    -> due
    due -> sending | failed
    sending -> due | sent | unknown

The row is unique for a week and a member, and a conditional UPDATE lets one worker send it. A worker that crashes while
it sends leaves it *sending*; nobody knows whether it left, so it becomes *unknown* and is not sent again.
"""

import smtplib
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from iexdg.analytics.days import Chosen, Days, week_before
from iexdg.analytics.filters import Filters
from iexdg.analytics.models import WeeklyChoice, WeeklyReport
from iexdg.analytics.models import WeeklyState as State
from iexdg.analytics.pages.compare import Frame, compare_page, frame_of
from iexdg.analytics.pages.summary import campaign_lines, summary_lines
from iexdg.analytics.reading import campaigns_that_sent, want
from iexdg.clients.http.redaction import redact
from iexdg.states import StateTable, has_come
from iexdg.team.audit.record import record
from iexdg.team.current import in_workspace
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.queries import members_of
from iexdg.team.roles import Action
from iexdg.ui.addresses import public_url
from iexdg.ui.formatting import date_words
from iexdg.workspaces.models import Workspace

WEEKLY_REPORTS = StateTable(
    "WeeklyReport",
    starts=(State.DUE,),
    moves={State.DUE: (State.SENDING, State.FAILED), State.SENDING: (State.DUE, State.SENT, State.UNKNOWN)},
)
# Monday, when the figures of Sunday have been counted.
LEAVES_AT = time(7, 0, tzinfo=UTC)
# What could not be planned by then is of no interest any more.
_LATEST = timedelta(days=2)
# Figures that cannot be read for so long are reported as unknown.
WAITS_FOR_FIGURES = timedelta(hours=3)
_AGAIN_AFTER = timedelta(minutes=15)
MOST_ATTEMPTS = 6
# Longer than sending one message can take.
_CLAIM = timedelta(minutes=5)
# Certainly not sent: the server refused the message, or the person.
_REFUSED = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError)


def choose(member: Member, workspace: Workspace, *, wants: bool) -> bool:
    """Turn the weekly report on or off for oneself; returns whether that changed anything.

    Raises: UnknownWorkspaceError, NotAllowedError - the member may not read this workspace; nothing was changed.
    """
    require(member, Action.READ, workspace)
    mine = WeeklyChoice.objects.filter(workspace=workspace, member=member)
    with transaction.atomic():
        if wants:
            _, changed = WeeklyChoice.objects.get_or_create(
                workspace=workspace, member=member, defaults={"chosen_at": timezone.now()}
            )
        else:
            changed = bool(mine.delete()[0])
        if changed:
            record(
                "analytics:weekly:chosen",
                f"{member.name} turned the weekly report {'on' if wants else 'off'}",
                subject=f"workspace:{workspace.pk}",
                by=member,
            )
    return changed


def wants_weekly(member: Member, workspace: Workspace) -> bool:
    """Whether a member gets the weekly report of a workspace."""
    return WeeklyChoice.objects.filter(workspace=workspace, member=member).exists()


def plan_reports(workspace: Workspace, now: datetime) -> int:
    """Make the rows of last week's report, from Monday morning on; those that are there stay. Returns how many are new.

    Without a mail server none is made: turning it on must not send what is old.
    """
    week = week_before(now.astimezone(UTC).date())
    leaves_at = _leaves_at(week)
    if not settings.EMAIL_HOST or not leaves_at <= now <= leaves_at + _LATEST:
        return 0
    chosen = WeeklyChoice.objects.filter(workspace=workspace, chosen_at__lte=leaves_at)
    wanted = set(chosen.values_list("member", flat=True))
    people = [member for member in members_of(workspace) if member.pk in wanted]
    there = WeeklyReport.objects.filter(workspace=workspace, week=week.first)
    before = there.count()
    WeeklyReport.objects.bulk_create(
        [
            WeeklyReport(workspace=workspace, member=member, week=week.first, made_at=now, try_at=now)
            for member in people
        ],
        ignore_conflicts=True,
    )
    return there.count() - before


def send_reports(workspace: Workspace, now: datetime) -> int:
    """Send what is due, one message a member; returns how many were sent."""
    _give_up_on_crashed(workspace, now)
    due = WeeklyReport.objects.filter(has_come("try_at", now, longest=_AGAIN_AFTER), workspace=workspace)
    sent = 0
    for row in due.filter(state=State.DUE).select_related("member", "workspace").order_by("pk"):
        frame = _frame(workspace, Days(row.week, row.week + timedelta(days=6)), now)
        if now < row.made_at + WAITS_FOR_FIGURES and not _is_read(frame):
            # A worker reads them; the next tick finds the row again.
            continue
        sent += _send(row, frame, now)
    return sent


def _frame(workspace: Workspace, week: Days, now: datetime) -> Frame:
    """The comparison of every campaign that sent in a week; what is missing will be read."""
    campaigns = tuple(campaigns_that_sent(workspace, week))
    frame = frame_of(workspace, Filters(Chosen(week, ""), campaigns), now.astimezone(UTC).date())
    if frame.readable:
        want(workspace, frame.readable, frame.ranges)
    return frame


def _is_read(frame: Frame) -> bool:
    """Whether the figures of the week were read after it had ended; those of the week before were read at all."""
    if frame.days is None or frame.is_waiting:
        return False
    ended_at = _leaves_at(frame.days)
    found = [frame.reading(pk) for pk in frame.readable]
    return all(one is not None and one.read_at is not None and one.read_at >= ended_at for one in found)


def _leaves_at(week: Days) -> datetime:
    return datetime.combine(week.last + timedelta(days=1), LEAVES_AT)


def _give_up_on_crashed(workspace: Workspace, now: datetime) -> None:
    stuck = WeeklyReport.objects.filter(has_come("try_at", now, longest=_CLAIM), workspace=workspace)
    WEEKLY_REPORTS.move(
        stuck, to=State.UNKNOWN, expected=State.SENDING, error="The worker that sent it stopped; it may have left."
    )


def _send(row: WeeklyReport, frame: Frame, now: datetime) -> int:
    this = WeeklyReport.objects.filter(pk=row.pk)
    reason = _why_not(row)
    if reason:
        WEEKLY_REPORTS.move(this, to=State.FAILED, expected=State.DUE, error=reason)
        return 0
    if not WEEKLY_REPORTS.move(
        this, to=State.SENDING, expected=State.DUE, try_at=now + _CLAIM, attempts=F("attempts") + 1
    ):
        return 0
    subject, body = letter(row.workspace, frame)
    connection = get_connection()
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as error:
        return _again(row, error, now)
    message = EmailMessage(
        subject,
        body,
        settings.DEFAULT_FROM_EMAIL,
        [row.member.email],
        connection=connection,
        # What a mail program opens behind its own Unsubscribe; the page asks who it is, and turns it off.
        headers={"List-Unsubscribe": f"<{_choice_url(row.workspace)}>"},
    )
    try:
        message.send()
    except _REFUSED as error:
        return _again(row, error, now)
    except (smtplib.SMTPException, OSError) as error:
        WEEKLY_REPORTS.move(this, to=State.UNKNOWN, expected=State.SENDING, error=_words(error))
        return 0
    finally:
        connection.close()
    WEEKLY_REPORTS.move(this, to=State.SENT, expected=State.SENDING, sent_at=timezone.now(), error="")
    return 1


def _why_not(row: WeeklyReport) -> str:
    if row.attempts >= MOST_ATTEMPTS:
        return row.error or "The mail server did not take it."
    if not row.member.is_active or not row.member.role_in(row.workspace):
        return "The member has no role in this workspace any more."
    return "" if wants_weekly(row.member, row.workspace) else "The member turned it off."


def _again(row: WeeklyReport, error: Exception, now: datetime) -> int:
    this = WeeklyReport.objects.filter(pk=row.pk)
    WEEKLY_REPORTS.move(this, to=State.DUE, expected=State.SENDING, error=_words(error), try_at=now + _AGAIN_AFTER)
    return 0


def _words(error: Exception) -> str:
    """The kind of an error and its code: the words of a mail server may hold addresses and hosts."""
    code = getattr(error, "smtp_code", "")
    return redact(f"The mail server: {type(error).__name__} {code}".strip())[:300]


def letter(workspace: Workspace, frame: Frame) -> tuple[str, str]:
    """The subject and the text of a week's report; campaigns and figures, nobody's address."""
    page = compare_page(frame)
    span = _span(frame.days, frame.today)
    lines = [f"{workspace.name}, {span}", ""]
    if page.rows:
        lines += [*summary_lines(page), "", *campaign_lines(page)]
    else:
        lines.append("No campaign sent anything in this week.")
    with in_workspace(workspace.slug):
        report = reverse("analytics:report")
    lines += [
        "",
        f"The report, to print: {public_url()}{report}{frame.filters.query()}",
        "Rates are sums divided by sums; there is none under 50.",
        f"You chose this e-mail; turn it off here: {_choice_url(workspace)}",
    ]
    # A line break would end the header.
    subject = " ".join(f"Weekly report: {workspace.name}, {span}".split())
    return subject[:200], "\n".join(lines) + "\n"


def _choice_url(workspace: Workspace) -> str:
    """The page on which a member turns the report off."""
    with in_workspace(workspace.slug):
        return f"{public_url()}{reverse('analytics:weekly')}"


def _span(days: Days | None, today: date) -> str:
    if days is None:
        return "since the start"
    return f"{date_words(days.first, today=today)} – {date_words(days.last, today=today)}"
