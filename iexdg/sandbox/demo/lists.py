"""What organises the leads of the demo workspace: a list, a label, tags, and the job that brought the first leads."""

from iexdg.sandbox.demo.people import invented_people
from iexdg.sandbox.resources.jobs.work import play
from iexdg.sandbox.resources.labels.labels import new_label
from iexdg.sandbox.resources.leads.lead import new_lead
from iexdg.sandbox.resources.lists.lists import new_list
from iexdg.sandbox.resources.tags.tagging import tag_resource
from iexdg.sandbox.resources.tags.tags import new_tag
from iexdg.sandbox.world.grouping import ACCOUNT, CAMPAIGN
from iexdg.sandbox.world.jobs import start_job
from iexdg.sandbox.world.options import SandboxOptions
from iexdg.sandbox.world.world import World

_DAY_S = 86_400
_LISTED = 12


def organise(world: World, options: SandboxOptions, now: float) -> None:
    """Add one of each: the list holds people who are in no campaign yet, and who were verified when they came."""
    campaigns = list(world.campaigns)
    start_job(world, "import-leads", at=now - 22 * _DAY_S, entity_type="campaign", entity_id=campaigns[0])
    play(world, options, now)
    made = now - 10 * _DAY_S
    waiting = new_list(world, "Autumn conference", made)
    for person in invented_people(world.seed, waiting["name"], _LISTED):
        new_lead(world, person, at=made, campaign_id=None, list_id=waiting["id"], verify=True)
    new_label(world, "Call back in spring", "positive", made, description="Asked for a call in the new year")
    voices, side = new_tag(world, "Voices", made), new_tag(world, "Events", made, "Desks that invite to events")
    for campaign_id in campaigns[:3]:
        tag_resource(world, voices["id"], CAMPAIGN, campaign_id, made)
    for email in world.accounts:
        tag = side if email.endswith("@notes.example.com") else voices
        tag_resource(world, tag["id"], ACCOUNT, email, made)
