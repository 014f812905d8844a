"""Pulls a campaign of Instantly, with its subsequences, as the text of a blueprint."""

from iexdg.blueprints.pulling import pulled
from iexdg.blueprints.reading import read_names, the_campaign
from iexdg.blueprints.subsequence_facts import subsequence_data
from iexdg.clients.instantly import campaigns as remote
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace


def pull(workspace: Workspace, text: str) -> str:
    """Read a campaign at Instantly by its name or id, and return it as a blueprint.

    Raises: ClientError; BlueprintError - none or several have this name. NotExpressibleError - as `pulled`.
    """
    found = the_campaign(client_for(workspace).campaigns.list(), text)
    return _pulled(workspace, found)


def pull_campaign(workspace: Workspace, remote_id: str) -> str:
    """Read the campaign with an id at Instantly, and return it as a blueprint.

    Raises: ClientError; NotExpressibleError - as `pulled`.
    """
    return _pulled(workspace, client_for(workspace).campaigns.get(remote_id))


def _pulled(workspace: Workspace, found: remote.Campaign) -> str:
    names = read_names(workspace)
    subsequences = client_for(workspace).subsequences.list(campaign_remote_id=found.remote_id)
    return pulled(found.raw, names, [subsequence_data(one, names) for one in subsequences])
