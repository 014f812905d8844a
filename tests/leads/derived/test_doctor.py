"""The doctor counts everything again, and says where the search has no index."""

import pytest
from django.db import connection

from campaigns.models import Campaign
from leads.derived import doctor
from leads.derived.install import count_again
from leads.models import RowCount
from tests.leads.factories import checked_import, people

pytestmark = pytest.mark.django_db


def test_counts_that_equal_a_recount_are_fine(campaign: Campaign) -> None:
    checked_import(campaign, people(3))
    assert (doctor.counts().ok, doctor.counts().detail) == (True, "equal a recount")


def test_a_count_that_is_off_is_named_until_it_is_counted_again(campaign: Campaign) -> None:
    checked_import(campaign, people(3))
    RowCount.objects.update(number=4)
    found = doctor.counts()
    assert (found.ok, found.detail) == (False, "counts differ from a recount: 1 of leads_rowcount")
    count_again()
    assert doctor.counts().ok


def test_a_missing_trigger_is_named(campaign: Campaign) -> None:
    with connection.cursor() as cursor:
        on = "" if connection.vendor == "sqlite" else " ON leads_row"
        cursor.execute(f"DROP TRIGGER leads_rowcount_insert{on}")
    found = doctor.counts()
    assert (found.ok, found.detail) == (False, "triggers are missing: leads_rowcount_insert")
    assert "manage.py migrate" in found.next_step


def test_the_index_of_the_search_is_checked() -> None:
    assert doctor.search().ok
