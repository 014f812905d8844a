"""How fast credits are used: one reading a sync, thinned without changing what was used, unknown where it is."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from iexdg.clients.http.errors import ClientError
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.credits import burn, burn_of, record_credits
from iexdg.workspaces.models import CreditReading, Workspace
from iexdg.workspaces.plan import store_plan
from tests.sandbox_control import SandboxControl

Web = Callable[..., Client]
NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)


def at(hours: float, left: int) -> tuple[datetime, Decimal]:
    return NOW + timedelta(hours=hours), Decimal(left)


def test_what_was_used_is_summed_and_what_was_bought_is_left_out() -> None:
    found = burn([at(0, 100), at(24, 80), at(30, 580), at(48, 560)], Decimal(560))
    assert (found.used, found.days, found.per_day, found.days_left) == (Decimal(40), 2.0, Decimal(20), 28.0)
    assert found.read_at == NOW + timedelta(hours=48)


@pytest.mark.parametrize("readings", [[], [at(0, 100)], [at(0, 100), at(23.9, 50)]])
def test_before_a_whole_day_was_read_the_rate_is_unknown(readings: list[tuple[datetime, Decimal]]) -> None:
    found = burn(readings, Decimal(50))
    assert (found.per_day, found.days_left, found.is_idle) == (None, None, False)


def test_where_nothing_is_used_the_credits_last_and_where_they_are_unknown_so_are_the_days() -> None:
    idle = burn([at(0, 100), at(48, 100)], Decimal(100))
    assert (idle.per_day, idle.days_left, idle.is_idle) == (Decimal(0), None, True)
    assert burn([at(0, 100), at(48, 80)], None).days_left is None


@pytest.mark.django_db
@given(steps=st.lists(st.tuples(st.integers(1, 50), st.integers(-30, 30)), min_size=2, max_size=40))
def test_thinning_never_changes_what_was_used(steps: list[tuple[int, int]]) -> None:
    workspace = Workspace.objects.create(name="Thinned", base_url="https://a.example.com", key_source="file")
    moment, left, every = NOW, 500, []
    for minutes, used in steps:
        moment, left = moment + timedelta(minutes=minutes), max(0, left - used)
        every.append((moment, Decimal(left)))
        record_credits(workspace, Decimal(left), moment)
    kept = list(CreditReading.objects.filter(workspace=workspace).values_list("at", "credits"))
    assert burn(kept, None).used == burn(every, None).used
    assert (kept[0], kept[-1]) == (every[0], every[-1])
    workspace.delete()


@pytest.mark.django_db
def test_a_day_of_syncs_leaves_a_few_readings_and_old_ones_go(workspace: Workspace) -> None:
    record_credits(workspace, Decimal(900), NOW - timedelta(days=36))
    for minute in range(24 * 60):
        record_credits(workspace, Decimal(800), NOW + timedelta(minutes=minute))
    rows = CreditReading.objects.filter(workspace=workspace)
    assert rows.count() <= 26
    assert not rows.filter(credits=900).exists()


@pytest.mark.django_db
def test_the_sync_records_a_reading_and_the_limits_of_the_plan(workspace: Workspace, control: SandboxControl) -> None:
    store_plan(workspace, client_for(workspace))
    workspace.refresh_from_db()
    (reading,) = CreditReading.objects.filter(workspace=workspace)
    assert reading.credits == workspace.credits_left
    assert workspace.plan == "Hypergrowth"
    assert workspace.lead_limit is not None
    assert workspace.plan_room == workspace.lead_limit - (workspace.lead_count or 0)
    control.faults({"match": {"path": "*/plan-details"}, "do": "status", "value": 403, "times": 9})
    with pytest.raises(ClientError):
        store_plan(workspace, client_for(workspace))
    assert CreditReading.objects.filter(workspace=workspace).count() == 1


@pytest.mark.django_db
def test_readings_of_the_last_week_alone_count(workspace: Workspace) -> None:
    for days, left in ((9, 9000), (2, 500), (0, 400)):
        CreditReading.objects.create(workspace=workspace, at=NOW - timedelta(days=days), credits=left)
    workspace.credits_left = Decimal(400)
    found = burn_of(workspace, NOW)
    assert (found.used, found.per_day, found.days_left) == (Decimal(100), Decimal(50), 8.0)
    workspace.credits_error = "It could not be read."
    assert burn_of(workspace, NOW).days_left is None


@pytest.mark.django_db
def test_the_page_shows_the_rate_with_its_formula_and_unknown_before(web: Web, workspace: Workspace) -> None:
    html = web("viewer").get("/w/demo/settings/").content.decode()
    assert "needs a day of readings" in html
    now = timezone.now()
    for days, left in ((2, 500), (0, 400)):
        CreditReading.objects.create(workspace=workspace, at=now - timedelta(days=days), credits=left)
    Workspace.objects.filter(pk=workspace.pk).update(credits_left=400, credits_read_at=now, lead_limit=10, lead_count=4)
    html = web("viewer").get("/w/demo/settings/").content.decode()
    assert "100.00 credits used from reading to reading ÷ 2.0 days" in html
    assert "<strong>50.00</strong>" in html
    assert "<strong>8 days</strong>" in html
    assert "<strong>4 of 10</strong>" in html
