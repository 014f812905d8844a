"""The demo's subsequence, which some leads of a finished campaign wait in."""

from iexdg.sandbox.resources.subsequences.subsequence import new_subsequence
from iexdg.sandbox.sending.conditions import all_looked_at, enrol
from iexdg.sandbox.world.world import World

_CAMPAIGN = "08 Webinar follow-up"
_WAITING = 3
_BODY = "<div>Hi {{firstName}},</div><div><br></div><div>Shall we look at it again now?</div>"
_FIELDS = {
    "name": "A month later",
    "conditions": {"crm_status": [], "lead_activity": [], "reply_contains": "next month"},
    "sequences": [
        {
            "steps": [
                {
                    "type": "email",
                    "pre_delay": 30,
                    "pre_delay_unit": "days",
                    "delay": 0,
                    "delay_unit": "days",
                    "variants": [{"subject": "A month later", "body": _BODY}],
                }
            ]
        }
    ],
}


def add_subsequence(world: World, now: float) -> None:
    """Let a few leads wait in a subsequence, so that its campaign is running subsequences for a reason."""
    campaign = next(one for one in world.campaigns.values() if one["fields"]["name"] == _CAMPAIGN)
    subsequence = new_subsequence(world, campaign["id"], dict(_FIELDS), now)
    for lead in world.campaign_leads(campaign["id"])[:_WAITING]:
        enrol(world, lead, subsequence, now)
    all_looked_at(world)
