"""The search finds the same people through its index as by reading every lead, and uses the index."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils import timezone
from model_bakery import baker

from campaigns.models import Campaign
from iexdg.workspaces.models import Workspace
from leads import selection
from leads.derived import search
from leads.derived.install import keep_derived, missing_triggers
from leads.models import Lead
from leads.queries import listed_leads, search_leads
from leads.selection import LeadFilters, Selection, counts_of, filtered_leads

pytestmark = pytest.mark.django_db


@pytest.fixture
def indexed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every list counts as too long to be read."""
    monkeypatch.setattr(selection, "READ_THROUGH", 2)


@pytest.fixture
def people(campaign: Campaign) -> list[Lead]:
    named = [
        ("ada@firm.example.com", "Ada", "Lovelace", "Northwind"),
        ("bo@firm.example.com", "Bo", "Ek", "Southwind"),
        ("jm@other.example.com", "Jürgen", "Müller", 'Wind & "Co"'),
        ("wei@other.example.com", "Wei", "Li", "100% Wind_mill"),
    ]
    return [
        baker.make(
            Lead, campaign=campaign, workspace=campaign.workspace, email=email, first_name=first, last_name=last,
            company_name=company, synced_at=timezone.now(),
        )
        for email, first, last, company in named
    ]  # fmt: skip


def names(workspace: Workspace, words: str, **options: Any) -> list[str]:
    return [lead.first_name for lead in filtered_leads(workspace, LeadFilters(words=words, **options))]


@pytest.mark.usefixtures("indexed", "people")
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("FIRM", ["Bo", "Ada"]),
        ("ada north", ["Ada"]),
        ("ada south", []),
        ("LOVE", ["Ada"]),
        ("firm.example", ["Bo", "Ada"]),
        ("müller", ["Jürgen"]),
        ("MÜLLER", ["Jürgen"]),
        ("muller JÛRGEN", ["Jürgen"]),
        ("u\u0308lle", ["Jürgen"]),
        ('"Co"', ["Jürgen"]),
        ("100%", ["Wei"]),
        ("d_mill", ["Wei"]),
        ("wind li", ["Wei"]),
        ("AND OR", []),
        ("first_name:ada", []),
        ("wind*", []),
        ("li", ["Wei"]),
    ],
)
def test_words_are_found_anywhere_in_address_name_and_company(
    workspace: Workspace, words: str, found: list[str]
) -> None:
    assert names(workspace, words) == found


@pytest.mark.usefixtures("indexed")
def test_short_words_are_in_no_index_and_found_all_the_same(workspace: Workspace, people: list[Lead]) -> None:
    assert names(workspace, "bo") == ["Bo"]
    assert names(workspace, "bo firm") == ["Bo"]


@pytest.mark.usefixtures("indexed")
def test_the_index_follows_every_change_of_a_lead(workspace: Workspace, people: list[Lead]) -> None:
    Lead.objects.filter(pk=people[0].pk).update(company_name="Eastwind", opens=3)
    assert names(workspace, "northwind") == []
    assert names(workspace, "eastwind") == ["Ada"]
    people[1].delete()
    assert names(workspace, "southwind") == []
    Lead.objects.filter(pk=people[0].pk).update(vanished_at=timezone.now())
    assert names(workspace, "eastwind") == []


@pytest.mark.usefixtures("indexed", "people")
def test_a_search_within_a_campaign_finds_its_people_only(workspace: Workspace, campaign: Campaign) -> None:
    other = baker.make("campaigns.Campaign", workspace=workspace, name="05B", remote_id="b")
    for number in range(3):
        baker.make(
            Lead, campaign=other, workspace=workspace, email=f"x{number}@firm.example.com", first_name="Xi",
            synced_at=timezone.now(),
        )  # fmt: skip
    assert names(workspace, "firm", campaign=campaign.pk) == ["Bo", "Ada"]
    assert names(workspace, "firm", campaign=other.pk) == ["Xi", "Xi", "Xi"]


@pytest.mark.usefixtures("indexed", "people")
def test_what_was_found_is_counted_by_status(workspace: Workspace) -> None:
    Lead.objects.filter(first_name="Bo").update(status=1)
    Lead.objects.filter(first_name="Jürgen").update(status=1)
    Lead.objects.filter(first_name="Ada").update(status=3)
    counted = counts_of(Selection(workspace, LeadFilters(words="firm")))
    assert counted is not None
    assert (counted.everyone, counted.parts["status:1"], counted.parts["status:3"]) == (2, 1, 1)


@pytest.mark.usefixtures("indexed")
def test_a_later_page_begins_where_the_one_before_ended(workspace: Workspace, people: list[Lead]) -> None:
    found = search.older_than(search_leads(workspace, "wind"), people[2].pk)
    assert [lead.first_name for lead in found] == ["Bo", "Ada"]


