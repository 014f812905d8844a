"""Pulls a campaign of Instantly, with its subsequences, as the text of a blueprint."""

from iexdg.blueprints.pulling import pulled
from iexdg.blueprints.reading import read_names, the_campaign
from iexdg.blueprints.subsequence_facts import subsequence_data
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace


def pull(workspace: Workspace, text: str) -> str:
    """Read a campaign at Instantly by its name or id, and return it as a blueprint.

    Raises: ClientError; BlueprintError - none or several have this name. NotExpressibleError - as `pulled`.
    """
    client = client_for(workspace)
    found = the_campaign(client.campaigns.list(), text)
    names = read_names(workspace)
    subsequences = client.subsequences.list(campaign_remote_id=found.remote_id)
    return pulled(found.raw, names, [subsequence_data(one, names) for one in subsequences])
