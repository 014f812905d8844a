"""Stores what a workspace's plan leaves and what its key may read."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from iexdg.clients.http.errors import ClientError, ScopeError
from iexdg.clients.instantly import InstantlyClient
from iexdg.clients.instantly.lead_selection import LeadSelection
from iexdg.workspaces.credits import record_credits
from iexdg.workspaces.models import Workspace

LACKS, MAY = "may not read", "may read"


@dataclass(frozen=True)
class Scopes:
    """What a key may read. Shapes: may, missing - names of reads; unknown - "name (code of the error)"."""

    may: tuple[str, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def words(self) -> str:
        """One line, as the doctor and the connections page show it."""
        if self.missing:
            return f"{LACKS} {', '.join(self.missing)}"
        if self.unknown:
            return f"unknown for {', '.join(self.unknown)}"
        return f"{MAY} {', '.join(self.may)}"


def scopes_of(client: InstantlyClient) -> Scopes:
    """Find out what a key may read, by one small read of each kind; spends nothing.

    API keys are left out: a key that may not list keys is a choice, and their page says what it costs.
    """
    reads: dict[str, Callable[[], object]] = {
        "workspace": client.workspace.current,
        "campaigns": lambda: next(client.campaigns.list(limit=1), None),
        # Without them no go-live can be requested, and none of them is watched.
        "subsequences": lambda: next(client.subsequences.list(limit=1), None),
        "analytics": lambda: client.campaigns.analytics(of_every_campaign=True),
        "accounts": lambda: next(client.accounts.list(limit=1), None),
        "leads": lambda: next(client.leads.select(LeadSelection(), limit=1), None),
        "lead lists": lambda: next(client.lead_lists.list(limit=1), None),
        "emails": lambda: next(client.emails.list(limit=1), None),
        "block list": lambda: next(client.block_list.list(limit=1), None),
        "tags": lambda: next(client.custom_tags.list(limit=1), None),
        "uses of tags": lambda: next(client.custom_tags.mappings(limit=1), None),
        "labels": lambda: next(client.lead_labels.list(limit=1), None),
        "webhooks": lambda: next(client.webhooks.list(limit=1), None),
        "deliveries to webhooks": lambda: next(client.webhook_events.list(limit=1), None),
        "background jobs": lambda: next(client.background_jobs.list(limit=1), None),
        "placement tests": lambda: next(client.placement.list(), None),
        "plan details": client.workspace.plan_details,
        "audit logs": lambda: next(client.audit_logs.list(limit=1), None),
    }
    may, missing, unknown = [], [], []
    for name, read in reads.items():
        try:
            read()
            may.append(name)
        except ScopeError:
            missing.append(name)
        except ClientError as error:
            unknown.append(f"{name} ({error.code})")
    return Scopes(tuple(may), tuple(missing), tuple(unknown))


def store_scopes(workspace: Workspace, client: InstantlyClient) -> None:
    """Store what the key of a workspace may read."""
    found = scopes_of(client)
    Workspace.objects.filter(pk=workspace.pk).update(scopes=found.words[:300], scopes_read_at=timezone.now())


def store_plan(workspace: Workspace, client: InstantlyClient) -> None:
    """Store the plan, the credits and the room for leads that are left.

    Raises: ClientError - they could not be read; what was known stays, with the reason.
    """
    row = Workspace.objects.filter(pk=workspace.pk)
    now = timezone.now()
    try:
        plan = client.workspace.plan_details()
    except ClientError as error:
        row.update(credits_error=str(error)[:300])
        raise
    row.update(
        plan=(plan.plan_name or "")[:120],
        plan_room=plan.lead_room,
        plan_room_read_at=now,
        plan_read_at=now,
        credits_total=plan.total_credits,
        lead_limit=_not_negative(plan.lead_limit),
        lead_count=_not_negative(plan.lead_count),
    )
    if plan.available_credits is None:
        row.update(credits_error="Instantly does not return how many credits are left.")
    else:
        row.update(credits_left=plan.available_credits, credits_read_at=now, credits_error="")
        record_credits(workspace, plan.available_credits, now)


def _not_negative(number: int | None) -> int | None:
    # A number below zero is no limit that can be shown.
    return number if number is not None and number >= 0 else None
