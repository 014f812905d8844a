"""The one state object of the simulator: everything it remembers, with the lookups that keep it quick."""

import heapq
from collections import Counter, defaultdict, deque
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from iexdg.sandbox.world.clock import WorldClock, iso
from iexdg.sandbox.world.crm import Crm, new_crm
from iexdg.sandbox.world.enrichments import Enrichments
from iexdg.sandbox.world.grouping import Label, LeadList, Tag, Tagging
from iexdg.sandbox.world.hooks import Hooks
from iexdg.sandbox.world.ids import ordered_hex, ordered_uuid
from iexdg.sandbox.world.inbox import Inbox
from iexdg.sandbox.world.office import Office, new_office
from iexdg.sandbox.world.records import (
    LEAD_ACTIVE,
    LEAD_COMPLETED,
    Account,
    AuditEntry,
    BlockFacts,
    Campaign,
    Event,
    Lead,
    PlacementTest,
    Verification,
)
from iexdg.sandbox.world.subsequences import Subsequences
from iexdg.sandbox.world.tally import Tallies

# A planned engagement: when, tie-breaker, kind, lead id, step, sender.
Planned = tuple[float, int, str, str, int, str | None]

_SAVED = (
    "seed", "made", "workspace_name", "organization", "owner", "api_key_id", "created", "credits", "credits_total",
    "lead_limit", "campaigns", "leads", "accounts", "verifications", "blocklist", "audit", "events", "used_today",
    "ticked_to", "jobs", "open_jobs", "warmups", "account_waits", "office", "placement_tests", "block_facts", "changes",
    "lead_lists", "labels", "tags", "taggings", "shared_until", "label_tests",
)  # fmt: skip
# Groups of attributes that are saved whole: their fields are plain JSON.
_GROUPS: dict[str, type[Any]] = {
    "inbox": Inbox,
    "hooks": Hooks,
    "subsequences": Subsequences,
    "enrichments": Enrichments,
    "crm": Crm,
}


@dataclass
class SendQueue:
    """Who can be written to next in one campaign: the untouched in order, the follow-ups by due time."""

    fresh: deque[str] = field(default_factory=deque)
    followups: list[tuple[float, str]] = field(default_factory=list)


