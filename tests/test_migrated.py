"""The copy that tests begin with is what the migrations and the product make."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from leads.derived.install import missing_triggers
from tests import migrated


@pytest.mark.django_db
def test_nothing_is_left_to_migrate_and_no_trigger_is_missing() -> None:
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    assert missing_triggers() == []


@pytest.mark.django_db
def test_the_models_are_what_the_migrations_lead_to() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_another_migration_makes_another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Path] = []

    def make(path: Path) -> None:
        made.append(path)
        sqlite3.connect(path).close()

    folder = tmp_path / "leads" / "migrations"
    folder.mkdir(parents=True)
    (tmp_path / "requirements.txt").touch()
    settings: dict[str, Any] = {"ROOT": tmp_path, "FOLDER": tmp_path / "kept", "_make": make}
    for name, value in settings.items():
        monkeypatch.setattr(migrated, name, value)
    (folder / "0001_initial.py").write_text("first", encoding="utf-8")
    first = migrated.migrated_file()
    assert migrated.migrated_file() == first
    (folder / "0001_initial.py").write_text("changed", encoding="utf-8")
    second = migrated.migrated_file()
    assert made == [first, second]
    assert not first.exists()
