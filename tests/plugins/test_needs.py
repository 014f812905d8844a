"""The demands of CI: a service or browser test that is skipped there has failed."""

import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis

from tests.plugins.network import OutsideConnectionError

ROOT = Path(__file__).resolve().parents[2]

NEEDS_A_SERVICE = """
import pytest
pytest_plugins = ["tests.plugins.needs"]

def test_without_the_service(redis_url): pass
@pytest.mark.browser
def test_skipped_for_another_reason(): pytest.skip("not today")
"""


def run(tmp_path: Path, **environment: str) -> str:
    (tmp_path / "test_needing.py").write_text(NEEDS_A_SERVICE, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n service\n browser\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:django", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    closed = {"REDIS_URL": "redis://127.0.0.1:1/0", "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        command, env=closed | environment, cwd=tmp_path, capture_output=True, text=True, check=False
    ).stdout


def test_without_a_demand_an_absent_service_is_a_skip_with_its_reason(tmp_path: Path) -> None:
    assert "2 skipped" in run(tmp_path)


def test_under_a_demand_an_absent_service_is_a_failure(tmp_path: Path) -> None:
    output = run(tmp_path, REQUIRE_SERVICES="1", REQUIRE_BROWSER="1")
    assert "REQUIRE_SERVICES is set, but no Redis answers" in output
    assert "was skipped" in output
    assert "skipped in" not in output.splitlines()[-1]


def test_a_connection_to_another_machine_is_refused() -> None:
    with socket.socket() as outside, pytest.raises(OutsideConnectionError):
        outside.connect(("outside.invalid", 80))


def test_every_test_gets_a_postgres_of_its_own(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


def test_every_test_gets_a_redis_of_its_own(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 1
