"""The test bench of the attack: a fake clock, the sandbox behind a checking transport, and processes that can crash.

Everything runs in one thread, so that a seed determines everything: pools run at once, sleeping moves the clock. A
process crashes by raising `Crash`: from then on none of its statements reaches the database and none of its calls
reaches Instantly, whatever its `finally` blocks do. "Meanwhile" is another process that acts while a call is in flight.
"""

import json
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import httpx
from django.conf import settings
from django.core.cache import caches
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone

from campaigns import tasks as campaign_tasks
from campaigns.models import ApprovalState, Campaign, CampaignStatus
from campaigns.models.campaign import SENDING
from campaigns.watch.stopping import stop_all
from iexdg.clients.instantly import connect
from iexdg.connections.access import Access
from iexdg.golive import tasks as go_live_tasks
from iexdg.inbox.mirror import read_inbox
from iexdg.inbox.models import InboxReading, Kind
from iexdg.inbox.queries import ThreadFilters, filtered_threads
from iexdg.team.models import Member
from iexdg.workspaces.models import Mode, Workspace
from leads import tasks as lead_tasks
from leads.imports import drive
from leads.models import Receipt, Verdict
from leads.verification.receipts import REUSABLE
from tests.attack.crm_stage import CrmStage
from tests.sandbox_control import SandboxControl
from tests.sandbox_worlds import sandbox_app
from tests.wiring import wired_app, wired_crm
from tests.workspaces import connected_workspace

START = 1_795_442_400.0  # Monday 2026-11-23 15:00 UTC, 10:00 in Detroit
SCAN_S = 15
LEASE_S = 20
KNOBS = {
    "SCAN_INTERVAL_S": float(SCAN_S),
    "SYNC_INTERVAL_S": 60.0,
    "SETTLE_WATCH_S": 60.0,
    "SETTLE_READ_EVERY_S": 15.0,
    "VERIFY_POLL_S": 7.0,
    "VERIFY_GIVE_UP_S": 60.0,
    "VERIFY_THREADS": 2,
    "IMPORT_LEASE_S": float(LEASE_S),
    "LOAD_BATCH_ROWS": 3,
}
# Where tasks are queued; the attack runs them.
QUEUES = (
    "campaigns.tasks",
    "leads.tasks",
    "iexdg.mailboxes.tasks",
    "iexdg.inbox.tasks",
    "iexdg.inbox.webhook_handlers",
    "iexdg.webhooks.tasks",
    "iexdg.webhooks.views.receive",
    "iexdg.crm.tasks",
)
# One interval of the watch, what it leaves out because it was read a moment ago, and the lease of a crashed worker.
WATCH_S = 2 * SCAN_S + LEASE_S


class Crash(BaseException):
    """The process crashes here."""


