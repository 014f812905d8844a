"""Sends a step as a test e-mail to oneself, as one lead would get it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from campaigns.copy.body import Segment
from campaigns.copy.sequence import read_sequence, variant_letter
from campaigns.copy.shown_html import shown_html
from campaigns.copy.shown_text import shown_line
from campaigns.errors import TestEmailError
from campaigns.models import Campaign
from iexdg.clients.http.errors import ClientError
from iexdg.mailboxes.queries import Sender, senders
from iexdg.team.audit.models import AuditEvent
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.workspaces.connected import client_for, require_write_mode
from iexdg.workspaces.killswitch import STOPPED_WORDS, is_stopped
from iexdg.workspaces.models import Workspace
from iexdg.workspaces.writes import Outcome, perform_write

# Source: instantly-facts.md §1 rate limits, POST /emails/test (read 2026-11-22).
MOST_A_MINUTE = 10
_ASKED = "campaign:test_email:asked"
_FAILED = {Outcome.REFUSED: "No test was sent", Outcome.UNKNOWN: "It is not known whether the test was sent"}


@dataclass(frozen=True)
class TestEmail:
    """What was sent; `gaps` are the variables that were left as written, `note` why Liquid was, or ""."""

    __test__ = False

    sender: str
    to: str
    subject: str
    html: str
    gaps: tuple[str, ...]
    note: str = ""


def send_test_email(campaign: Campaign, *, step: int, variant: int, lead: Mapping[str, str], by: Member) -> TestEmail:
    """Send one variant of one step to the member's own address, never to anyone else.

    Shapes: step counts from 1, variant from 0; lead - merge variables of one lead.
    Raises: NotAllowedError, ObserveModeError, TestEmailError - nothing was sent, or (see the message) it may have been.
    """
    require(by, Action.REQUEST_GO_LIVE, campaign.workspace)
    require_write_mode(campaign.workspace)
    if is_stopped(campaign.workspace):
        raise TestEmailError(STOPPED_WORDS)
    mail = _compose(campaign, step, variant, lead, by)
    _refuse_over_limit(campaign.workspace)
    intent = _Sending(campaign, f"step {step}{variant_letter(variant)}", mail, by)
    emails = client_for(campaign.workspace).emails
    result = perform_write(intent, lambda: emails.send_test(mail.sender, mail.to, subject=mail.subject, html=mail.html))
    if result.error is not None:
        raise TestEmailError(f"{_FAILED[result.outcome]}. {result.error}")
    return mail


class _Sending:
    """A test e-mail as the intent of a write. Nothing can be read back: the audit log is the only record."""

    def __init__(self, campaign: Campaign, place: str, mail: TestEmail, by: Member) -> None:
        self.campaign, self.place, self.mail, self.by = campaign, place, mail, by

    def begin(self) -> bool:
        """Record that it was requested."""
        self._record("asked", f"Test of {self.place} requested")
        return True

    def done(self, answer: object) -> None:
        """Instantly accepted it."""
        after = {"sender": self.mail.sender, "gaps": list(self.mail.gaps)}
        self._record("sent", f"Test of {self.place} sent to {self.by.name}", after=after)

    def refused(self, error: ClientError) -> None:
        """Nothing was sent."""
        self._record("refused", self._failed(Outcome.REFUSED), note=str(error))

    def unknown(self, error: ClientError) -> None:
        """It may have been sent; it is not retried."""
        self._record("unknown", self._failed(Outcome.UNKNOWN), note=str(error))

    def _failed(self, outcome: Outcome) -> str:
        return f"Test of {self.place}: {_FAILED[outcome].lower()}"

    def _record(self, verb: str, summary: str, **facts: Any) -> None:
        pk = self.campaign.pk
        record(f"campaign:test_email:{verb}", summary, subject=f"campaign:{pk}", campaign_ref=pk, by=self.by, **facts)


def _compose(campaign: Campaign, step: int, variant: int, lead: Mapping[str, str], by: Member) -> TestEmail:
    sequence = read_sequence(campaign.sequences)
    of_step = sequence.step(step)
    chosen = of_step.live_variant(variant) if of_step else None
    if chosen is None:
        raise TestEmailError("This step or variant no longer exists, or it is switched off. Sync, then check again.")
    ready = [sender for sender in senders(campaign.workspace, campaign.senders) if sender.is_ready]
    if not ready:
        raise TestEmailError("No sender of this campaign can send. Reconnect one on the page Mailboxes, then sync.")
    values = {**lead, **_of_sender(ready[0])}
    reply = "" if chosen.subject else "Re: "
    subject, note = shown_line(Segment(chosen.subject or sequence.thread_subject(step)), values)
    body = shown_html(chosen.body, values)
    return TestEmail(
        sender=ready[0].email,
        to=by.email,
        subject=f"[Test] {reply}{''.join(piece.text for piece in subject)}",
        html=body.html,
        gaps=tuple(dict.fromkeys([*(piece.text for piece in subject if piece.is_gap), *body.gaps])),
        note=body.note or note,
    )


def _of_sender(sender: Sender) -> dict[str, str]:
    """Assumed: the values Instantly inserts for the sender's own variables; the signature is left to Instantly."""
    box = sender.mailbox
    first, last = (box.first_name, box.last_name) if box else ("", "")
    return {
        "sendingAccountFirstName": first,
        "sendingAccountLastName": last,
        "sendingAccountName": f"{first} {last}".strip(),
        "sendingAccountEmail": sender.email,
    }


def _refuse_over_limit(workspace: Workspace) -> None:
    since = timezone.now() - timedelta(minutes=1)
    here = Campaign.objects.filter(workspace=workspace).values("pk")
    if AuditEvent.objects.filter(action=_ASKED, at__gte=since, campaign_ref__in=here).count() >= MOST_A_MINUTE:
        raise TestEmailError(f"Instantly allows {MOST_A_MINUTE} test e-mails a minute. Try again in a minute.")
