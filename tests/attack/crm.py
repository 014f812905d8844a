"""The part of the attack that brings replies to the CRM: webhooks are lost, doubled and late, GoHighLevel fails before
and after it did what it was asked, tokens are taken back, and workers crash between any two steps."""

from collections import Counter
from typing import Any

from django.core.cache import caches
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from iexdg.clients.http.errors import ClientError
from iexdg.crm import tasks as crm_tasks
from iexdg.crm.actions import CONTACT, OPPORTUNITY, WORKFLOW
from iexdg.crm.automations import activate, pause
from iexdg.crm.ledger import leave_out, replay
from iexdg.crm.models import AutomationState, EntryState, LedgerEntry
from iexdg.inbox import tasks as inbox_tasks
from iexdg.sandbox.world.inbox import RECEIVED, Mail
from iexdg.webhooks import tasks as webhook_tasks
from iexdg.webhooks.models import Delivery, DeliveryState
from iexdg.workspaces.models import Workspace
from tests.attack.crm_stage import HOT, CrmStage, connect_location
from tests.attack.people import ANY, WHICH
from tests.attack.stage import SCAN_S, Stage

# So few people that they reply several times: the order of a contact matters.
PEOPLE_WHO_REPLY = 4
CRM_PATHS = [
    "/contacts/upsert",
    "/contacts/search/duplicate",
    "/contacts/*/tags",
    "/contacts/*/notes",
    "/contacts/*/workflow/*",
    "/opportunities/upsert",
    "/opportunities/search",
    "/contacts/*",
]
CRM_HARM = ["drop_before", "drop_after_commit", "500", "500 after commit", "422 after commit", "429", "slow"]
_OPEN = (EntryState.ASKED, EntryState.SENT)


