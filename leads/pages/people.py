"""One line of a list of leads: the person, the status, and the newest receipt of the address."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from campaigns.pages.figures import UNTRACKED
from iexdg.workspaces.models import Workspace
from leads.models import CatchAll, Lead, LeadStatus, Receipt, Verdict, Verification
from leads.queries import latest_receipts

_VERIFICATION_TONES = {
    Verification.VERIFIED: "ok",
    Verification.CATCH_ALL: "warn",
    Verification.INVALID: "bad",
    Verification.PENDING: "warn",
    Verification.NONE: "idle",
}
# Verification -> label and tone.
VERIFICATION = {key.value: (str(key.label), tone) for key, tone in _VERIFICATION_TONES.items()}
_STATUS_TONES = {
    LeadStatus.ACTIVE: "ok",
    LeadStatus.COMPLETED: "done",
    LeadStatus.BOUNCED: "bad",
    LeadStatus.UNSUBSCRIBED: "bad",
    LeadStatus.SKIPPED: "warn",
}


@dataclass(frozen=True)
class LeadLine:
    """One person in one campaign."""

    lead: Lead
    name: str
    status: str
    status_tone: str
    verification: str
    verification_tone: str
    verified_at: datetime | None


def lead_lines(workspace: Workspace, leads: Sequence[Lead]) -> list[LeadLine]:
    """Combine each lead with the newest receipt of its address, in one query."""
    receipts = latest_receipts(workspace.pk, [lead.email for lead in leads])
    return [_line(lead, receipts.get(lead.email)) for lead in leads]


def _line(lead: Lead, receipt: Receipt | None) -> LeadLine:
    label, tone = VERIFICATION[verification_key(receipt)]
    status, status_tone = status_label(lead.status)
    return LeadLine(
        lead=lead,
        name=f"{lead.first_name} {lead.last_name}".strip(),
        status=status,
        status_tone=status_tone,
        verification=label,
        verification_tone=tone,
        verified_at=receipt.answered_at if receipt else None,
    )


def status_label(code: int | None) -> tuple[str, str]:
    """The label and tone of a lead's status; an unknown code is shown as such."""
    if code is None:
        return "Not reported", "warn"
    if code not in LeadStatus.values:
        return f"Unknown status {code}", "warn"
    return str(LeadStatus(code).label), _STATUS_TONES.get(LeadStatus(code), "idle")


def verification_key(receipt: Receipt | None) -> str:
    """The key in VERIFICATION that describes a receipt; anything unclear is "pending"."""
    if receipt is None:
        return Verification.NONE.value
    if receipt.verdict == Verdict.INVALID:
        return Verification.INVALID.value
    clear = {CatchAll.NO: Verification.VERIFIED, CatchAll.YES: Verification.CATCH_ALL}
    if receipt.verdict != Verdict.VERIFIED:
        return Verification.PENDING.value
    return clear.get(CatchAll(receipt.catch_all), Verification.PENDING).value


def export_cells(leads: QuerySet[Lead]) -> Iterable[list[str]]:
    """Header and rows of the export, read in chunks."""
    yield [
        "email",
        "first_name",
        "last_name",
        "company_name",
        "job_title",
        "campaign",
        "status",
        "opens",
        "replies",
        "clicks",
    ]
    for lead in leads.iterator(chunk_size=2000):
        yield [
            lead.email, lead.first_name, lead.last_name, lead.company_name, lead.job_title, lead.campaign.name,
            status_label(lead.status)[0], opens_of(lead), str(lead.replies), clicks_of(lead),
        ]  # fmt: skip


def opens_of(lead: Lead) -> str:
    """How often the person opened; "not tracked" where their campaign does not track it and none is counted."""
    return str(lead.opens) if lead.opens or lead.campaign.tracks_opens else UNTRACKED


def clicks_of(lead: Lead) -> str:
    """How often the person clicked, in the same way."""
    return str(lead.clicks) if lead.clicks or lead.campaign.tracks_clicks else UNTRACKED
