"""Which processes make up the product on one machine, and how each is started. Pure: starts nothing."""

import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from iexdg.running.ports import port_answers, socket_answers


@dataclass(frozen=True)
class Child:
    """One process to keep running.

    `is_infrastructure`: the others depend on it, so it starts first, is waited for, and stops last.
    `orphan_signal`: what the kernel sends it when the supervisor crashes.
    `heartbeat`: the file that it touches every few seconds; None where only its exit can be detected.
    """

    name: str
    command: list[str]
    is_infrastructure: bool = False
    orphan_signal: int = signal.SIGTERM
    is_ready: Callable[[], bool] | None = None
    heartbeat: Path | None = None


@dataclass(frozen=True)
class Plan:
    """Where everything is. `broker` is the binary of our own broker; None means that one runs elsewhere.

    Shapes: worker_processes - of each worker.
    """

    var_dir: Path
    host: str
    port: int
    broker: Path | None = None
    broker_socket: Path | None = None
    sandbox_port: int | None = None
    sandbox_key: str = ""
    sandbox_workspaces: int = 1
    worker_processes: int = 2


def children_of(plan: Plan) -> list[Child]:
    """Return the processes in the order in which they start."""
    infrastructure = (
        [_broker(plan.broker, plan.broker_socket, plan.var_dir)] if plan.broker and plan.broker_socket else []
    )
    if plan.sandbox_port:
        infrastructure.append(_sandbox(plan, plan.sandbox_port))
    workers = [_worker(queue, plan) for queue in ("safety", "watch", "bulk")]
    return [*infrastructure, _web(plan), *workers, _beat(plan.var_dir)]


def _broker(binary: Path, unix_socket: Path, var_dir: Path) -> Child:
    folder = var_dir / "broker"
    folder.mkdir(exist_ok=True)
    options = {
        "--port": "0",  # no TCP: only this user's processes can reach it
        "--unixsocket": str(unix_socket),
        "--unixsocketperm": "700",
        "--appendonly": "yes",
        "--appendfsync": "everysec",
        "--save": "",
        "--dir": str(folder),
        "--maxmemory-policy": "noeviction",
        "--loglevel": "warning",
    }
    command = [str(binary), *(part for option in options.items() for part in option)]
    return Child("broker", command, is_infrastructure=True, is_ready=partial(socket_answers, unix_socket))


def _sandbox(plan: Plan, port: int) -> Child:
    command = [sys.executable, "-m", "iexdg.sandbox", "--port", str(port), "--api-key", plan.sandbox_key]
    command += ["--workspaces", str(plan.sandbox_workspaces), "--state", str(plan.var_dir / "sandbox.json")]
    return Child("sandbox", command, is_infrastructure=True, is_ready=partial(port_answers, "127.0.0.1", port))


def _web(plan: Plan) -> Child:
    command = [sys.executable, "-m", "uvicorn", "iexdg.asgi:application", "--host", plan.host, "--port", str(plan.port)]
    # Two, so that a slow page does not keep others waiting for the interpreter; docker-compose.yml has as many.
    # One that does not answer their server within that time is replaced; on a busy machine it may still be starting.
    command += ["--workers", "2", "--timeout-worker-healthcheck", "60"]
    # X-Forwarded-For is believed from named proxies only, which the application knows.
    command.append("--no-proxy-headers")
    quiet = ["--log-level", "warning", "--lifespan", "off", "--timeout-graceful-shutdown", "3"]
    # It holds no state, and a request that hangs must not keep the port.
    return Child("web", [*command, *quiet], orphan_signal=signal.SIGKILL)


def _heartbeat(name: str, var_dir: Path) -> Path:
    return var_dir / f"{name}.alive"


def _worker(queue: str, plan: Plan) -> Child:
    # In a container that runs as root, the warning about root is noise.
    quiet = ["-W", "ignore::UserWarning:celery.platforms"]
    celery = [sys.executable, *quiet, "-m", "celery", "--quiet", "-A", "iexdg.celery", "worker"]
    options = [
        "-Q",
        queue,
        "-n",
        f"{queue}@%h",
        "-c",
        str(plan.worker_processes),
        "--loglevel",
        "INFO",
        "--without-gossip",
        "--without-mingle",
    ]
    # With SIGTERM it would finish its tasks first, as an orphan. Tasks may be killed at any moment.
    name = f"worker-{queue}"
    command = [*celery, *options]
    return Child(name, command, orphan_signal=signal.SIGKILL, heartbeat=_heartbeat(name, plan.var_dir))


def _beat(var_dir: Path) -> Child:
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "iexdg.celery", "beat"]
    command = [*celery, "-s", str(var_dir / "beat-schedule"), "--pidfile=", "--loglevel", "WARNING"]
    return Child("beat", command, heartbeat=_heartbeat("beat", var_dir))