class CrmAttack(RuleBasedStateMachine):
    """Rules about replies and the CRM; the machine that has them has the stage."""

    stage: Stage

    def _act(self, what: str, verb: Any) -> None:
        raise NotImplementedError

    @property
    def crm(self) -> CrmStage:
        """The part of the stage that these rules act on."""
        return self.stage.crm

    # -- leads and webhooks ----------------------------------------------------------------------
    @rule(which=WHICH, who=st.integers(0, PEOPLE_WHO_REPLY - 1),
          webhook=st.sampled_from(["lost", "once", "once", "twice", "late"]))  # fmt: skip
    def a_lead_replies(self, which: int, who: int, webhook: str) -> None:
        payload = self.crm.reply(self.stage.campaigns[which].remote_id, who)
        if payload is None:
            return
        self.stage.recent.append(f"{payload['lead_email']} replies, the webhook: {webhook}")
        if webhook == "late":
            self.crm.late.append(payload)
        for _ in range({"once": 1, "twice": 2}.get(webhook, 0)):
            self._deliver(payload)

    @rule(which=WHICH, who=st.integers(0, PEOPLE_WHO_REPLY - 1))
    def a_reply_normally(self, which: int, who: int) -> None:
        """A reply, its webhook, and what beat starts, as far as faults and crashes allow."""
        payload = self.crm.reply(self.stage.campaigns[which].remote_id, who)
        if payload is not None:
            self._deliver(payload)
        for _ in range(3):
            self.stage.clock.advance(SCAN_S)
            self._tick_crm()

    @rule(which=ANY, times=st.sampled_from([1, 1, 46]))
    def a_late_webhook(self, which: int, times: int) -> None:
        """In any order, perhaps 46 times, perhaps one that was delivered before."""
        known = [*self.crm.late, *self.crm.delivered]
        for _ in range(times if known else 0):
            self._deliver(known[which % len(known)])

    def _deliver(self, payload: dict[str, Any]) -> None:
        self._act("webhook", lambda: self.crm.deliver(payload))

    # -- workers ---------------------------------------------------------------------------------
    @rule(task=st.sampled_from(["collect", "carry out", "inbox", "hinted", "deliveries"]))
    def crm_worker(self, task: str) -> None:
        """Any task at any time, as often as it likes."""
        pk = self.stage.workspace.pk
        by_name: dict[str, Any] = {
            "collect": lambda: crm_tasks.sweep_ledger(pk),
            "carry out": lambda: crm_tasks.carry_out_ledger(pk),
            "inbox": lambda: inbox_tasks.mirror_inbox(pk),
            "hinted": lambda: inbox_tasks.read_hinted(pk),
            "deliveries": lambda: webhook_tasks.sweep_deliveries(pk),
        }
        self._act(f"crm-{task}", by_name[task])

    def _tick_crm(self) -> None:
        """What beat starts for webhooks, the inbox and the ledger."""
        pk = self.stage.workspace.pk
        self.stage.act("deliveries", lambda: webhook_tasks.sweep_deliveries(pk))
        self.stage.act("inbox", lambda: inbox_tasks.mirror_inbox(pk))
        self.stage.act("collect", lambda: crm_tasks.sweep_ledger(pk))
        self.stage.drain()

    # -- failures --------------------------------------------------------------------------------
    @rule(path=st.sampled_from(CRM_PATHS), harm=st.sampled_from(CRM_HARM), times=st.integers(1, 5))
    def crm_fault(self, path: str, harm: str, times: int) -> None:
        order: dict[str, Any] = {"match": {"method": "*", "path": path}, "times": times}
        status, *after = harm.split(maxsplit=1)
        if status.isdigit():
            order |= {"do": "status_after_commit" if after else "status", "value": int(status)}
        elif harm == "slow":
            order |= {"do": "latency_ms", "value": 40_000}
        else:
            order |= {"do": harm}
        self.stage.recent.append(f"fault {order}")
        self.stage.control.faults(order)

    @rule(revoked=st.sampled_from([True, False, False]))
    def token(self, revoked: bool) -> None:
        """Someone at GoHighLevel takes the token back, or gives it back and an admin connects again."""
        self.stage.control.change_crm(revoked=revoked)
        self.stage.recent.append("the token is taken back" if revoked else "the token is given back")
        if not revoked:
            self.stage.act("connect", lambda: connect_location(self.stage), ClientError)

    @rule()
    def broker_is_flushed(self) -> None:
        """What was queued is lost, and what was counted in the cache."""
        self.stage.recent.append("the broker is flushed")
        self.stage.tasks.clear()
        caches["shared"].clear()

    # -- people ----------------------------------------------------------------------------------
    @rule(which=ANY, on=st.sampled_from([True, True, False]))
    def automation(self, which: int, on: bool) -> None:
        found = self.crm.automations[which % len(self.crm.automations)]
        found.refresh_from_db()
        verb = activate if on else pause
        self._act("automation", lambda: verb(found, by=self.crm.admin))

    @rule()
    def replay_what_was_refused(self) -> None:
        refused = LedgerEntry.objects.filter(state=EntryState.REFUSED).select_related("workspace")
        self._act("replay", lambda: replay(list(refused), by=self.crm.admin))

    # -- promises --------------------------------------------------------------------------------
    @invariant()
    def no_effect_is_in_the_crm_twice(self) -> None:
        """Each (event, automation, action) has at most one."""
        crm, lately = self.stage.app.world.crm, "\n".join(self.stage.recent)
        addresses = Counter(str(one.get("email", "")).lower() for one in crm.contacts.values())
        twice: dict[Any, int] = {one: number for one, number in addresses.items() if number > 1}
        notes = Counter((note["contactId"], note["body"]) for note in crm.notes)
        twice |= {note: number for note, number in notes.items() if number > 1}
        chances = Counter((one["contact"], one["pipelineId"]) for one in self.crm.opportunities())
        twice |= {one: number for one, number in chances.items() if number > 1}
        assert not twice, f"{twice} are in the CRM more than once\n{lately}"
        for contact_id, number in self.crm.entered(HOT).items():
            lead = str(crm.contacts[contact_id].get("email", "")).lower()
            asked = LedgerEntry.objects.filter(kind=WORKFLOW, lead=lead, automation=self.crm.automations[0])
            assert number <= asked.count(), f"{lead} entered the workflow {number} times\n{lately}"
        # Tags that people set stay: an upsert never replaces them.
        lost = [
            one["id"] for one in crm.contacts.values() if one["id"] in self.crm.tagged and "by hand" not in one["tags"]
        ]
        assert not lost, f"tags of {lost} were replaced\n{lately}"
        self.crm.tag_by_hand()

    def _crm_agrees(self) -> None:
        """No reply is lost: each has its contact, tag, a note of each automation, its workflow and an opportunity."""
        crm, lately = self.stage.app.world.crm, "\n".join(self.stage.recent)
        by_address = {str(one.get("email", "")).lower(): one for one in crm.contacts.values()}
        replied = self._replies()
        for mail in replied:
            lead = str(mail["lead"]).lower()
            contact = by_address.get(lead)
            assert contact is not None, f"{lead} replied and is not in the CRM\n{lately}"
            notes = [note for note in crm.notes if mail["id"] in note["body"]]
            assert [note["contactId"] for note in notes] == [contact["id"]] * 2, f"{lead}: {notes}\n{lately}"
            assert any(tag.startswith("instantly-") for tag in contact["tags"]), f"{contact}\n{lately}"
            assert any(one["contact"] == contact["id"] for one in self.crm.opportunities()), f"{lead}\n{lately}"
        wanted = Counter(by_address[str(mail["lead"]).lower()]["id"] for mail in replied)
        assert self.crm.entered(HOT) == wanted, f"entered {self.crm.entered(HOT)}, replied {wanted}\n{lately}"
        left = Delivery.objects.filter(state=DeliveryState.STORED).count()
        assert left == 0, f"{left} deliveries were never routed\n{lately}"

    def _replies(self) -> list[Mail]:
        """What people wrote since the automations are active, as the sandbox has it."""
        mails = self.stage.app.world.inbox.mails.values()
        return [
            mail for mail in mails
            if mail["type"] == RECEIVED and not mail.get("is_auto") and mail["at"] >= self.crm.since
            and mail["campaign"] and mail["lead"]
        ]  # fmt: skip

    def _open_entries(self) -> list[str]:
        waiting = LedgerEntry.objects.filter(state__in=[*_OPEN, EntryState.UNKNOWN, EntryState.REFUSED])
        found = [f"entry {one.pk} {one.kind} {one.state} {one.error}" for one in waiting]
        known = set(LedgerEntry.objects.values_list("event", flat=True))
        found += [
            f"reply {mail['id']} of {mail['lead']} has no entry" for mail in self._replies() if mail["id"] not in known
        ]
        stored = Delivery.objects.filter(state=DeliveryState.STORED)
        return found + [f"delivery {one.pk} {one.error}" for one in stored]

    def _settle_crm(self) -> None:
        """Everything answers again; what no reading shows is looked at by a person."""
        stage = self.stage
        switched = list(Workspace.objects.values_list("pk", "kill_switch_at"))
        Workspace.objects.update(kill_switch_at=None)
        stage.control.change_crm(revoked=False)
        stage.act("connect", lambda: connect_location(stage))
        for found in self.crm.automations:
            found.refresh_from_db()
            if found.state != AutomationState.ACTIVE:
                activate(found, by=self.crm.admin)
        for _ in range(90):
            stage.clock.advance(4 * SCAN_S)
            self._tick_crm()
            if not self._open_entries():
                break
            self._a_person_looks()
        else:
            raise AssertionError(f"the CRM never settled: {self._open_entries()}\n" + "\n".join(stage.recent))
        for pk, at in switched:
            Workspace.objects.filter(pk=pk).update(kill_switch_at=at)

    def _a_person_looks(self) -> None:
        """Refused entries are replayed; one whose outcome no reading shows is left out where the CRM has its effect."""
        waiting = LedgerEntry.objects.filter(state__in=[EntryState.REFUSED, EntryState.UNKNOWN])
        for entry in waiting.select_related("workspace").order_by("pk"):
            if entry.state == EntryState.UNKNOWN and entry.kind not in {WORKFLOW, OPPORTUNITY}:
                continue
            if entry.state == EntryState.UNKNOWN and self._has_effect(entry):
                leave_out(entry, by=self.crm.admin)
            else:
                replay([entry], by=self.crm.admin)
                return

    def _has_effect(self, entry: LedgerEntry) -> bool:
        if entry.kind == OPPORTUNITY:
            return any(one["contact"] == entry.contact_id for one in self.crm.opportunities())
        same = LedgerEntry.objects.filter(kind=WORKFLOW, lead=entry.lead, automation=entry.automation_id)
        accounted = same.filter(state=EntryState.DONE).count() + same.filter(error__startswith="Left out").count()
        entered = self.crm.entered(str(entry.request["workflow_id"]))[entry.contact_id]
        return entered > accounted if entry.request["workflow_id"] == HOT else entered > 0

    def _count_crm(self) -> Counter[str]:
        rows = LedgerEntry.objects.all()
        return Counter(
            {
                "replies": self.crm.replied,
                "deliveries": Delivery.objects.count(),
                "in the CRM": rows.filter(kind=CONTACT, state=EntryState.DONE).count(),
                "actions done": rows.filter(state=EntryState.DONE).count(),
                "left out by a person": rows.filter(error__startswith="Left out").count(),
                "attempts more than one": sum(max(0, row.attempts - 1) for row in rows),
            }
        )
