"""Rows of one workspace at Instantly are joined by a migration that loses nothing."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.apps.registry import Apps
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE, AFTER = ("workspaces", "0002_identity"), ("workspaces", "0004_one_row_per_workspace")
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def migrate_to(*targets: tuple[str, str]) -> None:
    """Migrate with the signal that drops the triggers of leads first, as `migrate` does."""
    executor = MigrationExecutor(connection)
    emit_pre_migrate_signal(0, False, "default", plan=executor.migration_plan(list(targets)))
    executor.migrate(list(targets))


class Copies:
    """Copies of the whole database: migrating back and forth takes a minute, putting a copy in place a moment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.is_made = False
        self.name = str(connection.settings_dict["NAME"])

    def keep(self, which: str) -> None:
        """Keep the database as it is now under a name."""
        if connection.vendor == "sqlite":
            with closing(sqlite3.connect(self.folder / which)) as copy:
                connection.connection.backup(copy)
            return
        self._create(f"{self.name}_{which}", self.name)

    def put_back(self, which: str) -> None:
        """Let a kept copy take the place of everything that is there."""
        if connection.vendor == "sqlite":
            with closing(sqlite3.connect(self.folder / which)) as copy:
                copy.backup(connection.connection)
            return
        self._create(self.name, f"{self.name}_{which}")

    def drop(self, *which: str) -> None:
        """Remove copies; those of SQLite go with their folder."""
        if connection.vendor != "sqlite":
            self._run(*(f'DROP DATABASE IF EXISTS "{self.name}_{one}" WITH (FORCE)' for one in which))

    def _create(self, made: str, template: str) -> None:
        """Copy a database, which nobody may be connected to."""
        others = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{template}'"
        self._run(
            f'DROP DATABASE IF EXISTS "{made}" WITH (FORCE)', others, f'CREATE DATABASE "{made}" TEMPLATE "{template}"'
        )

    def _run(self, *statements: str) -> None:
        parameters = {**connection.get_connection_params(), "dbname": "postgres"}
        for own in ("cursor_factory", "context", "prepare_threshold"):
            parameters.pop(own, None)
        connection.close()
        connection.close_pool()
        with psycopg.connect(**parameters, autocommit=True) as administrator:
            for statement in statements:
                administrator.execute(statement)


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Copies]:
    del django_db_setup
    made = Copies(tmp_path_factory.mktemp("copies"))
    yield made
    made.drop("before", "now")


@pytest.fixture
def before(transactional_db: None, copies: Copies) -> Iterator[Apps]:
    """The database as it was before rows were joined; as it was at first again afterwards."""
    if not copies.is_made:
        copies.keep("now")
        migrate_to(BEFORE)
        copies.keep("before")
        copies.is_made = True
    copies.put_back("before")
    yield _apps()
    copies.put_back("now")
    emit_post_migrate_signal(0, False, "default")


def joined() -> Apps:
    """The database right after the migration, with the models of then: all that followed takes a minute."""
    executor = MigrationExecutor(connection)
    executor.migrate([AFTER])
    return _apps()


def joined_and_all_that_followed() -> Apps:
    """The database after every migration, with the models of now."""
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    return MigrationExecutor(connection).loader.project_state().apps


def _apps() -> Apps:
    """The models as the migrations that are applied describe them."""
    loader = MigrationExecutor(connection).loader
    applied = set(loader.applied_migrations) & set(loader.graph.nodes)
    last = [node for node in applied if not {child.key for child in loader.graph.node_map[node].children} & applied]
    return loader.project_state(last).apps


def row(apps: Apps, **fields: Any) -> Any:
    defaults = {"name": "Acme", "base_url": "https://api.example.com", "key_source": "environment", "mode": "write"}
    return apps.get_model("workspaces", "Workspace").objects.create(**{**defaults, **fields})


def campaign(apps: Apps, workspace: Any, remote_id: str, name: str = "05A") -> Any:
    return apps.get_model("campaigns", "Campaign").objects.create(workspace=workspace, remote_id=remote_id, name=name)


def member(apps: Apps, email: str = "ada@example.com") -> Any:
    return apps.get_model("team", "Member").objects.create(email=email, name="Ada", role="admin")


def approval(apps: Apps, of: Any, by: Any, state: str = "requested") -> Any:
    return apps.get_model("campaigns", "Approval").objects.create(
        campaign=of, state=state, requested_by=by, requested_at=NOW, expires_at=NOW
    )


def imported(apps: Apps, into: Any, name: str) -> Any:
    return apps.get_model("leads", "Import").objects.create(
        workspace_id=into.workspace_id, campaign=into, file_name=name, file_path=name, file_size=1, uploaded_at=NOW
    )


