"""The message of an automation to people of the team: whom it reaches, its text, and sending it once.

One message for one event. As a notification about an incident it contains no address and nothing that a lead wrote; it
leads to the page where that is. What may have been sent is unknown, and is not sent again by itself.
"""

import smtplib
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMessage, get_connection
from django.urls import reverse

from iexdg.clients.http.errors import ClientError, ConnectError, RateLimitError, ServerError
from iexdg.clients.http.webhook import post_webhook
from iexdg.crm.actions import WEBHOOK
from iexdg.crm.errors import CrmError
from iexdg.crm.models import LedgerEntry, Trigger
from iexdg.incidents.notifications import email_is_on, webhook_is_on
from iexdg.incidents.wording import without_addresses
from iexdg.team.current import connected_slugs, in_workspace
from iexdg.team.models import Member
from iexdg.team.queries import members_of
from iexdg.ui.addresses import public_url
from iexdg.workspaces.models import Workspace

_WORDS = {
    Trigger.REPLIED: "A lead replied",
    Trigger.INTEREST: "The interest of a lead changed",
    Trigger.FINISHED: "A lead finished the campaign",
    Trigger.LOADED: "A lead was loaded",
    Trigger.BOUNCED: "An e-mail to a lead bounced",
    Trigger.UNSUBSCRIBED: "A lead unsubscribed",
}
_LASTING = 500
_EMAIL_OFF = "E-mail is off: EMAIL_HOST is not set."
_WEBHOOK_OFF = "The team's webhook is off: NOTIFY_WEBHOOK_URL is not set."


class Failure(StrEnum):
    """What a failure means: nothing was sent and it can heal, nothing was sent, or that is not known."""

    HEALS = "heals"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class NotDeliveredError(CrmError):
    """A message was not accepted; the text says why and holds no secret and no address."""

    code = "crm_not_delivered"

    def __init__(self, words: str, failure: Failure) -> None:
        super().__init__(words)
        self.failure = failure


def recipients_of(workspace: Workspace, wanted: Mapping[str, Any]) -> list[Member]:
    """The active members whom a notification reaches: those who are named, and those who have a named role."""
    named, roles = set(wanted.get("members", ())), set(wanted.get("roles", ()))
    return [one for one in members_of(workspace) if one.pk in named or one.role_in(workspace) in roles]


def channels_off() -> list[str]:
    """Which ways of notifying are switched off here; one sentence each."""
    email = [] if email_is_on() else [f"{_EMAIL_OFF} Until it is, nobody can be notified by e-mail."]
    webhook = [] if webhook_is_on() else [f"{_WEBHOOK_OFF} Until it is, nothing can be posted to it."]
    return [*email, *webhook]


def send(entry: LedgerEntry) -> dict[str, Any]:
    """Send the message of an entry; returns what the ledger keeps.

    Raises: NotDeliveredError - it was not accepted, or that is not known.
    """
    subject, text = message_of(entry)
    if entry.request["channel"] == WEBHOOK:
        _post(f"{subject}\n{text}", entry.again)
        return {"accepted": True}
    people = recipients_of(entry.workspace, entry.request)
    _mail(subject, text, [one.email for one in people], entry.again)
    return {"accepted": True, "members": [one.pk for one in people]}


def message_of(entry: LedgerEntry) -> tuple[str, str]:
    """Return the subject and the text of the message about an event."""
    name = without_addresses(entry.automation.name)
    campaign = without_addresses(entry.request["campaign"])
    what = f"{_WORDS[Trigger(entry.request['trigger'])]}{f': {campaign}' if campaign else ''}"
    if len(connected_slugs()) > 1:
        what = f"{without_addresses(entry.workspace.name)}: {what}"
    with in_workspace(entry.workspace.slug):
        thread = entry.thread_id
        page = reverse("inbox:thread", args=[thread]) if thread else reverse("crm:entry", args=[entry.pk])
    lines = [f"{what}.", f"Open it: {public_url()}{page}", f"The automation {name} sent this."]
    if entry.request["is_test"]:
        return f"[Outreach] Test: {name}", "\n".join(["This is a test. It happened to nobody.", *lines])
    return f"[Outreach] {what[:150]}", "\n".join(lines)


def _mail(subject: str, text: str, addresses: list[str], again: str) -> None:
    """Hand one message over to the mail server, for all of them at once. Shapes: again - how it is asked again."""
    if not email_is_on():
        raise NotDeliveredError(f"{_EMAIL_OFF} Set it, then {again}.", Failure.REFUSED)
    if not addresses:
        words = f"No active member is named or has one of the roles. Give one of them to a member, then {again}."
        raise NotDeliveredError(words, Failure.REFUSED)
    connection = get_connection()
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as error:
        raise NotDeliveredError(_about(error), Failure.HEALS) from None
    try:
        # Nobody learns the addresses of the others.
        EmailMessage(subject, f"{text}\n", settings.DEFAULT_FROM_EMAIL, bcc=addresses, connection=connection).send()
    except (smtplib.SMTPException, OSError, BadHeaderError) as error:
        raise NotDeliveredError(_about(error), _meaning(error)) from None
    finally:
        _close(connection)


def _close(connection: Any) -> None:
    try:
        connection.close()
    except (smtplib.SMTPException, OSError):
        # The message was accepted or refused before.
        return


def _meaning(error: Exception) -> Failure:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        return Failure.REFUSED if any(code >= _LASTING for code in codes) else Failure.HEALS
    if isinstance(error, smtplib.SMTPResponseException):
        return Failure.REFUSED if error.smtp_code >= _LASTING else Failure.HEALS
    # The connection broke: the server may have accepted it.
    return Failure.REFUSED if isinstance(error, BadHeaderError) else Failure.UNKNOWN


def _about(error: Exception) -> str:
    # A mail server's message may contain addresses and hosts; the type of the error and its code are enough.
    code = getattr(error, "smtp_code", "")
    return f"The mail server: {type(error).__name__} {code}".strip()


def _post(text: str, again: str) -> None:
    if not webhook_is_on():
        raise NotDeliveredError(f"{_WEBHOOK_OFF} Set it, then {again}.", Failure.REFUSED)
    try:
        post_webhook(
            settings.NOTIFY_WEBHOOK_URL,
            {"text": text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")},
            https_only=not settings.USES_SANDBOX,
            allowed_hosts=settings.WEBHOOK_ALLOWED_HOSTS,
        )
    except ClientError as error:
        answered = f"answered {error.status}" if error.status else f"did not answer ({error.code})"
        words = f"The webhook {answered}: {error.detail}".rstrip(": ")
        raise NotDeliveredError(words, _meaning_of_answer(error)) from None


def _meaning_of_answer(error: ClientError) -> Failure:
    if isinstance(error, ConnectError | RateLimitError):
        return Failure.HEALS
    # A server that fails may have passed it on before; without an answer nothing is known.
    is_refused = error.status is not None or error.code == "validation"
    return Failure.REFUSED if is_refused and not isinstance(error, ServerError) else Failure.UNKNOWN
