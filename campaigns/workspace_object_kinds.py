"""Declares what the pages of objects know of campaigns: subsequences, campaigns with tags, senders by tag."""

from collections.abc import Collection

from campaigns.mirror.subsequence_changes import HOW
from campaigns.models import Approval, ApprovalState, Campaign, Subsequence
from campaigns.models.campaign import SENDING
from campaigns.sending.subsequence_pauses import pause_subsequence, subsequences_that_can_send
from iexdg.clients.instantly.custom_tags import TaggedKind
from iexdg.ui.formatting import plural
from iexdg.workspace_objects.jobs import declare_job_entity
from iexdg.workspace_objects.kinds import Item, declare_change
from iexdg.workspace_objects.models import ObjectKind
from iexdg.workspace_objects.sending import Sends, declare_sending
from iexdg.workspace_objects.uses import SendsByTag, Taggable, declare_senders_by_tag, declare_taggable, declare_use
from iexdg.workspaces.models import Workspace


def _campaigns(workspace: Workspace) -> list[Taggable]:
    there = Campaign.objects.filter(workspace=workspace, vanished_at__isnull=True).order_by("name", "pk")
    found = there.values_list("pk", "remote_id", "name")
    return [Taggable(remote_id, name, "campaign", pk) for pk, remote_id, name in found]


def _by_tag(workspace: Workspace) -> list[SendsByTag]:
    there = Campaign.objects.filter(workspace=workspace, vanished_at__isnull=True)
    open_states = [ApprovalState.REQUESTED, ApprovalState.APPROVED]
    approvals = Approval.objects.filter(campaign__workspace=workspace, state__in=open_states)
    approved = set(approvals.values_list("campaign", flat=True))
    rows = there.order_by("name").values_list("pk", "name", "remote_status", "flags")
    return [
        SendsByTag(str(tag), pk, name, status in SENDING or pk in approved)
        for pk, name, status, flags in rows
        for tag in flags.get("email_tag_list") or []
    ]


def _subsequences_with(workspace: Workspace, item: Item) -> list[str]:
    there = Subsequence.objects.filter(workspace=workspace, vanished_at__isnull=True)
    names = [one.name for one in there if item["interest"] in (one.conditions.get("crm_status") or [])]
    return [f"{plural(len(names), 'subsequence')} begin with it: {', '.join(names)}"] if names else []


def _numbers(workspace: Workspace, remote_ids: Collection[str]) -> dict[str, int]:
    there = Subsequence.objects.filter(workspace=workspace, remote_id__in=remote_ids)
    return dict(there.values_list("remote_id", "pk"))


declare_change(ObjectKind.SUBSEQUENCE, HOW)
declare_sending(
    ObjectKind.SUBSEQUENCE, Sends(subsequences_that_can_send, pause_subsequence, _numbers, page="subsequence")
)
declare_taggable(TaggedKind.CAMPAIGN, _campaigns)
declare_senders_by_tag(_by_tag)
declare_job_entity("campaign", _campaigns)
declare_use(ObjectKind.LABEL, _subsequences_with)