class Clock:
    """The clock of everything. Every reading advances it slightly, so that no two events have the same time."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now

    def read(self) -> datetime:
        self.now += 0.001
        return datetime.fromtimestamp(self.now, UTC)

    def advance(self, seconds: float) -> None:
        self.now += seconds


class AtOnce:
    """A pool of threads that does everything at once, in the caller's thread."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def __enter__(self) -> "AtOnce":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, call: Callable[..., Any], *args: Any, **kwargs: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        try:
            future.set_result(call(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  a pool stores whatever was raised
            future.set_exception(error)
        return future

    def map(self, call: Callable[..., Any], *many: Any) -> Iterator[Any]:
        return iter([call(*args) for args in zip(*many, strict=False)])

    def shutdown(self, **_: Any) -> None:
        pass


class FakeTime:
    """Stands in for the module `time` where the product sleeps."""

    def __init__(self, clock: Clock) -> None:
        self.sleep = clock.advance
        self.monotonic = clock


class Stage:
    """One world under attack: the sandbox, our database, and what happened between the two."""

    def __init__(self) -> None:
        self.exits = ExitStack()
        self.clock = Clock()
        self.broken: list[str] = []
        # Leads that someone deleted in Instantly: address and id.
        self.gone: set[tuple[str, str]] = set()
        # Answers by their words: those that someone wants sent and has not undone.
        self.wanted: set[str] = set()
        self.words = self.undone = 0
        self.tasks: list[tuple[Any, tuple[int, ...]]] = []
        self.crashed = self.is_within = self.is_running = False
        self.crashes_in: int | None = None
        self.meanwhile: tuple[int, Callable[[], object]] | None = None
        self.read_paused: dict[str, list[float]] = {}
        self.bad_since: dict[str, float] = {}
        # Seconds of beat's ticks: a slow call does not delay beat's other processes.
        self.watched = self.reads_work_since = 0.0
        self.depth = 0
        self.crashes = self.meanwhiles = self.calls = self.quiet_at = 0
        self.recent: deque[str] = deque(maxlen=60)
        self._set_up()

    def _set_up(self) -> None:
        self.app = sandbox_app(
            limits=False, clock=self.clock, sleep=self.clock.advance, pending_polls=1, autoflip=frozenset({3})
        )
        self.control = SandboxControl(self.app)
        wire = Wire(self)

        def client(here: Access, budget: str) -> Any:
            return connect(here.base_url, here.api_key, http_transport=wire, sleep=self.clock.advance)

        enter = self.exits.enter_context
        folder = enter(TemporaryDirectory(prefix="attack-"))
        enter(override_settings(**KNOBS, MEDIA_ROOT=folder))
        enter(patch("iexdg.connections.client._client", client))
        enter(patch("iexdg.crm.client._client", wired_crm(wire, self.clock.advance)))
        enter(patch("iexdg.crm.client._app", wired_app(wire, self.clock.advance)))
        enter(patch("django.utils.timezone.now", self.clock.read))
        for module in QUEUES:
            enter(patch(f"{module}.enqueue", self._queue))
        enter(patch("campaigns.sending.lifecycle.READ_BACK_WAITS_S", (0.0, 0.0)))
        for module in ("leads.verification.run", "leads.lease", "campaigns.mirror.analytics"):
            enter(patch(f"{module}.ThreadPoolExecutor", AtOnce))
        for module in ("leads.verification.run", "leads.loading.run", "campaigns.tasks", "iexdg.crm.carry_out"):
            enter(patch(f"{module}.time", FakeTime(self.clock)))
        enter(transaction.atomic())
        enter(connection.execute_wrapper(self._statement))
        for alias in ("shared", "process"):
            caches[alias].clear()
        self.before = {item["id"]: item["status"] for item in self.control.state()["campaigns"]}
        sending = [remote_id for remote_id, status in self.before.items() if status in SENDING]
        # One is left sending: it was sending before us, and someone has to adopt or pause it.
        for remote_id in sending[1:]:
            self.control.set_status(remote_id, CampaignStatus.PAUSED)
        self.workspace = connected_workspace()
        self.members = [
            Member.objects.create(email=f"{role}{number}@example.com", name=f"{role.title()} {number}", role=role)
            for role in ("operator", "approver", "admin", "viewer")
            for number in range(2)
        ]
        campaign_tasks.sync_workspace(self.workspace.pk)
        lead_tasks.mirror_leads()
        for _ in range(2):
            InboxReading.objects.update(budget_until=None)
            read_inbox(self.workspace)
        waiting = filtered_threads(self.workspace, ThreadFilters(), None)
        self.threads = list(waiting.values_list("pk", flat=True)[:3])
        self.tasks.clear()
        self.demo_leads = {lead["id"] for lead in self.control.state()["leads"]}
        # A finished campaign, and two that are paused.
        names = ("04", "05A", "05B")
        self.campaigns = [Campaign.objects.get(name__startswith=name) for name in names]
        self.before_us = Campaign.objects.get(awaits_adoption_since__isnull=False)
        self.crm = CrmStage(self)
        self.depth = len(connection.savepoint_ids)
        self.quiet_at = self.calls

    def close(self) -> None:
        """Undo everything."""
        transaction.set_rollback(True)
        self.exits.close()

    # -- processes -------------------------------------------------------------------------------
    def _queue(self, task: Any, *ids: int, queue: str = "bulk") -> None:
        self.tasks.append((task, ids))

    def _statement(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if self.crashed:
            if sql.startswith(("ROLLBACK", "RELEASE")):
                return execute(sql, params, many, context)
            raise Crash
        if sql.startswith(("UPDATE", "INSERT", "DELETE")):
            self.boundary()
        return execute(sql, params, many, context)

    def boundary(self) -> None:
        """Between two steps: here the process may die."""
        if self.crashed:
            raise Crash
        if self.crashes_in is None or self.is_within or not self.is_running:
            return
        self.crashes_in -= 1
        if self.crashes_in <= 0:
            self.crashed, self.crashes_in = True, None
            self.crashes += 1
            raise Crash

    def act(self, what: str, verb: Callable[[], object], *refusals: type[Exception]) -> bool:
        """Run a verb as a process of its own. False where it was refused, or crashed."""
        self.recent.append(what)
        was_running, self.is_running = self.is_running, True
        try:
            verb()
        except refusals:
            return False
        except Crash:
            self.recent.append("  … and crashed")
            return False
        finally:
            self.is_running = was_running
            if self.crashed:
                self.crashed = False
                transaction.set_rollback(False)
        return True

    @contextmanager
    def another_process(self) -> Iterator[None]:
        """Run as another process than the one whose call is in flight."""
        self.is_within = True
        try:
            yield
        finally:
            self.is_within = False

    # -- time ------------------------------------------------------------------------------------
    def tick(self) -> None:
        """One tick of beat: everything that it would have started by now, in its own processes."""
        self.clock.advance(SCAN_S)
        self.watched += SCAN_S
        self.check()
        for task in (
            campaign_tasks.read_statuses,
            campaign_tasks.sweep_status_requests,
            go_live_tasks.sweep_go_lives,
            campaign_tasks.watch_guardrails,
            campaign_tasks.expire_approvals,
        ):
            self.act(task.name, task)
        self.work_imports()
        self.drain()
        self.check()

    def work_imports(self) -> None:
        """Hand every due import to a worker."""
        for pk in list(drive.due_imports().values_list("pk", flat=True)):
            self.act(f"advance import {pk}", lambda pk=pk: self.advance(pk))

    def advance(self, pk: int) -> None:
        """A worker's slice."""
        drive.advance(pk, slice_s=5.0, clock=self.clock)

    def drain(self) -> None:
        """Run what was queued."""
        while self.tasks:
            task, ids = self.tasks.pop(0)
            self.act(f"{task.name}{ids}", lambda task=task, ids=ids: task(*ids))

    # -- answers ---------------------------------------------------------------------------------
    def new_words(self) -> str:
        """The text of an answer that no other one has."""
        self.words += 1
        return f"Answer {self.words} of the attack, with words of its own."

    def left(self) -> Counter[str]:
        """How often the sandbox has each text that someone wrote by hand."""
        mails = self.app.world.inbox.mails.values()
        return Counter(mail["words"]["text"] for mail in mails if mail["type"] == Kind.MANUAL and "words" in mail)

    # -- promises --------------------------------------------------------------------------------
    def check(self) -> None:
        """Record since when each campaign sends without a live approval, while reads work."""
        if self.app.simulation.faults.pending:
            self.reads_work_since = self.watched
        approved = set(
            Campaign.objects.filter(approvals__state=ApprovalState.APPROVED).values_list("remote_id", flat=True)
        )
        # What was sending before us waits for a decision; in observe mode nothing is paused, only reported.
        approved |= set(
            Campaign.objects.filter(awaits_adoption_since__isnull=False).values_list("remote_id", flat=True)
        )
        observes = self.observes()
        for remote_id, item in self.app.world.campaigns.items():
            if item["status"] not in SENDING or remote_id in approved or observes:
                self.bad_since.pop(remote_id, None)
                continue
            since = max(self.bad_since.setdefault(remote_id, self.watched), self.reads_work_since)
            if self.watched - since > WATCH_S:
                self.break_promise(f"{remote_id} sends unapproved for {self.watched - since:.0f} s")

    def break_promise(self, words: str) -> None:
        """Record a broken promise; the next step fails with it."""
        self.broken.append(words)

    def is_fresh(self, email: str) -> bool:
        """Whether a receipt lets this address be loaded now."""
        since = datetime.fromtimestamp(self.clock.now, UTC) - timedelta(days=settings.RECEIPT_LIFE_DAYS)
        return Receipt.objects.filter(email=email, verdict=Verdict.VERIFIED, answered_at__gte=since).exists()

    def observes(self) -> bool:
        """Whether the workspace is in observe mode."""
        return Workspace.objects.filter(mode=Mode.OBSERVE).exists()

    def is_stopped(self) -> bool:
        """Whether the kill switch is on."""
        return Workspace.objects.filter(kill_switch_at__isnull=False).exists()


class Wire(httpx.BaseTransport):
    """The transport to the sandbox; checks every call against the promises."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.inner = httpx.WSGITransport(app=stage.app)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Forward a call, unless its process crashes before or after it."""
        stage = self.stage
        stage.boundary()
        stage.calls += 1
        # What is turned on while a call is on its way comes too late for it.
        forbidden = stage.observes() or stage.is_stopped()
        self._act_meanwhile()
        path, body = request.url.path, request.read()
        if path.endswith("/contacts/upsert") and "tags" in json.loads(body):
            stage.break_promise("tags were sent with a contact: they replace those that it has")
        if path.endswith("/emails/reply"):
            self._judge_answer(json.loads(body)["body"]["text"], forbidden=forbidden)
        self._judge(request.method, path, body)
        response = self.inner.handle_request(request)
        response.read()
        if request.method == "GET" and response.status_code == 200 and "/campaigns/" in path:
            answer = json.loads(response.content)
            if isinstance(answer, dict) and answer.get("status") == CampaignStatus.PAUSED:
                stage.read_paused.setdefault(answer["id"], []).append(stage.clock.now)
        stage.boundary()
        self._act_meanwhile()
        return response

    def _act_meanwhile(self) -> None:
        stage = self.stage
        if stage.meanwhile is None or stage.is_within:
            return
        left, verb = stage.meanwhile
        stage.meanwhile = (left - 1, verb)
        if left > 1:
            return
        stage.meanwhile = None
        stage.meanwhiles += 1
        with stage.another_process():
            verb()

    def _judge(self, method: str, path: str, body: bytes) -> None:
        stage = self.stage
        if stage.depth and len(connection.savepoint_ids) > stage.depth and not stage.is_within:
            stage.break_promise(f"{method} {path} was sent while a transaction was open")
        if method != "POST":
            return
        if path.endswith("/activate") and stage.is_stopped():
            stage.break_promise("an activation was sent while the kill switch was on")
        if path.endswith(("/activate", "/leads/add")) and stage.observes():
            stage.break_promise(f"{path} was sent in observe mode")
        if path.endswith("/leads/move"):
            self._judge_move(json.loads(body))
        if path.endswith("/leads/add") and "list_id" in json.loads(body):
            self._judge_charged([lead["email"] for lead in json.loads(body)["leads"]])
        elif path.endswith("/leads/add"):
            self._judge_load(json.loads(body))
        if path.endswith("/email-verification"):
            self._judge_charged([json.loads(body)["email"]])

    def _judge_answer(self, text: str, *, forbidden: bool) -> None:
        if forbidden:
            self.stage.break_promise("an answer was sent in observe mode, or while the kill switch was on")
        if text not in self.stage.wanted:
            self.stage.break_promise(f"{text} was sent, and it was undone or never requested")

    def _judge_load(self, body: dict[str, Any]) -> None:
        if self.stage.is_stopped():
            self.stage.break_promise("a load was sent while the kill switch was on")
        for lead in body["leads"]:
            if not self.stage.is_fresh(lead["email"]):
                self.stage.break_promise(f"{lead['email']} was loaded without a fresh receipt")

    def _judge_move(self, body: dict[str, Any]) -> None:
        stage = self.stage
        if stage.observes() or stage.is_stopped():
            stage.break_promise("people were moved in observe mode, or while the kill switch was on")
        leads = [stage.app.world.leads[one]["email"] for one in body.get("ids", []) if one in stage.app.world.leads]
        for email in [*leads, *body.get("contacts", [])]:
            if not stage.is_fresh(email):
                stage.break_promise(f"{email} was moved without a fresh receipt")
        if not leads and not body.get("contacts"):
            stage.break_promise(f"a move names no one: {body}")

    def _judge_charged(self, emails: list[str]) -> None:
        since = timezone.now() - timedelta(days=settings.RECEIPT_LIFE_DAYS)
        known = Receipt.objects.filter(email__in=emails, verdict__in=REUSABLE, answered_at__gte=since)
        for email in known.values_list("email", flat=True):
            self.stage.break_promise(f"{email} was charged again")


def stop_everything(stage: Stage) -> None:
    """Turn the kill switch on as a viewer."""
    stop_all(stage.workspace, by=stage.members[6], reason="attack")
