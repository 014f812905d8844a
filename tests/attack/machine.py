"""The attack: random people, faults and crashes against the real verbs. After every step the promises hold."""

from collections import Counter
from typing import Any

from django.db.models import Sum
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from campaigns import tasks as campaign_tasks
from campaigns.errors import CampaignError
from campaigns.guardrails.change import RuleChange, change_rule
from campaigns.guardrails.rearm import acknowledge
from campaigns.models import (
    Approval,
    CampaignStatus,
    GuardrailKind,
    GuardrailMode,
    GuardrailTrip,
    RequestState,
    StatusRequest,
    TripState,
    Wanted,
)
from campaigns.models.request import OPEN_REQUEST
from campaigns.sending.lifecycle import carry_out, request_activation, request_pause
from campaigns.sending.loading import load_effect
from campaigns.watch.adoption import adopt
from campaigns.watch.stopping import lift
from iexdg.crm import tasks as crm_tasks
from iexdg.crm.errors import CrmError
from iexdg.golive import tasks as go_live_tasks
from iexdg.golive.policy import Policy, change_policy
from iexdg.golive.verbs import approve_go_live, break_glass, open_approval, reject_go_live, request_go_live
from iexdg.inbox import tasks as inbox_tasks
from iexdg.inbox.errors import InboxError
from iexdg.incidents.models import Incident
from iexdg.team.errors import TeamError
from iexdg.workspaces.errors import WorkspaceError
from iexdg.workspaces.mode import set_mode
from iexdg.workspaces.models import Mode, Workspace
from leads import tasks as lead_tasks
from leads.errors import LeadsError
from leads.imports import drive, verbs
from leads.imports.counts import counts_of
from leads.loading.canary import CanaryPlan
from leads.models import Import, Receipt, Row, RowState
from tests.attack.answers import AnswerAttack
from tests.attack.crm import CrmAttack
from tests.attack.people import ANY, PEOPLE, WHICH, WHO, PeopleAttack
from tests.attack.stage import LEASE_S, START, Stage, stop_everything
from tests.leads.factories import checked_import

REFUSALS = (CampaignError, CrmError, InboxError, LeadsError, TeamError, WorkspaceError)
STEPS = Counter[str]()
# The results, so that an attack that attacks nothing is noticed.
RESULTS = Counter[str]()
PATHS = [
    "/leads/add",
    "*/pause",
    "*/activate",
    "/campaigns/*",
    "/email-verification",
    "/leads/list",
    "/leads/move",
    "/lead-lists",
    "/emails/reply",
    "/emails*",
    "*",
]
HARM = ["drop_before", "drop_after_commit", "500", "429", "slow"]


