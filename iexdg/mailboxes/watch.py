"""Keeps an incident open for every mailbox that worked and fails now, with the campaigns that it serves."""

from iexdg.incidents.standing import StandingIncident, sync_standing_incidents
from iexdg.incidents.subject import Subject
from iexdg.mailboxes.incident_kinds import DISCONNECTED
from iexdg.mailboxes.models import Mailbox
from iexdg.mailboxes.queries import disconnected_since
from iexdg.mailboxes.served import ServedCampaign, by_mailbox, campaigns_served
from iexdg.ui.formatting import plural
from iexdg.workspaces.models import Workspace


def watch_disconnected(workspace: Workspace) -> None:
    """Open an incident for each mailbox that disconnected, and close those of mailboxes that work again."""
    boxes = list(disconnected_since(workspace))
    served = by_mailbox(campaigns_served(workspace), [box.email for box in boxes]) if boxes else {}
    wanted = [_incident(box, served[box.email]) for box in boxes]
    sync_standing_incidents(workspace, [DISCONNECTED], wanted)


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
