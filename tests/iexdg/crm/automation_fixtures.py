"""A mirrored demo workspace with its shipped automation, for the tests of automations and of the ledger.

It needs the sandbox's demo. Where the automation is to be a draft, the file has an `is_active` of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.crm.automations import activate, ensure_shipped
from iexdg.crm.carry_out import drain
from iexdg.crm.events import last_events, new_events
from iexdg.crm.lead_events import forget_known, known_up_to
from iexdg.crm.models import Automation, CrmConnection, LedgerEntry
from iexdg.crm.trying import clean_up, run_test
from iexdg.crm.watch import collect
from iexdg.inbox.models import Message, Thread
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.models import Lead
from tests.iexdg.inbox.conftest import read_all
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl


@dataclass
class Stage:
    """What the tests of automations act with."""

    workspace: Workspace
    control: SandboxControl
    admin: Member
    automation: Automation
    campaign: str

    def reply(self, number: int = 0) -> str:
        """Let a lead of 05A reply, and have it mirrored; returns the address."""
        known = set(Thread.objects.values_list("lead", flat=True))
        email = [one for one in self.control.leads_in(self.campaign) if one not in known][number]
        Lead.objects.update_or_create(
            campaign=Campaign.objects.get(remote_id=self.campaign),
            email=email,
            defaults={
                "workspace": self.workspace,
                "remote_id": f"lead-{email}",
                "first_name": "Ada",
                "last_name": "Alder",
                "company_name": "Alder Example",
                "variables": {"phone": f"+1202555{len(known):04}"},
                "synced_at": timezone.now(),
            },
        )
        self.control.advance(60)
        self.control.event("reply", self.campaign, email)
        read_all(self.workspace)
        return email

    def read(self) -> None:
        """Have the inbox mirrored."""
        read_all(self.workspace)

    def work(self) -> None:
        """What one tick of the sweep and its worker does."""
        collect(self.workspace)
        drain(self.workspace)

    def contact(self, email: str) -> dict[str, Any]:
        return next(one for one in self.control.crm()["contacts"] if one.get("email") == email)

    def notes(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.control.crm()["notes"]
        return found

    def states(self, email: str) -> list[tuple[str, str]]:
        rows = LedgerEntry.objects.filter(lead=email).order_by("pk")
        return [(row.kind, row.state) for row in rows]


def known(thread: Thread) -> None:
    """Have the lead of a conversation mirrored."""
    Lead.objects.get_or_create(
        campaign=thread.campaign,
        email=thread.lead,
        defaults={
            "workspace": thread.workspace,
            "remote_id": f"lead-{thread.pk}",
            "first_name": "Ada",
            "synced_at": timezone.now(),
        },
    )


def walk_once(workspace: Workspace, *automations: Automation) -> None:
    """What a walk over the events of leads asks the database; each automation has one new event."""
    for one in automations:
        assert one.active_since is not None
        assert len(new_events(one, 10)) == 1
        known_up_to(one, one.active_since)
        last_events(one, 10)
    forget_known(workspace)


@pytest.fixture
def is_active() -> bool:
    """Whether the automation is tested and active, else a draft."""
    return True


@pytest.fixture
def stage(
    by_token: CrmConnection, workspace: Workspace, control: SandboxControl, member: Callable[..., Member],
    is_active: bool,
) -> Stage:  # fmt: skip
    synced_campaign(workspace, "05A")
    read_all(workspace)
    admin, automation = member("admin"), ensure_shipped(workspace)
    for thread in Thread.objects.exclude(lead="").exclude(campaign=None):
        known(thread)
    if is_active:
        run_test(automation, by=admin)
        clean_up(automation, by=admin)
        activate(automation, by=admin)
        # The simulator has a clock of its own.
        newest = Message.objects.order_by("at").exclude(at=None).values_list("at", flat=True).last()
        Automation.objects.update(active_since=newest + timedelta(microseconds=1))
        automation.refresh_from_db()
    return Stage(workspace, control, admin, automation, control.id_of("05A Executive-Peer"))