class Attack(PeopleAttack, AnswerAttack, CrmAttack):
    """People, Instantly, the network and crashes take turns."""

    def __init__(self) -> None:
        super().__init__()
        self.stage = Stage()

    def teardown(self) -> None:
        try:
            if not self.stage.broken:
                self._settle()
                self._records_agree()
                self._raise()
            self._count()
        finally:
            self.stage.close()

    def _count(self) -> None:
        RESULTS["examples"] += 1
        RESULTS["calls"] += self.stage.calls
        RESULTS["crashes"] += self.stage.crashes
        RESULTS["meanwhile"] += self.stage.meanwhiles
        RESULTS["leads loaded"] += Row.objects.filter(state=RowState.LOADED).count()
        RESULTS["verified"] += Receipt.objects.filter(answered_at__isnull=False).count()
        RESULTS["went live"] += Approval.objects.filter(live_at__isnull=False).count()
        RESULTS["pauses read back"] += StatusRequest.objects.filter(
            confirmed_at__isnull=False, wanted=Wanted.PAUSE
        ).count()
        RESULTS["incidents"] += Incident.objects.count()
        RESULTS["trips"] += GuardrailTrip.objects.count()
        RESULTS["re-armed"] += GuardrailTrip.objects.filter(state=TripState.ACKNOWLEDGED).count()
        RESULTS["approved alone"] += Approval.objects.exclude(break_glass_reason="").count()
        RESULTS["adopted"] += Approval.objects.filter(adopted=True).count()
        RESULTS["approved by two"] += Approval.objects.filter(approvals_needed=2, live_at__isnull=False).count()
        RESULTS.update(self._count_people())
        RESULTS.update(self._count_answers())
        RESULTS.update(self._count_crm())
        RESULTS["canaries"] += Import.objects.filter(policy="canary").count()

    # -- people ----------------------------------------------------------------------------------
    @rule(which=WHICH, who=WHO, people=st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=9, unique=True),
          hold=st.booleans(), accept=st.booleans(), at_once=st.booleans())  # fmt: skip
    def upload(self, which: int, who: int, people: list[str], hold: bool, accept: bool, at_once: bool) -> None:
        campaign, member = self._campaign(which), self.stage.members[who]
        imported = checked_import(campaign, people, by=member)
        self._act("start", lambda: verbs.start(imported, by=member, hold=hold, accept_catch_all=accept))
        if at_once:
            self._act(f"advance {imported.pk}", lambda: self.stage.advance(imported.pk))

    @rule(which=WHICH, count=st.integers(1, 8), hold=st.booleans())
    def load_normally(self, which: int, count: int, hold: bool) -> None:
        """An import without interference, as far as faults and crashes allow."""
        imported = checked_import(self._campaign(which), PEOPLE[:count], by=self.stage.members[0])
        self._act("start", lambda: verbs.start(imported, by=self.stage.members[0], hold=hold))
        for _ in range(3):
            self.stage.tick()

    @rule(which=WHICH)
    def go_live_normally(self, which: int) -> None:
        """Two people in a row do what they should, or three where the policy requires two approvers."""
        campaign = self._campaign(which)
        self._act("request", lambda: request_go_live(campaign, by=self.stage.members[0]))
        approval = open_approval(campaign)
        if approval is not None:
            self._act("approve", lambda: approve_go_live(approval, by=self.stage.members[2]))
            self._act("second", lambda: approve_go_live(approval, by=self.stage.members[3]))
        for _ in range(2):
            self.stage.tick()

    @precondition(lambda self: self._imports())
    @rule(which=ANY, who=WHO, verb=st.sampled_from(["stop", "resume", "resume", "retry_pending"]))
    def change_import(self, which: int, who: int, verb: str) -> None:
        imported = self._import(which)
        # People confirm what is shown to them; what they then do must be safe all the same.
        options = {} if verb == "stop" else {"accepted": load_effect(imported.campaign).code}
        self._act(verb, lambda: getattr(verbs, verb)(imported, by=self.stage.members[who], **options))

    @rule(which=WHICH, who=WHO)
    def request(self, which: int, who: int) -> None:
        self._act("request", lambda: request_go_live(self._campaign(which), by=self.stage.members[who]))

    @rule(which=WHICH, who=WHO, yes=st.sampled_from([True, True, True, False]))
    def decide(self, which: int, who: int, yes: bool) -> None:
        approval = open_approval(self._campaign(which))
        verb = approve_go_live if yes else reject_go_live
        if approval is not None:
            self._act(verb.__name__, lambda: verb(approval, by=self.stage.members[who]))

    @rule(which=WHICH, who=WHO, at_once=st.booleans())
    def pause(self, which: int, who: int, at_once: bool) -> None:
        def verb() -> None:
            request = request_pause(self._campaign(which), by=self.stage.members[who])
            if at_once:
                carry_out(request.pk)

        self._act("pause", verb)

    @rule(which=WHICH, who=WHO, at_once=st.booleans())
    def activate(self, which: int, who: int, at_once: bool) -> None:
        def verb() -> None:
            request = request_activation(self._campaign(which), by=self.stage.members[who])
            if at_once:
                carry_out(request.pk)

        self._act("activate", verb)

    @rule(which=WHICH, count=st.integers(3, 8), asks=st.booleans())
    def canary(self, which: int, count: int, asks: bool) -> None:
        """Two people first; the rest when no one bounced, or when someone releases them."""
        imported = checked_import(self._campaign(which), PEOPLE[:count], by=self.stage.members[0])
        plan = CanaryPlan(rows=2, hours=0, sends=1, asks=asks)
        self._act("canary", lambda: verbs.start(imported, by=self.stage.members[0], canary=plan))
        for _ in range(2):
            self.stage.tick()

    @rule(which=WHICH, who=st.sampled_from([4, 4, 5, 2, 0]))
    def break_glass_alone(self, which: int, who: int) -> None:
        campaign, member = self._campaign(which), self.stage.members[who]
        reason = "the attack does not wait for an approver"
        self._act("glass", lambda: break_glass(campaign, by=member, typed_name=campaign.name, reason=reason))

    @rule(approvers=st.sampled_from([1, 1, 2]))
    def policy(self, approvers: int) -> None:
        wanted = Policy(approvers, 24)
        self._act("policy", lambda: change_policy(self.stage.workspace, wanted, by=self.stage.members[4]))

    @rule(floor=st.sampled_from([None, None, 1_000_000.0]))
    def credits_guardrail(self, floor: float | None) -> None:
        """A limit that nothing meets trips for every sending campaign; without one the default applies again."""
        change = RuleChange(mode=GuardrailMode.ACTIVE, limit=floor) if floor else RuleChange()
        self._act(
            "guardrail",
            lambda: change_rule(self.stage.workspace, GuardrailKind.CREDITS, change, by=self.stage.members[4]),
        )
        self._act("guardrails", campaign_tasks.watch_guardrails)

    @precondition(lambda self: GuardrailTrip.objects.filter(state=TripState.OPEN).exists())
    @rule(who=WHO)
    def rearm(self, who: int) -> None:
        member = self.stage.members[who]
        for trip in GuardrailTrip.objects.filter(state=TripState.OPEN).select_related("campaign__workspace"):
            self._act("rearm", lambda trip=trip: acknowledge(trip, by=member, reason="fixed"))

    @rule(which=WHICH, who=WHO)
    def adopt(self, which: int, who: int) -> None:
        """The last one was sending before we were connected; no one has to decide about the others."""
        campaign = self.stage.before_us if which == 0 else self._campaign(which)
        campaign.refresh_from_db()
        self._act("adopt", lambda: adopt(campaign, by=self.stage.members[who]))

    @rule(mode=st.sampled_from([Mode.OBSERVE, Mode.WRITE, Mode.WRITE]))
    def mode(self, mode: str) -> None:
        self._act("mode", lambda: set_mode(self.stage.workspace, mode, by=self.stage.members[4]))
        # What was only reported is paused once writing is allowed.
        self.stage.reads_work_since = self.stage.watched

    @rule(on=st.sampled_from([True, False, False]), who=WHO)
    def kill_switch(self, on: bool, who: int) -> None:
        if on:
            self._act("stop all", lambda: stop_everything(self.stage))
        else:
            self.stage.workspace.refresh_from_db()
            self._act("lift", lambda: lift(self.stage.workspace, by=self.stage.members[who], reason="continue"))

    # -- workers ---------------------------------------------------------------------------------
    @precondition(lambda self: self._imports())
    @rule(which=ANY)
    def work(self, which: int) -> None:
        pk = self._import(which).pk
        self._act(f"advance {pk}", lambda: self.stage.advance(pk))

    @rule(task=st.sampled_from(
        ["read_statuses", "sweep_status_requests", "sync", "go_lives", "guardrails", "mirror", "inbox",
         "replies"]))  # fmt: skip
    def beat(self, task: str) -> None:
        by_name: dict[str, Any] = {
            "read_statuses": campaign_tasks.read_statuses,
            "sweep_status_requests": campaign_tasks.sweep_status_requests,
            "sync": lambda: campaign_tasks.sync_workspace(self.stage.workspace.pk),
            "go_lives": go_live_tasks.sweep_go_lives,
            "guardrails": campaign_tasks.watch_guardrails,
            "mirror": lead_tasks.mirror_leads,
            "inbox": lambda: inbox_tasks.mirror_inbox(self.stage.workspace.pk),
            "replies": lambda: inbox_tasks.send_replies(self.stage.workspace.pk),
        }
        self._act(task, by_name[task])

    @precondition(lambda self: self.stage.tasks)
    @rule(which=ANY, again=st.booleans())
    def run_task(self, which: int, again: bool) -> None:
        """Any task, and perhaps again later."""
        tasks = self.stage.tasks
        task, ids = tasks[which % len(tasks)]
        if not again:
            tasks.pop(which % len(tasks))
        self._act(task.name, lambda: task(*ids))

    @rule(which=ANY)
    def carry_out_any(self, which: int) -> None:
        requests = list(StatusRequest.objects.order_by("pk").values_list("pk", flat=True))
        if requests:
            self._act("carry out", lambda: carry_out(requests[which % len(requests)]))

    # -- failures --------------------------------------------------------------------------------
    @rule(which=WHICH, status=st.sampled_from([CampaignStatus.ACTIVE, CampaignStatus.ACTIVE, CampaignStatus.PAUSED]))
    def someone_in_instantly(self, which: int, status: int) -> None:
        STEPS["someone in Instantly"] += 1
        self.stage.recent.append(f"in Instantly: {which} -> {int(status)}")
        self.stage.control.set_status(self._campaign(which).remote_id, int(status))
        self.stage.check()

    @rule(which=WHICH, cap=st.integers(10, 20))
    def edit_in_instantly(self, which: int, cap: int) -> None:
        STEPS["edit in Instantly"] += 1
        self.stage.control.edit(self._campaign(which).remote_id, daily_limit=cap)

    @rule(path=st.sampled_from(PATHS), harm=st.sampled_from(HARM), times=st.integers(1, 8))
    def fault(self, path: str, harm: str, times: int) -> None:
        STEPS["fault"] += 1
        order: dict[str, Any] = {"match": {"method": "*", "path": path}, "times": times}
        if harm in {"500", "429"}:
            order |= {"do": "status", "value": int(harm)}
        elif harm == "slow":
            order |= {"do": "latency_ms", "value": 40_000}
        else:
            order |= {"do": harm}
        self.stage.recent.append(f"fault {order}")
        self.stage.control.faults(order)

    @rule(steps=st.integers(1, 60))
    def crash(self, steps: int) -> None:
        """One of the next processes crashes between two steps."""
        STEPS["crash"] += 1
        self.stage.recent.append(f"crash in {steps}")
        self.stage.crashes_in = steps

    @rule(after=st.integers(1, 12), which=WHICH, what=st.sampled_from(
        ["pause", "stop all", "stop", "scan", "activate in Instantly", "edit", "work", "lift",
         "undo", "answers", "crm"]))  # fmt: skip
    def meanwhile(self, after: int, which: int, what: str) -> None:
        """While a call is in flight, another process acts."""
        STEPS["meanwhile"] += 1
        self.stage.recent.append(f"meanwhile after {after} calls: {what} {which}")
        self.stage.meanwhile = (after, lambda: self._act(f"meanwhile {what}", lambda: self._interfere(what, which)))

    @rule(ticks=st.integers(1, 5))
    def time_passes(self, ticks: int) -> None:
        STEPS["time"] += 1
        for _ in range(ticks):
            self.stage.tick()
            self._tick_people()
            self._tick_answers()
            self._tick_crm()

    @rule(seconds=st.sampled_from([LEASE_S + 1.0, 3600.0, 31 * 86400.0]))
    def clock_jumps(self, seconds: float) -> None:
        """Nothing ran for a while: the machine slept."""
        STEPS["jump"] += 1
        self.stage.recent.append(f"clock + {seconds:.0f}")
        if self.stage.clock.now - START < 100 * 86400:
            self.stage.clock.advance(seconds)
            self.stage.reads_work_since = self.stage.watched

    @precondition(lambda self: self.stage.calls - self.stage.quiet_at > 400)
    @rule()
    def quiet(self) -> None:
        STEPS["quiet"] += 1
        self.stage.quiet_at = self.stage.calls
        self._settle()
        self._records_agree()

    # -- promises --------------------------------------------------------------------------------
    @invariant()
    def no_forbidden_call_was_sent(self) -> None:
        self.stage.check()
        self._raise()

    @invariant()
    def the_numbers_add_up(self) -> None:
        for imported in Import.objects.all():
            counts = counts_of(imported)
            assert counts.adds_up, f"import {imported.pk} does not add up: {counts}"
            assert counts.rows == imported.rows_total

    @invariant()
    def paused_means_read_as_paused(self) -> None:
        confirmed = StatusRequest.objects.filter(wanted=Wanted.PAUSE, state=RequestState.CONFIRMED)
        for request in confirmed.select_related("campaign"):
            requested, confirmed_at = request.asked_at.timestamp(), request.confirmed_at.timestamp()
            reads = self.stage.read_paused.get(request.campaign.remote_id, [])
            assert any(requested <= at <= confirmed_at for at in reads), f"pause {request.pk} was never read back"

    def _raise(self) -> None:
        story = "\n".join(self.stage.recent)
        assert not self.stage.broken, f"{self.stage.broken}\nlately:\n{story}"

    def _settle(self) -> None:
        """Stop all faults; beat runs until nothing is open any more."""
        stage = self.stage
        stage.control.http.post("/_sandbox/faults", json=[])
        stage.app.simulation.faults.pending.clear()
        stage.crashes_in = stage.meanwhile = None
        Workspace.objects.update(mode=Mode.WRITE)
        stage.reads_work_since = stage.watched
        for _ in range(60):
            stage.tick()
            self._tick_people()
            self._raise()
            if not self._open_work():
                self._settle_answers()
                self._settle_crm()
                return
        raise AssertionError(f"it never settled: {self._open_work()}\n" + "\n".join(stage.recent))

    def _open_work(self) -> list[str]:
        working = [f"import {i.pk} {i.state}" for i in Import.objects.all() if drive.has_open_work(i)]
        working += [f"import {i.pk} watched" for i in Import.objects.filter(state="settling")]
        rows = Row.objects.filter(state__in=[RowState.UNKNOWN, RowState.LOADING])
        working += [f"row {row.pk} {row.state} of {row.imported.state}" for row in rows]
        requests = StatusRequest.objects.filter(state__in=OPEN_REQUEST)
        working += self._open_changes()
        return working + [f"request {request.pk} {request.state}" for request in requests]

    def _records_agree(self) -> None:
        """Loads and receipts here equal the sandbox's."""
        self._people_agree()
        self._answers_agree()
        self._crm_agrees()
        # What a crash interrupted, in an import that was stopped then, is read when it goes on: open until then.
        unread = set(Receipt.objects.filter(answered_at__isnull=True).values_list("email", flat=True))
        costs = self.stage.control.charged().items()
        charged = {email: cost for email, cost in costs if email in PEOPLE and cost and email not in unread}
        # What a list costs is not in the answer of any address.
        used = (
            Receipt.objects.exclude(email__in=unread)
            .filter(by_list__isnull=True)
            .values("email")
            .annotate(used=Sum("credits_used"))
        )
        paid = {item["email"]: float(item["used"]) for item in used if item["used"]}
        assert paid == charged, f"paid {paid}\ncharged {charged}\n" + "\n".join(self.stage.recent)

    # -- what rules share ------------------------------------------------------------------------
    def _act(self, what: str, verb: Any) -> None:
        STEPS[what.split()[0]] += 1
        self.stage.act(what, verb, *REFUSALS)
        self.stage.check()

    def _interfere(self, what: str, which: int) -> None:
        campaign = self._campaign(which)
        if what == "pause":
            carry_out(request_pause(campaign, by=self.stage.members[6]).pk)
        elif what == "stop all":
            stop_everything(self.stage)
        elif what == "lift":
            self.stage.workspace.refresh_from_db()
            lift(self.stage.workspace, by=self.stage.members[2], reason="continue")
        elif what == "undo":
            self._undo(which, 0, again=False)
        elif what == "crm":
            crm_tasks.carry_out_ledger(self.stage.workspace.pk)
        elif what == "answers":
            inbox_tasks.send_replies(self.stage.workspace.pk)
        elif what == "scan":
            campaign_tasks.read_statuses()
        elif what == "edit":
            self.stage.control.edit(campaign.remote_id, daily_limit=10 + which)
        elif what == "activate in Instantly":
            self.stage.control.set_status(campaign.remote_id, int(CampaignStatus.ACTIVE))
        elif self._imports():
            imported = self._import(which)
            if what == "stop":
                verbs.stop(imported, by=self.stage.members[0])
            else:
                self.stage.advance(imported.pk)

    def _campaign(self, which: int) -> Any:
        campaign = self.stage.campaigns[which]
        campaign.refresh_from_db()
        return campaign

    def _imports(self) -> list[int]:
        return list(Import.objects.order_by("pk").values_list("pk", flat=True))

    def _import(self, which: int) -> Import:
        pks = self._imports()
        return Import.objects.select_related("campaign__workspace", "workspace").get(pk=pks[which % len(pks)])
