"""Opens incidents for mailboxes that worked and fail now, and for those that are gone, with whom they serve."""

from datetime import timedelta

from django.utils import timezone

from iexdg.incidents.models import UNRESOLVED, Incident
from iexdg.incidents.record import open_incident, resolve_incident
from iexdg.incidents.standing import StandingIncident, sync_standing_incidents
from iexdg.incidents.subject import Subject
from iexdg.mailboxes.incident_kinds import DISCONNECTED, GONE
from iexdg.mailboxes.models import Mailbox
from iexdg.mailboxes.queries import disconnected_since, gone_since
from iexdg.mailboxes.served import ServedCampaign, by_mailbox, campaigns_served
from iexdg.ui.formatting import plural
from iexdg.workspaces.models import Workspace

# A longer outage of the scan leaves out who vanished before.
_LOOKED_BACK = timedelta(days=1)


def watch_disconnected(workspace: Workspace) -> None:
    """Open an incident for each mailbox that disconnected, and close those of mailboxes that work again."""
    boxes = list(disconnected_since(workspace))
    served = by_mailbox(campaigns_served(workspace), [box.email for box in boxes]) if boxes else {}
    wanted = [_incident(box, served[box.email]) for box in boxes]
    sync_standing_incidents(workspace, [DISCONNECTED], wanted)


def watch_gone(workspace: Workspace) -> None:
    """Open one incident each time that a mailbox disappears at Instantly without a request made here.

    It is resolved by a person, who knows whether that was meant, or because the mailbox is listed again.
    """
    boxes = list(gone_since(workspace, timezone.now() - _LOOKED_BACK))
    known = set(
        Incident.objects.filter(workspace=workspace, dedupe_key__in=[_key_of(box) for box in boxes]).values_list(
            "dedupe_key", flat=True
        )
    )
    new = [box for box in boxes if _key_of(box) not in known]
    served = by_mailbox(campaigns_served(workspace), [box.email for box in new]) if new else {}
    for box in new:
        names = [campaign.name for campaign in served[box.email]]
        open_incident(
            workspace,
            GONE,
            dedupe_key=_key_of(box),
            summary=f"{box.email} is no longer at Instantly",
            detail="It was not deleted here.",
            about=Subject(None, "", "mailbox", box.pk),
            details={"mailbox": box.email, "campaigns": names or ["none"]},
        )
    _resolve_returned(workspace)


def _resolve_returned(workspace: Workspace) -> None:
    there = Incident.objects.filter(workspace=workspace, kind=GONE.code, state__in=UNRESOLVED)
    still = {_key_of(box) for box in Mailbox.objects.filter(workspace=workspace, vanished_at__isnull=False)}
    for incident in there:
        if incident.dedupe_key not in still:
            resolve_incident(incident, by=None, note="Instantly lists it again.")


def _key_of(box: Mailbox) -> str:
    since = box.vanished_at.isoformat() if box.vanished_at else ""
    return f"mailbox:{box.pk}:gone:{since}"


def _incident(box: Mailbox, campaigns: list[ServedCampaign]) -> StandingIncident:
    sending = sum(campaign.is_sending for campaign in campaigns)
    serves = f"It serves {plural(len(campaigns), 'campaign')}, {sending} of them sending." if campaigns else ""
    return StandingIncident(
        kind=DISCONNECTED,
        key=f"mailbox:{box.pk}:disconnected",
        summary=f"{box.email} disconnected",
        detail=f"{box.problem}. {serves}".strip(),
        about=Subject(None, "", "mailbox", box.pk),
        details={
            "mailbox": box.email,
            "answer": box.problem,
            "campaigns": [campaign.name for campaign in campaigns] or ["none"],
        },
    )
