"""One person in one campaign: status, receipts, imports, the other campaigns, and what happened when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.urls import reverse
from django.utils import timezone

from campaigns.instantly_app import campaign_people_url
from iexdg.clients.http.errors import ClientError
from iexdg.clients.instantly.emails import Email
from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.errors import NotConnectedError
from iexdg.workspaces.models import Workspace
from leads.models import (
    CatchAll,
    Erasure,
    Lead,
    ListedLead,
    PeopleChange,
    PeopleWanted,
    Receipt,
    Row,
    Verdict,
)
from leads.models.change import OPEN_PEOPLE_CHANGE
from leads.pages.lists import may_change_people, why_no_change
from leads.pages.people import LeadLine, lead_lines, status_label
from leads.person import PersonThread, threads_of
from leads.queries import blocked_values, receipts_of, rows_of_address, same_address

_MOST = 20
# One page of Instantly's list.
_MOST_EMAILS = 50
_RECEIVED = 2
# Fields of a lead that Instantly lists among its variables too; phone and the like are fields of their own there.
_OWN = frozenset(
    {
        "email",
        "firstName",
        "lastName",
        "companyName",
        "jobTitle",
        "companyDomain",
        "phone",
        "website",
        "personalization",
    }
)
# Source: docs/api/instantly-facts.md §2.0, Email.ue_type.
_KINDS = {
    1: ("Sent by the campaign", "busy"),
    _RECEIVED: ("Received", "ok"),
    3: ("Sent by hand", "busy"),
    4: ("Scheduled", "idle"),
}


@dataclass(frozen=True)
class ReceiptLine:
    """One verification of the address; `source` says where it was made, if it was imported."""

    receipt: Receipt
    verdict: str
    tone: str
    import_url: str
    source: str = ""


@dataclass(frozen=True)
class RowLine:
    """One row of a file with this address, and its outcome."""

    row: Row
    outcome: str
    reason: str
    url: str


@dataclass(frozen=True)
class Elsewhere:
    """The same address in another campaign."""

    lead: Lead
    status: str
    tone: str


@dataclass(frozen=True)
class PersonEvent:
    """One thing that happened to this person, as far as it was recorded or read."""

    at: datetime
    text: str
    tone: str
    url: str = ""


@dataclass(frozen=True)
class EmailLine:
    """One e-mail as Instantly returned it just now."""

    at: datetime | None
    subject: str
    words: str
    label: str
    tone: str
    sender: str


@dataclass(frozen=True)
class Emails:
    """The e-mails with this person, read from Instantly on request; `error` where that failed."""

    lines: tuple[EmailLine, ...]
    read_at: datetime
    error: str = ""


@dataclass(frozen=True)
class PersonPage:
    """What the page shows; `emails` only where they were asked for."""

    lead: Lead
    line: LeadLine
    title: str
    variables: tuple[tuple[str, str], ...]
    receipts: tuple[ReceiptLine, ...]
    rows: tuple[RowLine, ...]
    elsewhere: tuple[Elsewhere, ...]
    blocked: tuple[str, ...]
    mail_domain: str
    events: tuple[PersonEvent, ...]
    instantly_url: str
    emails: Emails | None
    lists: tuple[ListedLead, ...]
    threads: tuple[PersonThread, ...]
    changes: tuple[PeopleChange, ...]
    may_change: bool
    may_erase: bool
    why_not: str

    @property
    def own_variables(self) -> tuple[tuple[str, str], ...]:
        """The variables that are none of the fields that a lead has anyway."""
        return tuple((name, value) for name, value in self.variables if name not in _OWN)


@dataclass(frozen=True)
class ListedPersonPage:
    """What the page of someone shows who is in lists only."""

    listed: ListedLead
    title: str
    lists: tuple[ListedLead, ...]
    variables: tuple[tuple[str, str], ...]
    receipts: tuple[ReceiptLine, ...]
    rows: tuple[RowLine, ...]
    blocked: tuple[str, ...]
    may_change: bool
    may_erase: bool


@dataclass(frozen=True)
class ErasurePlan:
    """What erasing a person deletes, as far as it is known here."""

    campaigns: tuple[str, ...]
    lists: tuple[str, ...]
    lines: int
    receipts: int
    threads: int
    files: tuple[str, ...]


def person_page(lead: Lead, reader: Member, *, reads_emails: bool = False) -> PersonPage:
    """Build the page with a fixed number of queries. Shapes: reads_emails - read them from Instantly now."""
    line = lead_lines(lead.campaign.workspace, [lead])[0]
    receipts = list(receipts_of(lead.workspace_id, lead.email)[:_MOST])
    rows = list(rows_of_address(lead.workspace_id, lead.email)[:_MOST])
    elsewhere = sorted(same_address(lead)[:_MOST], key=lambda other: other.pk)
    return PersonPage(
        lead=lead,
        line=line,
        title=line.name or lead.email,
        variables=_variables(lead),
        receipts=tuple(receipt_line(receipt) for receipt in receipts),
        rows=tuple(_row_line(row) for row in rows),
        elsewhere=tuple(Elsewhere(other, *status_label(other.status)) for other in elsewhere),
        blocked=tuple(blocked_values(lead.workspace_id, lead.email)),
        mail_domain=lead.email.rpartition("@")[2],
        events=_events(lead, receipts, rows),
        instantly_url=campaign_people_url(lead.campaign),
        emails=emails_of(lead) if reads_emails else None,
        lists=_lists_with(lead.workspace_id, lead.email),
        threads=tuple(threads_of(lead.campaign.workspace, lead.email)),
        changes=tuple(_open_changes(lead)),
        may_change=may_change_people(lead.campaign.workspace, reader),
        may_erase=reader.may(Action.ERASE, lead.campaign.workspace),
        why_not=why_no_change(lead.campaign.workspace, reader),
    )


def listed_person_page(listed: ListedLead, reader: Member) -> ListedPersonPage:
    """Build the page of someone who is in no campaign, with a fixed number of queries."""
    workspace = listed.lead_list.workspace
    name = f"{listed.first_name} {listed.last_name}".strip()
    receipts = receipts_of(workspace.pk, listed.email)[:_MOST] if listed.email else []
    rows = rows_of_address(workspace.pk, listed.email)[:_MOST] if listed.email else []
    return ListedPersonPage(
        listed=listed,
        title=name or listed.email or "Person without an address",
        lists=_lists_with(workspace.pk, listed.email) or (listed,),
        variables=_variables(listed),
        receipts=tuple(receipt_line(receipt) for receipt in receipts),
        rows=tuple(_row_line(row) for row in rows),
        blocked=tuple(blocked_values(workspace.pk, listed.email)) if listed.email else (),
        may_change=may_change_people(workspace, reader),
        may_erase=reader.may(Action.ERASE, workspace),
    )


def erasure_plan(workspace: Workspace, someone: Lead | ListedLead) -> ErasurePlan:
    """What is known of a person, before they are erased."""
    email = someone.email
    rows = list(rows_of_address(workspace.pk, email))
    leads = Lead.objects.filter(workspace=workspace, email=email, vanished_at__isnull=True).select_related("campaign")
    return ErasurePlan(
        campaigns=tuple(sorted(lead.campaign.name for lead in leads.order_by())),
        lists=tuple(str(one.lead_list) for one in _lists_with(workspace.pk, email)),
        lines=len(rows),
        receipts=Receipt.objects.filter(workspace=workspace, email=email).count(),
        threads=len(threads_of(workspace, email)),
        files=tuple(sorted({row.imported.file_name for row in rows})),
    )


_ERASED = {
    "leads_at_instantly": "people deleted at Instantly, in campaigns and lists",
    "emails_at_instantly": "e-mails deleted at Instantly",
    "conversations": "conversations deleted here",
    "people_in_campaigns": "entries of campaigns deleted here",
    "people_in_lists": "entries of lists deleted here",
    "lines": "lines of imports emptied here",
    "files": "stored files deleted here",
    "receipts": "verifications whose address was taken out",
    "requests": "requests whose values were taken out",
}


def erasure_lines(erasure: Erasure) -> list[tuple[str, int]]:
    """What was erased, and how many of it."""
    return [(words, erasure.facts.get(key, 0)) for key, words in _ERASED.items()] if erasure.finished_at else []


def _lists_with(workspace_pk: int, email: str) -> tuple[ListedLead, ...]:
    if not email:
        return ()
    found = ListedLead.objects.filter(workspace_id=workspace_pk, email=email, vanished_at__isnull=True)
    return tuple(found.select_related("lead_list").order_by("pk")[:_MOST])


def _open_changes(lead: Lead) -> list[PeopleChange]:
    """What of this lead is requested, and the newest refusal."""
    wanted = [PeopleWanted.VARIABLES, PeopleWanted.REMOVE]
    rows = list(PeopleChange.objects.filter(lead=lead, wanted__in=wanted).order_by("-pk")[:5])
    return [row for place, row in enumerate(rows) if row.state in OPEN_PEOPLE_CHANGE or place == 0]


def emails_of(lead: Lead) -> Emails:
    """Read the newest e-mails with a lead from Instantly; nothing of them is stored here."""
    read_at = timezone.now()
    try:
        found = client_for(lead.campaign.workspace).emails.of_lead(lead.email, lead.campaign.remote_id)
        return Emails(tuple(_email_line(email) for email in islice(found, _MOST_EMAILS)), read_at)
    except (ClientError, NotConnectedError) as error:
        return Emails((), read_at, str(error))


def _email_line(email: Email) -> EmailLine:
    label, tone = _KINDS.get(email.kind or 0, ("E-mail of an unknown kind", "warn"))
    if email.kind == _RECEIVED and email.is_auto_reply:
        label, tone = "Auto-reply", "idle"
    return EmailLine(email.sent_at, email.subject or "no subject", email.words, label, tone, email.sender or "")


def _variables(lead: Lead | ListedLead) -> tuple[tuple[str, str], ...]:
    """The merge variables that Instantly has, by name; nested values are left out, since no copy can use them."""
    plain = {name: value for name, value in lead.variables.items() if isinstance(value, str | int | float | bool)}
    return tuple((name, str(value)) for name, value in sorted(plain.items()))


def receipt_line(receipt: Receipt) -> ReceiptLine:
    """Shape one verification."""
    verdict = str(Verdict(receipt.verdict).label)
    tone = {Verdict.VERIFIED: "ok", Verdict.INVALID: "bad"}.get(Verdict(receipt.verdict), "warn")
    if receipt.verdict == Verdict.VERIFIED and receipt.catch_all == CatchAll.YES:
        verdict, tone = "verified, catch-all", "warn"
    url = reverse("leads:import", args=[receipt.paid_by_id]) if receipt.paid_by_id else ""
    return ReceiptLine(receipt, f"{verdict[:1].upper()}{verdict[1:]}", tone, url, source_of(receipt))


def source_of(receipt: Receipt) -> str:
    """Where an imported receipt comes from; "" for one of an import here."""
    if receipt.came_with is None:
        return ""
    return f"imported from {receipt.came_with.file_name}" + (f": {receipt.origin}" if receipt.origin else "")


def _row_line(row: Row) -> RowLine:
    reason = str(row.get_reason_display()) if row.reason else ""
    outcome = str(row.get_state_display())
    return RowLine(row, f"{outcome[:1].upper()}{outcome[1:]}", reason, reverse("leads:import", args=[row.imported_id]))


def _events(lead: Lead, receipts: Sequence[Receipt], rows: Sequence[Row]) -> tuple[PersonEvent, ...]:
    """Merge what is recorded here and what Instantly reports, the newest first."""
    found = []
    for row in rows:
        url = reverse("leads:import", args=[row.imported_id])
        words = f"In line {row.line} of {row.imported.file_name} for {row.imported.into}"
        found.append(PersonEvent(row.imported.uploaded_at, words, "idle", url))
        if row.batch is not None and row.batch.sent_at is not None:
            words = f"Sent to {row.imported.into} in batch {row.batch.number}: {row.get_state_display()}"
            found.append(PersonEvent(row.batch.sent_at, words, "ok" if row.state == "loaded" else "warn", url))
    for receipt in receipts:
        line = receipt_line(receipt)
        if receipt.answered_at is not None:
            found.append(PersonEvent(receipt.answered_at, f"Address checked: {line.verdict.lower()}", line.tone))
    if lead.last_contact_at is not None:
        found.append(PersonEvent(lead.last_contact_at, f"Last e-mail of {lead.campaign.name}", "idle"))
    if lead.vanished_at is not None:
        found.append(PersonEvent(lead.vanished_at, f"Instantly no longer lists them in {lead.campaign.name}", "warn"))
    return tuple(sorted(found, key=lambda event: event.at, reverse=True))