class World:
    """Everything one simulated workspace remembers."""

    def __init__(self, *, seed: int, clock: WorldClock) -> None:
        self.clock = clock
        self.seed = seed
        self.made = 0
        self.workspace_name = "Sandbox"
        self.organization = self.new_id()
        self.owner = self.new_id()
        self.api_key_id = self.new_id()
        self.created = clock.now()
        self.credits = 949.0
        self.credits_total = 1000.0
        self.lead_limit = 25_000
        self.campaigns: dict[str, Campaign] = {}
        self.leads: dict[str, Lead] = {}
        self.accounts: dict[str, Account] = {}
        # Both by address; `account_waits` says when a maintenance or a setup ends.
        self.warmups: dict[str, Any] = {}
        self.account_waits: dict[str, float] = {}
        self.office: Office = new_office(self.organization, self.owner, self.created)
        self.placement_tests: dict[str, PlacementTest] = {}
        self.verifications: dict[str, Verification] = {}
        self.blocklist: list[str] = []
        self.block_facts: dict[str, BlockFacts] = {}
        self.audit: list[AuditEntry] = []
        self.events: dict[str, list[Event]] = {}
        self.used_today: dict[str, int] = {}
        # Of the module jobs, whose Job this is.
        self.jobs: dict[str, Any] = {}
        self.open_jobs: list[str] = []
        self.lead_lists: dict[str, LeadList] = {}
        self.labels: dict[str, Label] = {}
        self.tags: dict[str, Tag] = {}
        self.taggings: dict[str, Tagging] = {}
        # Campaign id -> until when it is shared; the times of the tests of AI labels.
        self.shared_until: dict[str, float] = {}
        self.label_tests: list[float] = []
        self.inbox = Inbox()
        self.hooks = Hooks()
        self.subsequences = Subsequences()
        self.enrichments = Enrichments()
        self.crm = new_crm(seed, self.created)
        # Not saved: whose key the request carries that is being answered.
        self.acting_key_id: str | None = None
        # Not saved: a test e-mail matters for a minute.
        self.test_mails: list[dict[str, Any]] = []
        self.planned: list[Planned] = []
        self.ticked_to = self.created
        self.changes = 0
        self._reindex()

    def now(self) -> float:
        """Return the world's time."""
        return self.clock.now()

    def new_id(self) -> str:
        """Return the next identifier; ids grow in the order of creation."""
        self.made += 1
        return ordered_uuid(self.seed, self.made)

    def new_job_id(self) -> str:
        """Return the next identifier of a background job."""
        self.made += 1
        return ordered_hex(self.seed, self.made)

    def touch(self) -> None:
        """Note that something worth saving has changed."""
        self.changes += 1

    def add_lead(self, lead: Lead) -> None:
        """Remember a new lead and make it findable."""
        self.leads[lead["id"]] = lead
        self._index_lead(lead)
        self.touch()

    def drop_lead(self, lead: Lead) -> None:
        """Forget a lead; what happened to it stays in the analytics."""
        del self.leads[lead["id"]]
        self._count_completed(lead, -1)
        if lead["campaign"]:
            self.leads_in[lead["campaign"]].pop(lead["id"], None)
        if lead["list_id"]:
            self.leads_on[lead["list_id"]].pop(lead["id"], None)
        self.leads_by_email[(lead["email"] or "").lower()].remove(lead["id"])
        self.touch()

    def set_lead_status(self, lead: Lead, status: int) -> None:
        """Set the status of a lead; nothing else may, because those who are completed are counted here."""
        self._count_completed(lead, -1)
        lead["status"] = status
        self._count_completed(lead, 1)

    def index_email(self, lead: Lead) -> None:
        """Make a lead findable by the address that it has got."""
        known = self.leads_by_email[(lead["email"] or "").lower()]
        if lead["id"] not in known:
            self.leads_by_email[""].remove(lead["id"])
            known.append(lead["id"])

    def place_leads(self, leads: Collection[Lead], campaign_id: str | None, list_id: str | None) -> None:
        """Take leads to another campaign or list; who waits for a mail there and where they were is worked out anew."""
        moved = {lead["id"] for lead in leads}
        for lead in leads:
            for places, place in ((self.leads_in, lead["campaign"]), (self.leads_on, lead["list_id"])):
                if place:
                    places[place].pop(lead["id"], None)
            self.queues.pop(lead["campaign"] or "", None)
            self._count_completed(lead, -1)
            lead["campaign"], lead["list_id"] = campaign_id, list_id
            self._count_completed(lead, 1)
        self.queues.pop(campaign_id or "", None)
        for places, place in ((self.leads_in, campaign_id), (self.leads_on, list_id)):
            if place:
                places[place] = dict.fromkeys(sorted({*places[place], *moved}))
        self.planned = [item for item in self.planned if item[3] not in moved]
        heapq.heapify(self.planned)
        self.touch()

    def campaign_leads(self, campaign_id: str) -> list[Lead]:
        """Return the leads of one campaign, oldest first."""
        return [self.leads[lead_id] for lead_id in self.leads_in.get(campaign_id, ())]

    def listed_leads(self, list_id: str) -> list[Lead]:
        """Return the leads of one list, oldest first."""
        return [self.leads[lead_id] for lead_id in self.leads_on.get(list_id, ())]

    def leads_with_email(self, email: str) -> list[Lead]:
        """Return every lead that has this address, whatever its case."""
        return [self.leads[lead_id] for lead_id in self.leads_by_email.get(email.lower(), ())]

    def record(self, campaign_id: str, event: Event) -> None:
        """Add one event to the history that analytics count."""
        self.events.setdefault(campaign_id, []).append(event)
        self._count(campaign_id, event)
        if self.subsequences.by_id:
            self.subsequences.touched.append(event["lead"])
        self.touch()

    def plan(self, at: float, kind: str, lead_id: str, step: int, sender: str | None) -> None:
        """Schedule an engagement for later."""
        self._ties += 1
        heapq.heappush(self.planned, (at, self._ties, kind, lead_id, step, sender))

    def write_audit(self, activity: int, at: float, **facts: Any) -> None:
        """Add one line to the vendor's audit log."""
        entry: AuditEntry = {
            "id": self.new_id(),
            "timestamp": iso(at),
            "organization_id": self.organization,
            "activity_type": activity,
            "user_agent": None,
            "user_id": None,
            "ip_address": "127.0.0.1",
            "from_api": True,
            "api_key_id": self.acting_key_id or self.api_key_id,
            "affected_count": 1,
            "campaign_id": None,
            "webhook_id": None,
            "subsequence_id": None,
            "list_id": None,
            "audit_metadata": {},
            "user_name": None,
        }
        self.audit.append(entry | facts)
        self.touch()

    def saved(self) -> dict[str, Any]:
        """Return the whole state as plain JSON data; it shares the live objects."""
        groups = {name: vars(getattr(self, name)) for name in _GROUPS}
        return (
            {name: getattr(self, name) for name in _SAVED}
            | groups
            | {
                "planned": self.planned,
                "clock": self.clock.saved(),
            }
        )

    def restore(self, saved: dict[str, Any]) -> None:
        """Become the world that was saved; what an older version did not save stays as it is in a new world."""
        for name in _SAVED:
            setattr(self, name, saved.get(name, getattr(self, name)))
        for name, kind in _GROUPS.items():
            if name in saved:
                setattr(self, name, kind(**saved[name]))
        self.planned = [tuple(item) for item in saved["planned"]]
        self.clock.restore(saved["clock"])
        self._reindex()

    def queue_of(self, campaign_id: str) -> SendQueue:
        """Return who is next in a campaign, built from its leads when first asked."""
        queue = self.queues.get(campaign_id)
        if queue is None:
            queue = self.queues[campaign_id] = SendQueue()
            for lead in self.campaign_leads(campaign_id):
                self._enqueue(queue, lead)
        return queue

    def _reindex(self) -> None:
        self.leads_in: dict[str, dict[str, None]] = defaultdict(dict)
        self.leads_on: dict[str, dict[str, None]] = defaultdict(dict)
        self.leads_by_email: dict[str, list[str]] = defaultdict(list)
        self.queues: dict[str, SendQueue] = {}
        self.sent: dict[str, int] = defaultdict(int)
        self.bounced: dict[str, int] = defaultdict(int)
        # By campaign: how many of its leads are completed, and what has happened in it or in a subsequence.
        self.completed: dict[str, int] = defaultdict(int)
        self.tallies: dict[str, Tallies] = defaultdict(Tallies)
        # Campaign, step and variant -> kind -> how many mails it happened to.
        self.by_variant: dict[tuple[str, int, int], Counter[str]] = defaultdict(Counter)
        self._ties = max((item[1] for item in self.planned), default=0)
        for lead in self.leads.values():
            self._index_lead(lead)
        for campaign_id, events in self.events.items():
            for event in events:
                self._count(campaign_id, event)

    def _index_lead(self, lead: Lead) -> None:
        self.leads_by_email[(lead["email"] or "").lower()].append(lead["id"])
        self._count_completed(lead, 1)
        if lead["list_id"]:
            self.leads_on[lead["list_id"]][lead["id"]] = None
        if lead["campaign"]:
            self.leads_in[lead["campaign"]][lead["id"]] = None
            queue = self.queues.get(lead["campaign"])
            if queue is not None:
                self._enqueue(queue, lead)

    def _enqueue(self, queue: SendQueue, lead: Lead) -> None:
        if lead["status"] != LEAD_ACTIVE:
            return
        if lead["step"] == 0:
            queue.fresh.append(lead["id"])
        elif lead["next_due"] is not None:
            heapq.heappush(queue.followups, (lead["next_due"], lead["id"]))

    def _count_completed(self, lead: Lead, by: int) -> None:
        if lead["campaign"] and lead["status"] == LEAD_COMPLETED:
            self.completed[lead["campaign"]] += by

    def _count(self, campaign_id: str, event: Event) -> None:
        self.tallies[campaign_id].add(event)
        if event["kind"] == "sent" or event["first_of_step"]:
            self.by_variant[campaign_id, event["step"], event.get("variant", 0)][event["kind"]] += 1
        if event["kind"] == "sent":
            self.sent[campaign_id] += 1
        elif event["kind"] == "bounce":
            self.bounced[campaign_id] += 1
