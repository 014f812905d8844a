"""The part of the stage that has the CRM: the location, two automations, and the webhooks on their way."""

import json
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.db.models import F
from django.test import Client
from django.utils import timezone

from iexdg.crm.actions import CONTACT, NOTE, OPPORTUNITY, TAGS, WORKFLOW
from iexdg.crm.automations import activate, ensure_shipped
from iexdg.crm.models import Automation
from iexdg.crm.verbs import connect_by_token
from iexdg.sandbox.app import SandboxOptions
from iexdg.sandbox.world.ids import uuid_of
from iexdg.webhooks.receivers import address_of, ensure_receiver, headers_of

if TYPE_CHECKING:
    from tests.attack.stage import Stage

TOKEN = "pit-sandbox"
_SEED = SandboxOptions().seed
# A contact enters it again and again; the other one once.
HOT, NURTURE = uuid_of(f"crm:{_SEED}:workflow:Hot reply alert"), uuid_of(f"crm:{_SEED}:workflow:Nurture")
# The same number for everybody: colleagues behind one switchboard.
SWITCHBOARD = "=+12025550100"


def connect_location(stage: "Stage") -> None:
    """Connect the sandbox's location as an admin."""
    connect_by_token(stage.workspace, stage.app.world.crm.location, TOKEN, by=stage.members[4])


class CrmStage:
    """Two automations that take every reply, and what the sandbox's CRM has."""

    def __init__(self, stage: "Stage") -> None:
        self._stage = stage
        self.admin = stage.members[4]
        self.replied = 0
        # Payloads that are on their way, and those that arrived.
        self.late: list[dict[str, Any]] = []
        self.delivered: list[dict[str, Any]] = []
        # Contacts that a person gave a tag in the CRM.
        self.tagged: set[str] = set()
        connect_location(stage)
        receiver = ensure_receiver(stage.workspace)
        self._path, self._headers = urlsplit(address_of(receiver)).path, headers_of(receiver)
        pipeline = stage.app.world.crm.pipelines[0]["id"]
        owner = ensure_shipped(stage.workspace)
        second = Automation.objects.create(
            workspace=stage.workspace, name="Second", field_map={**owner.field_map, "phone": SWITCHBOARD},
            filter=owner.filter, changed_at=timezone.now(),
            actions=[{"kind": CONTACT}, {"kind": NOTE}, {"kind": WORKFLOW, "workflow_id": NURTURE}],
        )  # fmt: skip
        more = [
            {"kind": WORKFLOW, "workflow_id": HOT},
            {"kind": OPPORTUNITY, "pipeline_id": pipeline, "stage_id": ""},
        ]
        owner.actions = [{"kind": CONTACT}, {"kind": TAGS}, {"kind": NOTE}, *more]
        owner.save()
        # As if their test steps had passed.
        Automation.objects.update(tested_at=timezone.now(), tested_version=F("version"))
        self.automations = [activate(Automation.objects.get(pk=one.pk), by=self.admin) for one in (owner, second)]
        self.since = max(one.active_since for one in self.automations if one.active_since).timestamp()

    def reply(self, campaign: str, who: int) -> dict[str, Any] | None:
        """Let one of the demo's leads reply; returns what Instantly would send, None where there is no such lead."""
        stage = self._stage
        known = [lead for lead in stage.app.world.campaign_leads(campaign)
                 if lead["id"] in stage.demo_leads]  # fmt: skip
        if who >= len(known):
            return None
        stage.clock.advance(1)
        self.replied += 1
        email, words = known[who]["email"], f"Reply {self.replied} of the attack."
        event = {"type": "reply", "campaign_id": campaign, "email": email, "text": words}
        stage.control.http.post("/_sandbox/events", json=event).raise_for_status()
        return {
            "timestamp": stage.clock.read().isoformat(),
            "event_type": "reply_received",
            "workspace": stage.workspace.remote_id,
            "campaign_id": campaign,
            "lead_email": email,
            "reply_text": words,
        }

    def deliver(self, payload: dict[str, Any]) -> None:
        """Instantly calls the receiver; what is not answered with 200 is sent again later."""
        if payload not in self.late:
            self.late.append(payload)
        answer = Client().post(self._path, json.dumps(payload), content_type="application/json", headers=self._headers)
        if answer.status_code == 200:
            self.late.remove(payload)
            self.delivered.append(payload)

    def entered(self, workflow: str) -> Counter[str]:
        """How often each contact entered a workflow."""
        return Counter(one["contactId"] for one in self._stage.app.world.crm.entries if one["workflowId"] == workflow)

    def opportunities(self) -> list[dict[str, Any]]:
        """Every opportunity, with its contact under one name."""
        found = self._stage.app.world.crm.opportunities.values()
        return [{**one, "contact": one.get("contactId", "")} for one in found]

    def tag_by_hand(self) -> None:
        """A person tags every new contact in the CRM."""
        for contact in self._stage.app.world.crm.contacts.values():
            if contact["id"] not in self.tagged:
                self.tagged.add(contact["id"])
                contact["tags"].append("by hand")
