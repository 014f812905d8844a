"""The plan of one machine: what starts, in which order, with which options."""

import signal
from pathlib import Path

from iexdg.running.children import Plan, children_of


def names(plan: Plan) -> list[str]:
    return [child.name for child in children_of(plan)]


def test_alone_on_a_machine_everything_is_started_broker_first(tmp_path: Path) -> None:
    plan = Plan(
        tmp_path, "127.0.0.1", 8000, broker=Path("/bin/valkey"), broker_socket=tmp_path / "s", sandbox_port=8900
    )
    assert names(plan) == ["broker", "sandbox", "web", "worker-safety", "worker-watch", "worker-bulk", "beat"]


def test_with_a_real_key_and_a_real_broker_neither_is_started(tmp_path: Path) -> None:
    assert names(Plan(tmp_path, "127.0.0.1", 8000)) == ["web", "worker-safety", "worker-watch", "worker-bulk", "beat"]


def test_the_broker_is_reached_by_its_socket_only_and_persists_its_data(tmp_path: Path) -> None:
    plan = Plan(tmp_path, "127.0.0.1", 8000, broker=Path("/bin/valkey"), broker_socket=tmp_path / "s")
    command = children_of(plan)[0].command
    assert command[command.index("--port") + 1] == "0"
    assert command[command.index("--appendonly") + 1] == "yes"
    assert command[command.index("--unixsocketperm") + 1] == "700"


def test_every_queue_has_workers_of_their_own_that_keep_their_heartbeat(tmp_path: Path) -> None:
    workers = [child for child in children_of(Plan(tmp_path, "127.0.0.1", 8000)) if child.name.startswith("worker-")]
    assert [child.command[child.command.index("-Q") + 1] for child in workers] == ["safety", "watch", "bulk"]
    assert not any("--without-heartbeat" in child.command for child in workers)
    assert {child.orphan_signal for child in workers} == {signal.SIGKILL}


def test_two_web_processes_share_the_port(tmp_path: Path) -> None:
    web = next(child for child in children_of(Plan(tmp_path, "127.0.0.1", 8000)) if child.name == "web")
    assert web.command[web.command.index("--workers") + 1] == "2"


def test_workers_and_beat_have_a_heartbeat_file_each(tmp_path: Path) -> None:
    files = {child.name: child.heartbeat for child in children_of(Plan(tmp_path, "127.0.0.1", 8000))}
    assert files == {
        "web": None,
        "worker-safety": tmp_path / "worker-safety.alive",
        "worker-watch": tmp_path / "worker-watch.alive",
        "worker-bulk": tmp_path / "worker-bulk.alive",
        "beat": tmp_path / "beat.alive",
    }


def test_the_sandbox_plays_as_many_workspaces_as_the_demo_has(tmp_path: Path) -> None:
    plan = Plan(tmp_path, "127.0.0.1", 8000, sandbox_port=8900, sandbox_workspaces=2)
    command = children_of(plan)[0].command
    assert command[command.index("--workspaces") + 1] == "2"
