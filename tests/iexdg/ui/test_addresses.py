"""A page is found by its name, whichever app serves it."""

import pytest

from iexdg.team.current import in_workspace
from iexdg.ui.addresses import page_url, url_of_route, url_of_row


@pytest.mark.parametrize(
    ("page", "refs", "url"),
    [
        ("campaign", (7,), "/campaigns/7/"),
        ("go_live", (7,), "/campaigns/7/go-live/"),
        ("guardrails", (7,), "/campaigns/7/guardrails/"),
        ("import", (7,), "/imports/7/"),
        ("incident", (7,), "/incidents/7/"),
        ("kill_switch", (), "/stop/"),
        ("readiness", (), "/readyz"),
        ("nowhere", (7,), ""),
        ("campaign", (), ""),
        ("kill_switch", (7,), ""),
    ],
)
def test_a_page_is_found_by_its_name_and_a_missing_one_is_no_error(page: str, refs: tuple[int, ...], url: str) -> None:
    assert page_url(page, *refs) == url


def test_the_url_of_a_route_is_that_of_its_workspace() -> None:
    found = []
    for slug in ("demo", "acme", "demo"):
        with in_workspace(slug):
            found.append(url_of_route("campaigns:list"))

    assert found == ["/w/demo/campaigns/", "/w/acme/campaigns/", "/w/demo/campaigns/"]
    assert url_of_route("account_home") == "/accounts/"


def test_the_url_of_a_row_is_that_of_its_workspace() -> None:
    found = []
    for slug in ("demo", "acme", "demo"):
        with in_workspace(slug):
            found.append(url_of_row("campaigns:detail", 7))

    assert found == ["/w/demo/campaigns/7/", "/w/acme/campaigns/7/", "/w/demo/campaigns/7/"]
    assert url_of_row("campaigns:detail", 12) == "/campaigns/12/"
