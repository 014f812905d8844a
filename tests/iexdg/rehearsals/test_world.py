"""The private world: a process of its own on loopback, ended with the block and with whoever started it."""

import ast
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from iexdg.rehearsals import world as module
from iexdg.rehearsals.errors import WorldError
from iexdg.rehearsals.world import PrivateWorld, WorldSender, private_world
from tests.architecture.tree import ROOT, name_of, parsed, under
from tests.iexdg.rehearsals.factories import SCHEDULE, STEPS
from tests.waiting import eventually

DRAFT = 0
STARTS_ONE_AND_WAITS = """
import sys, time
from iexdg.rehearsals.world import private_world
with private_world() as world:
    print(world._api._http.base_url.port, flush=True)
    time.sleep(600)
"""


def children() -> set[int]:
    """The sandboxes that this process has started and that are there."""
    found = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return {int(pid) for pid in found if b"iexdg.sandbox" in Path(f"/proc/{pid}/cmdline").read_bytes()}


def test_a_campaign_is_built_loaded_activated_and_played_there_alone() -> None:
    with private_world() as world:
        world.connect(WorldSender("new@firm.example.com", 5))
        world.connect(WorldSender("exec@peers.example.com", 1))
        body = {"name": "Ours", "campaign_schedule": SCHEDULE, "sequences": [{"steps": STEPS}],
                "email_list": ["new@firm.example.com", "exec@peers.example.com"], "daily_limit": 4}  # fmt: skip
        raw = world.create_campaign(body)
        assert (raw["status"], raw["name"], raw["daily_limit"]) == (DRAFT, "Ours", 4)
        assert world.load(raw["id"], [{"email": "ada@firm.example.com"}, {"email": "reply.bob@firm.example.com"}]) == 2
        assert world.sent() == ([], 2)
        world.activate(raw["id"])
        world.advance(20 * 86_400)
        mails, still_open = world.sent()
    assert still_open == 0
    # Nobody reacts: whoever would answer the first e-mail gets the second one, too.
    assert sorted((one.email, one.step) for one in mails) == [
        ("ada@firm.example.com", 0), ("ada@firm.example.com", 1),
        ("reply.bob@firm.example.com", 0), ("reply.bob@firm.example.com", 1),
    ]  # fmt: skip


def test_a_sender_that_cannot_send_sends_nothing_there_either() -> None:
    with private_world() as world:
        world.connect(WorldSender("new@firm.example.com", 5, status=2))
        body = {"name": "Ours", "campaign_schedule": SCHEDULE, "sequences": [{"steps": STEPS}],
                "email_list": ["new@firm.example.com"]}  # fmt: skip
        raw = world.create_campaign(body)
        world.load(raw["id"], [{"email": "ada@firm.example.com"}])
        world.activate(raw["id"])
        world.advance(20 * 86_400)
        assert world.sent() == ([], 1)


def test_it_listens_on_loopback_and_its_key_is_of_this_run_alone() -> None:
    with private_world() as world, private_world() as other:
        ports = [one._api._http.base_url.port for one in (world, other)]
        assert [one._api._http.base_url.host for one in (world, other)] == ["127.0.0.1"] * 2
        assert ports[0] != ports[1]
        # The key of one opens nothing in the other.
        keys = [one._api._http.headers["Authorization"].removeprefix("Bearer ") for one in (world, other)]
        stranger = PrivateWorld(int(ports[0] or 0), keys[1])
        with pytest.raises(WorldError, match="refused POST campaigns"):
            stranger.create_campaign({"name": "Ours", "campaign_schedule": SCHEDULE})
        stranger.close()


def test_it_is_given_no_setting_of_the_product(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSTANTLY_API_KEY_FILE", "/run/secrets/instantly")
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere")
    with private_world():
        (pid,) = children()
        names = {one.partition(b"=")[0] for one in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")}
    assert names & {b"INSTANTLY_API_KEY_FILE", b"DATABASE_URL"} == set()


def test_it_is_ended_with_the_block_also_by_an_error() -> None:
    def fail_inside() -> None:
        with private_world():
            assert len(children()) == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_inside()
    assert children() == set()


def test_it_ends_with_the_process_that_started_it_however_that_ends() -> None:
    owner = subprocess.Popen([sys.executable, "-c", STARTS_ONE_AND_WAITS], cwd=ROOT, stdout=subprocess.PIPE)
    assert owner.stdout is not None
    owner.stdout.readline()
    (pid,) = Path(f"/proc/{owner.pid}/task/{owner.pid}/children").read_text().split()
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    owner.stdout.close()
    assert eventually(lambda: not Path(f"/proc/{pid}").exists() or _is_zombie(pid))


def _is_zombie(pid: str) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.parametrize(
    ("says", "error"),
    [
        ("print('something else')", "did not say where it listens"),
        ("print('sandbox ready on http://192.0.2.1:80')", "did not say where it listens"),
        ("raise SystemExit(3)", "ended as it started, with code 3"),
    ],
)
def test_a_child_that_does_not_say_a_port_on_loopback_is_not_called(
    says: str, error: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [sys.executable, "-c", f"{says}\nimport sys, time; sys.stdout.flush(); time.sleep(60)"]
    monkeypatch.setattr(module, "with_parent_death_signal", lambda _, signal_number: command)
    with pytest.raises(WorldError, match=error), private_world():
        pass


# -- what makes it impossible to reach Instantly -------------------------------------------------

# What leads to a client of a workspace.
CONNECTED = {"client_for", "client_of", "connect", "connect_through_maton", "configured_connection", "InstantlyClient"}


def imported_names(path: Path) -> set[str]:
    return {
        alias.name
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }


def test_no_module_of_rehearsals_can_open_a_connection_but_the_private_world() -> None:
    modules = [path for path in under("iexdg") if name_of(path).startswith("iexdg/rehearsals/")]
    assert len(modules) > 15
    assert [name_of(path) for path in modules if imported_names(path) & CONNECTED] == []
    opening = [name_of(path) for path in modules if "HttpTransport" in imported_names(path)]
    assert opening == ["iexdg/rehearsals/world.py"]


def test_the_private_world_takes_a_port_and_no_address() -> None:
    tree = parsed(ROOT / "iexdg/rehearsals/world.py")
    made = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node) == "HttpTransport"]
    assert [ast.unparse(node.args[0]) for node in made] == ["here", "here"]
    (assigned,) = (
        ast.unparse(node.value) for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "here"
    )  # fmt: skip
    assert (assigned, module._HOST) == ("f'http://{_HOST}:{port:d}'", "127.0.0.1")


def _name(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""
