"""docker-compose.yml as far as it can be checked without an engine: its shape, and that each command exists."""

import re
import shutil
import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml
from celery import Celery
from django.core.management import get_commands

from tests.architecture.tree import ROOT, text

COMPOSE: dict[str, Any] = yaml.safe_load(text(ROOT / "docker-compose.yml"))
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service["image"] == "iexdg-outreach"]
# What the images bring that are not ours.
FOREIGN = {"postgres": {"pg_isready"}, "redis": {"redis-server", "redis-cli"}}
KNOWN_KEYS = {
    "image", "build", "restart", "init", "env_file", "environment", "volumes", "depends_on", "command", "ports",
    "healthcheck", "stop_grace_period", "profiles",
}  # fmt: skip


def words(test: list[str]) -> list[str]:
    kind, *rest = test
    return rest[0].replace("$$", "$").split() if kind == "CMD-SHELL" else rest


def commands(name: str) -> list[list[str]]:
    service = SERVICES[name]
    return [command for command in (service.get("command"), words(service["healthcheck"]["test"])) if command]


def test_everything_a_distributed_run_needs_is_there() -> None:
    assert {"postgres", "redis", "prepare", "web", "worker", "worker-safety", "worker-watch", "beat"} <= set(SERVICES)
    assert SERVICES["postgres"]["image"] == "postgres:16"
    assert SERVICES["redis"]["image"] == "redis:7"
    assert "--appendonly" in SERVICES["redis"]["command"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_has_a_sound_shape(name: str) -> None:
    service = SERVICES[name]
    assert set(service) - KNOWN_KEYS == set()
    assert set(service.get("depends_on", {})) <= set(SERVICES)
    named = {volume.partition(":")[0] for volume in service.get("volumes", [])}
    assert named <= set(COMPOSE["volumes"])
    if name != "prepare":
        assert set(service["healthcheck"]) >= {"test", "interval", "timeout", "retries"}


@pytest.mark.parametrize("name", OURS)
def test_what_waits_waits_for_a_condition_that_can_come_true(name: str) -> None:
    for other, how in SERVICES[name].get("depends_on", {}).items():
        if how["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[other]
        else:
            assert (other, how["condition"]) == ("prepare", "service_completed_successfully")


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in SERVICES if name != "prepare"])
def test_every_command_exists(name: str) -> None:
    for program, *arguments in commands(name):
        if name in FOREIGN:
            assert program in FOREIGN[name]
            continue
        assert shutil.which(program, path=str(Path(sys.executable).parent)), program
        if arguments[:1] == ["-m"]:
            assert find_spec(arguments[1])
        elif arguments[:1] == ["manage.py"]:
            assert arguments[1] in get_commands()
        elif program == "celery":
            assert isinstance(import_module(arguments[arguments.index("-A") + 1]).app, Celery)
        elif program == "uvicorn":
            module, _, attribute = arguments[0].partition(":")
            assert callable(getattr(import_module(module), attribute))


def test_the_one_shot_prepare_runs_a_command_that_exists() -> None:
    assert SERVICES["prepare"]["command"] == ["python", "manage.py", "prepare"]
    assert "prepare" in get_commands()


def test_each_of_the_three_queues_has_a_worker_of_its_own() -> None:
    queues = {
        name: SERVICES[name]["command"][SERVICES[name]["command"].index("-Q") + 1] for name in OURS if "worker" in name
    }
    assert queues == {"worker": "bulk", "worker-safety": "safety", "worker-watch": "watch"}


def test_all_of_ours_run_with_prod_settings_and_share_the_files() -> None:
    for name in OURS:
        assert SERVICES[name]["environment"]["DJANGO_SETTINGS_MODULE"] == "iexdg.settings.prod"
        assert "files:/var/lib/outreach" in SERVICES[name]["volumes"]


def test_every_variable_it_takes_is_explained() -> None:
    taken = set(re.findall(r"\$\{([A-Z_]+)", text(ROOT / "docker-compose.yml")))
    explained = set(re.findall(r"^([A-Z_]+)=", text(ROOT / ".env.example"), flags=re.M))
    assert taken - explained == set()


def test_no_secret_has_a_default() -> None:
    assert re.findall(r"\$\{(?:POSTGRES_PASSWORD|SECRET_KEY)(?!:\?)", text(ROOT / "docker-compose.yml")) == []


def test_the_image_has_two_stages_and_does_not_run_as_root() -> None:
    dockerfile = text(ROOT / "Dockerfile")
    assert len(re.findall(r"^FROM ", dockerfile, flags=re.M)) == 2
    assert re.findall(r"^USER (.+)$", dockerfile, flags=re.M) == ["outreach"]
    for source in re.findall(r"^COPY (?!--from)(\S+) ", dockerfile, flags=re.M):
        assert (ROOT / source).exists(), source


def test_docker_itself_accepts_the_file(tmp_path: Path) -> None:
    docker = shutil.which("docker")
    has_compose = (
        docker and subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode == 0
    )
    if not has_compose:
        pytest.skip("docker compose is not installed here")
    env = tmp_path / ".env"
    env.write_text("POSTGRES_PASSWORD=x\nSECRET_KEY=x\n", encoding="utf-8")
    shutil.copy(ROOT / "docker-compose.yml", tmp_path)
    done = subprocess.run(
        [str(docker), "compose", "config", "--quiet"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