@pytest.mark.usefixtures("indexed")
def test_a_search_is_right_inside_another_statement(workspace: Workspace, people: list[Lead]) -> None:
    found = Lead.objects.filter(pk__in=search_leads(workspace, "southwind").values("pk"))
    assert list(found) == [people[1]]
    same = search_leads(workspace, "southwind").filter(pk=OuterRef("pk"))
    assert list(Lead.objects.filter(Exists(same))) == [people[1]]
    assert search_leads(workspace, "wind").order_by()[:3].count() == 3


@pytest.mark.usefixtures("indexed", "people")
def test_the_plan_uses_the_index(workspace: Workspace, campaign: Campaign) -> None:
    many = [
        Lead(
            workspace=workspace, campaign=campaign, email=f"sam.{number}@c{number}.example.com", first_name="Sam",
            company_name="A long name " * 24, remote_id=str(number), synced_at=timezone.now(),
        )
        for number in range(3000)
    ]  # fmt: skip
    Lead.objects.bulk_create(many)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE leads_lead")
        if connection.vendor == "postgresql":
            cursor.execute("SELECT gin_clean_pending_list('lead_search')")
    plan = search.older_than(search_leads(workspace, "northwind"), 10**9)[:51].explain()
    if connection.vendor == "sqlite":
        assert "SCAN leads_leadsearch VIRTUAL TABLE" in plan
        # Neither every lead nor a sort of every match: the first page is all that is read.
        assert "SCAN leads_lead\n" not in plan
        assert "TEMP B-TREE" not in plan
        # Counting has no order, and must begin with the index all the same.
        counting = search_leads(workspace, "northwind").order_by()[:1001].explain()
        assert "SCAN leads_leadsearch VIRTUAL TABLE" in counting.splitlines()[0]
        assert "leads_lead USING INTEGER PRIMARY KEY" in counting
        # What is checked beside the words must not tempt it to begin with the leads: each would be asked for alone.
        for more in ({"status": 1}, {"verification": "none"}, {"also": True}, {"campaign": campaign.pk}):
            beside = filtered_leads(workspace, LeadFilters(words="northwind", **more)).explain()
            assert "SCAN leads_leadsearch VIRTUAL TABLE" in beside.splitlines()[0]
        assert f"+{search._TABLE}.rowid =" in str(search_leads(workspace, "northwind").query)
    else:
        assert "Bitmap Index Scan on lead_search" in plan


@pytest.mark.usefixtures("indexed", "people")
def test_without_its_index_the_search_finds_the_same(
    workspace: Workspace,
) -> None:
    with_index = {words: names(workspace, words) for words in ("FIRM", "ada north", "100%", "wind li", "MÛLLER")}
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for trigger in search.triggers():
                cursor.execute(f"DROP TRIGGER {trigger.name}")
            cursor.execute("DROP TABLE leads_leadsearch")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("DROP INDEX lead_search")
    assert not search.search_index().ok
    assert "manage.py migrate" in search.search_index().next_step
    assert {words: names(workspace, words) for words in with_index} == with_index
    keep_derived()
    assert search.search_index().ok
    assert {words: names(workspace, words) for words in with_index} == with_index


@pytest.mark.usefixtures("indexed", "people")
def test_triggers_that_a_migration_lost_are_created_again_with_a_recount(
    workspace: Workspace, campaign: Campaign, people: list[Lead]
) -> None:
    with connection.cursor() as cursor:
        for name in ("leads_leadcount_update", "leads_leadcount_delete"):
            on = "" if connection.vendor == "sqlite" else " ON leads_lead"
            cursor.execute(f"DROP TRIGGER {name}{on}")
    assert set(missing_triggers()) == {"leads_leadcount_update", "leads_leadcount_delete"}
    people[0].delete()
    assert listed_leads(workspace.pk) == 4
    keep_derived()
    assert missing_triggers() == []
    assert listed_leads(workspace.pk) == 3


@pytest.mark.usefixtures("people")
def test_nothing_is_done_where_nothing_is_missing(django_assert_max_num_queries: Callable[..., Any]) -> None:
    with django_assert_max_num_queries(6):
        keep_derived()


@pytest.mark.usefixtures("indexed", "people")
def test_an_index_of_words_as_they_are_written_is_made_again(workspace: Workspace) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for trigger in search.triggers():
                cursor.execute(f"DROP TRIGGER {trigger.name}")
            cursor.execute("DROP TABLE leads_leadsearch")
            cursor.execute(
                "CREATE VIRTUAL TABLE leads_leadsearch USING fts5(email, first_name, last_name, company_name,"
                " content='leads_lead', content_rowid='id', tokenize='trigram')"
            )
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("DROP INDEX lead_search")
            cursor.execute("CREATE INDEX lead_search ON leads_lead USING gin (lower(email) gin_trgm_ops)")
    keep_derived()
    assert missing_triggers() == []
    assert names(workspace, "muller") == ["Jürgen"]
    Lead.objects.filter(first_name="Ada").update(last_name="Lövelace")
    assert names(workspace, "LOVEL") == ["Ada"]
    assert names(workspace, "lovel north") == ["Ada"]
