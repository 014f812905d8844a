"""The pages: a price is said before it is confirmed, and nothing is spent without that."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.supersearch.models import Enrichment, Search
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]


def test_a_search_is_shown_while_it_is_counted(control: SandboxControl, campaign: Campaign, web: Web) -> None:
    answer = web("operator").post("/w/demo/supersearch/new/", {"name": "CFOs", "titles": "CFO", "skip_owned": "on"})
    made = Search.objects.get()
    assert (answer.status_code, made.filters, made.skip_owned) == (302, {"title": {"include": ["CFO"]}}, True)
    assert "Being counted" in web("viewer").get(f"/w/demo/supersearch/{made.pk}/").content.decode()


def test_a_search_for_everybody_is_refused(control: SandboxControl, campaign: Campaign, web: Web) -> None:
    answer = web("operator").post("/w/demo/supersearch/new/", {"name": "All"})
    assert (answer.status_code, Search.objects.count()) == (422, 0)


def test_the_page_shows_count_preview_and_filters(search: Search, campaign: Campaign, web: Web) -> None:
    page = web("viewer").get(f"/w/demo/supersearch/{search.pk}/").content.decode()
    for words in (
        f"{search.count} people found",
        "Chief People Officer",
        search.people[0]["name"],
        "without addresses",
    ):
        assert words in page


def test_the_price_is_shown_first_and_spent_once_it_is_confirmed(
    search: Search, campaign: Campaign, web: Web, control: SandboxControl
) -> None:
    client, url = web("operator"), f"/w/demo/supersearch/{search.pk}/enrich/"
    entered: dict[str, Any] = {"campaign": campaign.pk, "most": 5}
    page = client.post(url, entered).content.decode()
    assert "Spend up to 5 credits" in page
    assert "5 leads × 1 credit" in page
    assert not Enrichment.objects.exists()
    client.post(url, entered | {"price": "4", "confirmed": "yes"})
    assert not Enrichment.objects.exists()
    answer = client.post(url, entered | {"price": "5", "confirmed": "yes"})
    made = Enrichment.objects.get()
    assert (answer.status_code, made.most, made.price, made.campaign) == (302, 5, 5, campaign)
    client.post(url, entered | {"price": "5", "confirmed": "yes"})
    assert Enrichment.objects.count() == 1


def test_a_campaign_of_another_workspace_cannot_be_chosen(search: Search, campaign: Campaign, web: Web) -> None:
    url = f"/w/demo/supersearch/{search.pk}/enrich/"
    answer = web("operator").post(url, {"campaign": 999_999, "most": 5, "price": "5", "confirmed": "yes"})
    assert (answer.status_code, Enrichment.objects.count()) == (422, 0)


def test_counting_again_forgets_the_error_and_asks(search: Search, campaign: Campaign, web: Web) -> None:
    Search.objects.update(error="It failed", unknown_since=timezone.now())
    web("operator").post(f"/w/demo/supersearch/{search.pk}/count/")
    search.refresh_from_db()
    assert (search.error, search.asked_at > search.made_at) == ("", True)


def test_more_searches_need_no_more_queries(bought: Enrichment, web: Web) -> None:
    client, search = web("viewer"), bought.search

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(address)
        return len(found)

    page = f"/w/demo/supersearch/{search.pk}/"
    queries("/w/demo/supersearch/"), queries(page)
    before = queries("/w/demo/supersearch/"), queries(page)
    for number in range(6):
        other = Search.objects.create(
            workspace=search.workspace, name=f"S{number}", by=search.by, made_at=search.made_at,
            asked_at=search.asked_at, changed_at=search.changed_at,
        )  # fmt: skip
        for of in (other, search):
            Enrichment.objects.create(
                workspace=of.workspace, search=of, campaign=bought.campaign, most=1, price=1, by=bought.by,
                list_name=f"{of.pk} {number}", state="refused", asked_at=bought.asked_at, changed_at=bought.changed_at,
                due_at=bought.due_at,
            )  # fmt: skip
    assert (queries("/w/demo/supersearch/"), queries(page)) == before


def test_an_enrichment_without_an_answer_is_abandoned_by_a_click(bought: Enrichment, web: Web) -> None:
    url, this = f"/w/demo/supersearch/{bought.search_id}/", Enrichment.objects.filter(pk=bought.pk)
    this.update(state="unknown", sent_at=timezone.now() - timedelta(minutes=29))
    assert "Abandon…" not in web("operator").get(url).content.decode()
    answer = web("operator").post(f"{url}abandon/", follow=True).content.decode()
    assert "Nothing was changed" in answer
    this.update(sent_at=timezone.now() - timedelta(minutes=31))
    assert "Abandon…" in web("operator").get(url).content.decode()
    assert "Abandon…" not in web("viewer").get(url).content.decode()
    assert "Look again" in web("operator").post(f"{url}abandon/", follow=True).content.decode()
    bought.refresh_from_db()
    assert bought.state == "abandoned"
