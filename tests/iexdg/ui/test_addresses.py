"""A page is found by its name, whichever app serves it."""

import pytest

from iexdg.ui.addresses import page_url


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
