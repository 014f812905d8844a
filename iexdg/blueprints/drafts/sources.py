"""Where drafts come from: a blueprint file, or a campaign as Instantly has it now."""

from typing import Any

from campaigns.models import Campaign
from iexdg.blueprints.document import read_document
from iexdg.blueprints.drafts.content import Content
from iexdg.blueprints.drafts.verbs import create_draft, draft_of, take_over
from iexdg.blueprints.errors import DraftRefusedError
from iexdg.blueprints.models import Draft
from iexdg.blueprints.parsing import parse
from iexdg.blueprints.pull import pull_campaign
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace

MOST_OF_A_FILE = 50


def drafts_of_file(workspace: Workspace, text: str, file_name: str, *, by: Member) -> list[Draft]:
    """Make a draft of every campaign in a file. One with an `id` becomes the newest version of that campaign's draft.

    Raises: NotAllowedError; InvalidBlueprintError; DraftRefusedError - too many campaigns, or an id that no mirrored
        campaign has. Nothing was stored.
    """
    found = parse(text).campaigns
    if len(found) > MOST_OF_A_FILE:
        raise DraftRefusedError(f"The file has more than {MOST_OF_A_FILE} campaigns. Use `manage.py campaign_apply`.")
    named = {one.content.id.lower(): one.content.name for one in found if one.content.id is not None}
    there = {one.remote_id.lower(): one for one in _mirrored(workspace, named)}
    missing = sorted(set(named) - set(there))
    if missing:
        raise DraftRefusedError(f"{named[missing[0]]} has an id that no campaign here has. Sync, or take the id out.")
    what = f"From the file {file_name}"[:300]
    return [
        _stored(workspace, one.document.data, there.get((one.content.id or "").lower()), what, by=by) for one in found
    ]


def _mirrored(workspace: Workspace, remote_ids: dict[str, str]) -> list[Campaign]:
    rows = Campaign.objects.filter(workspace=workspace, vanished_at__isnull=True)
    return [one for one in rows if one.remote_id.lower() in remote_ids]


def _stored(workspace: Workspace, data: Any, campaign: Campaign | None, what: str, *, by: Member) -> Draft:
    content = without_id(data)
    draft = draft_of(campaign) if campaign is not None else None
    if draft is not None:
        return take_over(draft, content, by=by, what=what)
    return create_draft(workspace, content, by=by, what=what, campaign=campaign)


def without_id(data: Any) -> Content:
    """Return a campaign of a blueprint as the content of a draft."""
    return {name: value for name, value in dict(data).items() if name != "id"}


def content_at_instantly(campaign: Campaign) -> Content:
    """Read a campaign at Instantly, as the content of a draft.

    Raises: ClientError; NotExpressibleError - it has something that a blueprint cannot say.
    """
    document = read_document(pull_campaign(campaign.workspace, campaign.remote_id))
    return without_id(document.data["campaigns"][0])


def copy_of(campaign: Campaign, *, by: Member) -> Draft:
    """Make a draft of a new campaign with everything that another one has, but its people.

    Raises: NotAllowedError; ClientError; NotExpressibleError. Nothing was stored.
    """
    content = content_at_instantly(campaign)
    content["name"] = f"{content.get('name', campaign.name)[:290]} (copy)"
    return create_draft(campaign.workspace, content, by=by, what=f"Copy of {campaign.name}")


def draft_to_edit(campaign: Campaign, *, by: Member) -> Draft:
    """Return the draft of a campaign; it is made from what Instantly has where there is none.

    Raises: NotAllowedError; ClientError; NotExpressibleError. Nothing was stored.
    """
    found = draft_of(campaign)
    if found is not None:
        return found
    content = content_at_instantly(campaign)
    return create_draft(campaign.workspace, content, by=by, what="As Instantly had it", campaign=campaign)