def test_two_rows_that_mirror_the_same_campaign_become_one_with_all_that_hangs_on_them(before: Apps) -> None:
    ada = member(before)
    old = row(before, key_source="environment", synced_at=NOW.replace(day=1))
    new = row(before, key_source="file", synced_at=NOW, mode="observe")
    shared_old, shared_new = campaign(before, old, "c-1"), campaign(before, new, "c-1")
    only_old = campaign(before, old, "c-2", "Only the old row knew it")
    approval(before, shared_old, ada, "rejected")
    imported(before, shared_old, "old.csv")
    imported(before, only_old, "older.csv")
    imported(before, shared_new, "new.csv")
    day = before.get_model("campaigns", "DailyStat").objects
    day.create(campaign=shared_old, date=NOW.date(), sent=5)
    day.create(campaign=shared_new, date=NOW.date(), sent=7)
    day.create(campaign=shared_old, date=NOW.date().replace(day=1), sent=3)
    incidents = before.get_model("incidents", "Incident").objects
    incidents.create(
        workspace=old, kind="flip", dedupe_key="flip:1", summary="Old", campaign_ref=shared_old.pk, opened_at=NOW
    )

    after = joined()

    [kept] = after.get_model("workspaces", "Workspace").objects.all()
    assert kept.pk == new.pk
    campaigns = after.get_model("campaigns", "Campaign").objects
    assert sorted(campaigns.filter(workspace=kept).values_list("remote_id", flat=True)) == ["c-1", "c-2"]
    assert campaigns.count() == 2
    imports = after.get_model("leads", "Import").objects.filter(workspace=kept)
    assert sorted(imports.values_list("file_name", flat=True)) == ["new.csv", "old.csv", "older.csv"]
    assert imports.get(file_name="old.csv").campaign_id == shared_new.pk
    assert after.get_model("campaigns", "Approval").objects.get().campaign_id == shared_new.pk
    days = after.get_model("campaigns", "DailyStat").objects.filter(campaign_id=shared_new.pk)
    assert dict(days.values_list("date__day", "sent")) == {20: 7, 1: 3}
    incident = after.get_model("incidents", "Incident").objects.get()
    assert (incident.workspace_id, incident.campaign_ref) == (kept.pk, shared_new.pk)
    assert after.get_model("audit", "AuditEvent").objects.get().action == "workspace:rows:joined"


def test_a_joined_row_only_observes_where_the_modes_differ_and_keeps_a_kill_switch(before: Apps) -> None:
    ada = member(before)
    row(before, remote_id="w-1", synced_at=NOW, mode="write")
    row(
        before,
        remote_id="w-1",
        key_source="file",
        mode="observe",
        kill_switch_at=NOW,
        kill_switch_by=ada,
        kill_switch_reason="Wrong copy",
    )

    [kept] = joined().get_model("workspaces", "Workspace").objects.all()

    assert (kept.mode, kept.kill_switch_at, kept.kill_switch_reason) == ("observe", NOW, "Wrong copy")


def test_of_two_policies_and_two_answers_to_drift_the_stricter_stands(before: Apps) -> None:
    old, new = row(before, remote_id="w-1"), row(before, remote_id="w-1", key_source="file", synced_at=NOW)
    policies = before.get_model("golive", "ApprovalPolicy").objects
    policies.create(workspace=old, approvers=2, life_h=4, who_asks="approver", who_decides="admin")
    policies.create(workspace=new, approvers=1, life_h=None, who_asks="operator", who_decides="approver")
    campaign(before, old, "c-1")
    only_reports = campaign(before, new, "c-1")
    before.get_model("campaigns", "Campaign").objects.filter(pk=only_reports.pk).update(on_drift="report")

    after = joined()

    policy = after.get_model("golive", "ApprovalPolicy").objects.get()
    assert (policy.approvers, policy.life_h, policy.who_asks, policy.who_decides) == (2, 4, "approver", "admin")
    assert after.get_model("campaigns", "Campaign").objects.get().on_drift == "pause"


def test_incidents_of_a_dropped_campaign_lead_to_the_kept_one_and_its_cause_stays_one(before: Apps) -> None:
    old, new = row(before, remote_id="w-1"), row(before, remote_id="w-1", key_source="file", synced_at=NOW)
    incidents = before.get_model("incidents", "Incident").objects
    for workspace in (old, new):
        of = campaign(before, workspace, "c-1")
        incidents.create(
            workspace=workspace,
            kind="unapproved_active",
            dedupe_key=f"unapproved:{of.pk}",
            summary="x",
            campaign_ref=of.pk,
            url=f"/campaigns/{of.pk}/go-live/",
            opened_at=NOW,
        )

    after = joined_and_all_that_followed()

    kept = after.get_model("campaigns", "Campaign").objects.get()
    found = after.get_model("incidents", "Incident").objects.all()
    assert {one.url for one in found} == {f"/w/acme/campaigns/{kept.pk}/go-live/"}
    assert sorted(one.state for one in found) == ["open", "resolved"]


def test_of_two_open_approvals_and_incidents_one_stands_and_the_other_stays_readable(before: Apps) -> None:
    ada = member(before)
    old, new = row(before, remote_id="w-1"), row(before, remote_id="w-1", key_source="file", synced_at=NOW)
    stands = approval(before, campaign(before, new, "c-1"), ada)
    other = approval(before, campaign(before, old, "c-1"), ada)
    incidents = before.get_model("incidents", "Incident").objects
    for workspace in (old, new):
        incidents.create(workspace=workspace, kind="kill_switch", dedupe_key="kill_switch", summary="x", opened_at=NOW)

    after = joined()

    states = dict(after.get_model("campaigns", "Approval").objects.values_list("pk", "state"))
    assert states == {stands.pk: "requested", other.pk: "void"}
    found = after.get_model("incidents", "Incident").objects
    assert sorted(found.values_list("state", flat=True)) == ["open", "resolved"]


def test_rows_of_different_workspaces_stay_apart_and_a_sandbox_never_joins_a_real_one(before: Apps) -> None:
    first = row(before, remote_id="w-1")
    second = row(before, remote_id="w-2", key_source="file")
    sandbox = row(before, remote_id="w-1", key_source="sandbox", is_sandbox=True)
    for workspace in (first, sandbox):
        campaign(before, workspace, "c-1")

    after = joined()

    kept = after.get_model("workspaces", "Workspace").objects.order_by("pk").values_list("pk", flat=True)
    assert list(kept) == [first.pk, second.pk, sandbox.pk]
    assert after.get_model("campaigns", "Campaign").objects.count() == 2
