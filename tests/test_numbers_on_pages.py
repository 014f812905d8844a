"""Every number on every page is written by the one formatter: 1,716 and never 1716, −75 and never -75."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.apps import apps
from django.db.models import F
from django.test import Client
from django.utils import timezone

from campaigns.incident_kinds import FLIP
from campaigns.models import Campaign, CampaignStatus
from iexdg.incidents.models import Incident
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.models import Row, RowState
from tests.endpoints import ENDPOINTS
from tests.leads.factories import checked_import, people, synced_campaign
from tests.test_permissions import call

pytestmark = pytest.mark.django_db

NO_PAGES = {
    "leads:failed-rows",
    "leads:import-receipts",
    "incidents:runbook",
    "blueprints:file",
    "blueprints:draft-file",
}
PAGES = [one for one in ENDPOINTS if one.method == "GET" and "csv" not in one.name and one.name not in NO_PAGES]
# Digits in a row that are no year, no part of an address, a time, a name or a longer number.
PLAIN = re.compile(r"(?<!Port )(?<![\w.,:@#/\-−])(?!(?:19|20)\d\d(?!\d))\d{4,}(?![\w@]|[.,:/]\d)")
# One of something, named by a word in the plural; these words end in s and are none.
ONE_OF_MANY = re.compile(r"(?<![\w.,:/+−])1 (?!(?:is|was|has|needs|waits|address|class|across|less)\b)[a-z]+s\b")
HYPHEN_MINUS = re.compile(r"(?<![\w–\-/)])-\d")


class VisibleText(HTMLParser):
    """Collects the text nodes that people see."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden = 0
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.hidden += tag in {"script", "style", "title", "code"}

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"script", "style", "title", "code"}

    def handle_data(self, data: str) -> None:
        if not self.hidden and data.strip():
            self.texts.append(" ".join(data.split()))


@pytest.fixture
def large(control: object, workspace: Workspace, member: Callable[..., Member]) -> dict[str, int]:
    """A world in which every number has at least four digits."""
    campaign = synced_campaign(workspace, "05A")
    for name in ("leads_count", "sent", "contacted", "opened", "replied", "clicked", "bounced", "unsubscribed",
                 "completed", "interested", "daily_limit", "daily_max_leads", "quiet_sent"):  # fmt: skip
        Campaign.objects.update(**{name: 12_345})
    for model in (apps.get_model("campaigns", "DailyStat"), apps.get_model("campaigns", "StepStat")):
        numbers = [field.name for field in model._meta.fields if field.get_internal_type() == "IntegerField"]
        model._default_manager.update(**{name: F(name) * 1000 for name in numbers if name not in {"step", "variant"}})
    Workspace.objects.update(credits_left=98_765)
    imported = checked_import(campaign, people(1716), by=member("operator"))
    Row.objects.filter(imported=imported, pk__gt=Row.objects.filter(imported=imported).first().pk + 1500).update(  # type: ignore[union-attr]
        state=RowState.SKIPPED, reason="no_email"
    )
    incident = Incident.objects.create(
        workspace=workspace, kind=FLIP.code, dedupe_key="flip:1", summary="It flipped", opened_at=timezone.now()
    )
    things = {"campaign": campaign.pk, "import": imported.pk, "incident": incident.pk, "member": member("viewer").pk}
    return defaultdict(lambda: imported.pk, things)


@pytest.fixture
def ones(control: object, workspace: Workspace, member: Callable[..., Member]) -> dict[str, int]:
    """A world with one of everything."""
    campaign = synced_campaign(workspace, "05A")
    for name in ("leads_count", "sent", "contacted", "opened", "replied", "clicked", "bounced", "unsubscribed",
                 "completed", "interested", "opportunities", "daily_limit", "daily_max_leads"):  # fmt: skip
        Campaign.objects.update(**{name: 1})
    Campaign.objects.update(senders=["one@example.com"], remote_status=CampaignStatus.ACCOUNTS_UNHEALTHY)
    imported = checked_import(campaign, people(1), by=member("operator"))
    incident = Incident.objects.create(
        workspace=workspace, kind=FLIP.code, dedupe_key="flip:1", summary="It flipped", opened_at=timezone.now()
    )
    things = {"campaign": campaign.pk, "import": imported.pk, "incident": incident.pk, "member": member("viewer").pk}
    return defaultdict(lambda: imported.pk, things)


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"pending_polls": 0}


def texts_of_pages(client: Client, things: dict[str, int]) -> Iterator[tuple[str, str]]:
    """Every visible text with the address of its page."""
    for endpoint in PAGES:
        reader = VisibleText()
        reader.feed(call(client, endpoint, things).content.decode())
        yield from ((str(endpoint), text) for text in reader.texts)


# All pages in one test each: their world takes longer to make than a page.
def test_numbers_have_thousands_separators_and_a_true_minus(large: dict[str, int], web: Callable[..., Client]) -> None:
    shown = list(texts_of_pages(web("admin"), large))
    assert len({page for page, _ in shown}) > 100
    assert [one for one in shown if PLAIN.search(one[1]) or HYPHEN_MINUS.search(one[1])] == []


def test_one_of_something_is_named_in_the_singular(ones: dict[str, int], web: Callable[..., Client]) -> None:
    assert [one for one in texts_of_pages(web("admin"), ones) if ONE_OF_MANY.search(one[1])] == []


def test_one_of_many_would_be_found() -> None:
    for text in ("Stopped, 1 lines are open", "The first of 1 leads", "1 clicks after 38 sent"):
        assert ONE_OF_MANY.search(text), text
    assert not ONE_OF_MANY.search("1 line is open, 1 address, 11 lines, 2.1 lines, 1 was paused")


def test_a_number_without_a_separator_would_be_found() -> None:
    assert PLAIN.search("uploaded, 1716 lines")
    assert HYPHEN_MINUS.search("240 -75 vs. week before")
    assert not PLAIN.search("12 Oct 2025, 1,716 lines, person1716@example.com, 09:41")
    assert not HYPHEN_MINUS.search("no-reply 2-3 −75")
