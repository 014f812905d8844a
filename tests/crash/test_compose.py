"""The distributed run as docker-compose.yml has it, on Postgres and Redis with the settings of production.

Each service is started by its own command, environment and health check; the main story runs once while the workers are
scaled to three and every service is killed once.
"""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

from tests.crash.compose import FILE, Engine, interpolated
from tests.leads.factories import people
from tests.sandbox_control import SandboxControl

ACTIVE = 1
CAMPAIGN = "05A"
# What .env.example says for a rehearsal with the sandbox, and short waits.
DOTENV = {
    "POSTGRES_PASSWORD": "not-a-real-password",
    "SECRET_KEY": "k" * 50,
    "ALLOWED_HOSTS": "localhost,127.0.0.1",
    "INSTANTLY_BASE_URL": "http://sandbox:8900",
    "HTTPS": "0",
    "IMPORT_LEASE_S": "3",
    "VERIFY_POLL_S": "0.5",
    "SETTLE_WATCH_S": "2",
    "SCAN_INTERVAL_S": "5",
    "SYNC_INTERVAL_S": "5",
    "LOG_LEVEL": "WARNING",
}
OURS = ("web", "worker", "worker-safety", "worker-watch", "beat")


@pytest.fixture
def stack(postgres_url: str) -> Iterator[Engine]:
    """Every service of the file, started in its order; ended with the test."""
    folder = Path(tempfile.mkdtemp(prefix="iexdg-compose-"))
    engine = Engine(folder, DOTENV, postgres_url)
    try:
        yield engine
    finally:
        engine.down()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def control(stack: Engine) -> Iterator[SandboxControl]:
    control = SandboxControl(base_url=f"http://127.0.0.1:{stack.ports['sandbox']}")
    yield control
    control.http.close()


def test_values_are_replaced_as_docker_compose_replaces_them() -> None:
    assert interpolated("${A:-8000}:8000 ${B:?set it} $$HOME", {"B": "x"}) == "8000:8000 x $HOME"
    with pytest.raises(KeyError, match="set it in"):
        interpolated("${SECRET_KEY:?set it in .env}", {})


# Some thirty processes are started one after the other.
@pytest.mark.timeout(400)
def test_the_story_runs_while_every_service_is_killed_once(stack: Engine, control: SandboxControl) -> None:
    assert set(stack.services) == {"postgres", "redis", "prepare", "sandbox", *OURS}
    stack.up("redis")
    stack.wait_for(lambda: is_healthy_elsewhere(stack), what="Redis and Postgres")
    stack.up("prepare", "sandbox", *OURS)
    stack.wait_until_healthy("sandbox", *OURS)
    stack.of("sandbox")[0].kill()
    stack.wait_until_healthy("sandbox")
    dashboard = f"http://127.0.0.1:{stack.ports['web']}"
    stack.wait_for(lambda: is_ready(dashboard), what="/readyz")

    # -- an import, with three workers, and everything killed meanwhile ------------------------------------------
    emails = [*people(150), *people(3, prefix="invalid")]
    file = stack.folder / "leads.csv"
    lines = [f"{email},Sam,Lee,Firm {place},Owner" for place, email in enumerate(emails)]
    header = "Email,First Name,Last Name,Company Name,Job Title"
    file.write_text("\n".join([header, *lines]), encoding="utf-8")
    campaign = next(one["id"] for one in control.state()["campaigns"] if one["name"].startswith(CAMPAIGN))
    stack.wait_for(lambda: is_mirrored(stack, campaign), what="the first sync")
    stack.run("web", "python", "manage.py", "import_leads", str(file), "--campaign", campaign)
    stack.scale("worker", 3)
    for service in (*OURS, "redis"):
        for one in stack.of(service):
            one.kill()
        stack.restart_ended()
    cut_connections(stack)
    stack.wait_for(lambda: "done" in state_of_import(stack), what="the end of the import")
    stack.wait_until_healthy(*OURS)
    assert len(stack.of("worker")) == 3
    assert {one.starts >= 2 for one in stack.containers} == {True}

    there = [email for email in control.leads_in(campaign) if email in {*emails}]
    assert sorted(there) == sorted(people(150))
    assert control.charged() == dict.fromkeys(emails, 0.25)

    # -- two people let it go live ------------------------------------------------------------------------------
    stack.run("web", "python", "manage.py", "request_go_live", campaign, "--as", "operator@example.com")
    stack.run("web", "python", "manage.py", "approve_go_live", campaign, "--as", "approver@example.com")
    stack.wait_for(lambda: control.status_of(campaign) == ACTIVE, what="the go-live")
    assert httpx.get(f"{dashboard}/", follow_redirects=True).status_code == 200


def is_healthy_elsewhere(stack: Engine) -> bool:
    """The health checks of Postgres and Redis, with the addresses of this machine, where their tools are installed."""
    server = urlsplit(stack.environment_of("web")["DATABASE_URL"])
    checks = {
        "postgres": ["--host", server.hostname or "", "--port", str(server.port), "--username", server.username or ""],
        "redis": ["-p", str(stack.ports["redis"])],
    }
    for service, address in checks.items():
        program, *arguments = stack.services[service]["healthcheck"]["test"][1:]
        if shutil.which(program) is None:
            continue
        # redis-cli takes options in front of the command, pg_isready anywhere; the last of two counts.
        command = [program, *address, *arguments] if service == "redis" else [program, *arguments, *address]
        if subprocess.run(command, capture_output=True, check=False).returncode != 0:
            return False
    return True


def is_ready(dashboard: str) -> bool:
    try:
        return httpx.get(f"{dashboard}/readyz").status_code == 200
    except httpx.HTTPError:
        return False


def cut_connections(stack: Engine) -> None:
    """What a restart of Postgres does to everyone."""
    with psycopg.connect(stack.environment_of("web")["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def ask(stack: Engine, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(stack.environment_of("web")["DATABASE_URL"]) as connection:
        return connection.execute(query).fetchall()


def is_mirrored(stack: Engine, remote_id: str) -> bool:
    return bool(ask(stack, f"SELECT 1 FROM campaigns_campaign WHERE remote_id = '{remote_id}'"))


def state_of_import(stack: Engine) -> str:
    return json.dumps(ask(stack, "SELECT state FROM leads_import"))


def test_the_file_is_the_one_at_the_root() -> None:
    assert FILE.name == "docker-compose.yml"
    assert FILE.exists()
