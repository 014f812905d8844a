"""`manage.py replies`: how many people replied, at Instantly, in the mirror and in the CRM, by campaign."""

from typing import Any, ClassVar

from iexdg.inbox.reconcile import CampaignReplies, replies_of
from iexdg.team.commands import Outcome, PlainCommand
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError


class Command(PlainCommand):
    """Reads nothing of Instantly: it counts what was read, with the time of the read."""

    help = "Compare how many people replied: as Instantly counts, as mirrored here, and in the CRM."
    expected: ClassVar[tuple[type[Exception], ...]] = (WorkspaceError,)

    def work(self, **options: Any) -> Outcome:
        """Count them."""
        found = replies_of(current_workspace())
        facts = {
            "campaigns": [_facts(one) for one in found.campaigns],
            "as_of": found.read_at,
            "unread_stretches": found.gaps,
        }
        return Outcome(facts, "\n".join(_words(one) for one in found.campaigns) or "No campaign was read yet.")


def _facts(one: CampaignReplies) -> dict[str, Any]:
    return {
        "name": one.campaign.name,
        "at_instantly": one.at_instantly,
        "mirrored": one.mirrored,
        "in_crm": one.in_crm,
        "before_active": one.before_active,
        "left_out": one.left_out,
        "at_instantly_as_of": one.campaign.analytics_read_at,
    }


def _words(one: CampaignReplies) -> str:
    counted = [("at Instantly", one.at_instantly), ("mirrored", one.mirrored), ("in the CRM", one.in_crm)]
    counted += [("from before an automation was active", one.before_active)] if one.before_active else []
    counted += [("left out by a filter or a person", one.left_out)] if one.left_out else []
    numbers = ", ".join(f"{'unknown' if number is None else number} {where}" for where, number in counted)
    return f"{one.campaign.name}: {numbers}"
