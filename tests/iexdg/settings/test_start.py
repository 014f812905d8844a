"""Which settings each way of running ends up with, each in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from iexdg.settings import databases

ROOT = Path(__file__).resolve().parents[3]
SHOW = """
import json, sys
from django.conf import settings
names = sys.argv[1:]
print(json.dumps({name: getattr(settings, name) for name in names}, default=str))
"""
PROD = {
    "DJANGO_SETTINGS_MODULE": "iexdg.settings.prod",
    "SECRET_KEY": "k",
    "ALLOWED_HOSTS": "outreach.example.com",
    "DATABASE_URL": "postgres://outreach:secret@db.example.com:5432/outreach",
    "REDIS_URL": "redis://broker.example.com:6379/0",
}


def start(env: dict[str, str], *names: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [sys.executable, "-c", SHOW, *names]
    return subprocess.run(command, cwd=ROOT, env={**kept, **env}, capture_output=True, text=True, check=False)


def settings_of(env: dict[str, str], *names: str) -> dict[str, Any]:
    done = start(env, *names)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def embedded(var_dir: Path, **more: str) -> dict[str, str]:
    return {"DJANGO_SETTINGS_MODULE": "iexdg.settings.dev", "VAR_DIR": str(var_dir), **more}


def test_embedded_everything_lies_in_one_folder(tmp_path: Path) -> None:
    found = settings_of(embedded(tmp_path), "REDIS_URL", "OWN_BROKER", "MEDIA_ROOT", "STATIC_ROOT", "DATABASES")
    assert found["REDIS_URL"] == f"unix://{tmp_path}/broker.sock"
    assert found["OWN_BROKER"] is True
    assert found["MEDIA_ROOT"] == f"{tmp_path}/files"
    assert found["DATABASES"]["default"]["NAME"] == f"{tmp_path}/outreach.sqlite3"
    assert found["DATABASES"]["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_a_deep_folder_gets_a_short_broker_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    found = settings_of(embedded(deep), "BROKER_SOCKET")
    assert len(found["BROKER_SOCKET"]) < 100


def test_the_signing_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    first = settings_of(embedded(tmp_path), "SECRET_KEY")
    assert settings_of(embedded(tmp_path), "SECRET_KEY") == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("variable", ["INSTANTLY_API_KEY", "INSTANTLY_API_KEY_FILE"])
def test_a_key_of_ones_own_leads_to_instantly_and_not_to_the_sandbox(tmp_path: Path, variable: str) -> None:
    without = settings_of(embedded(tmp_path, SANDBOX_PORT="9123"), "USES_SANDBOX", "INSTANTLY_BASE_URL")
    assert without == {"USES_SANDBOX": True, "INSTANTLY_BASE_URL": "http://127.0.0.1:9123"}
    found = settings_of(embedded(tmp_path, **{variable: "something"}), "USES_SANDBOX", "INSTANTLY_BASE_URL")
    assert found == {"USES_SANDBOX": False, "INSTANTLY_BASE_URL": "https://api.instantly.ai"}


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL"])
def test_distributed_refuses_to_start_without(tmp_path: Path, missing: str) -> None:
    env = {**PROD, "VAR_DIR": str(tmp_path)}
    del env[missing]
    done = start(env, "DEBUG")
    assert done.returncode != 0
    assert f"{missing} is not set" in done.stderr


def test_distributed_cookies_travel_encrypted_unless_configured_otherwise(tmp_path: Path) -> None:
    env = {**PROD, "VAR_DIR": str(tmp_path)}
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "DEBUG", "OWN_BROKER")
    assert settings_of(env, *names) == dict(zip(names, (True, True, False, False), strict=True))
    assert settings_of({**env, "HTTPS": "0"}, *names)["SESSION_COOKIE_SECURE"] is False


def test_a_postgres_address_becomes_a_pool_and_a_sqlite_one_a_file() -> None:
    postgres = databases.from_url("postgres://outreach:secret@db.example.com:5433/main")
    assert (postgres["HOST"], postgres["PORT"], postgres["NAME"], postgres["CONN_MAX_AGE"]) == (
        "db.example.com",
        5433,
        "main",
        0,
    )
    assert postgres["OPTIONS"]["pool"]["max_size"] == 20
    assert databases.from_url("sqlite:////srv/data.sqlite3")["NAME"] == "/srv/data.sqlite3"


def test_a_database_that_is_away_is_not_logged_once_for_every_attempt() -> None:
    logging = settings_of(PROD, "LOGGING")["LOGGING"]
    assert logging["loggers"]["psycopg.pool"] == {"level": "ERROR"}
