"""An address that only takes a form knows the page of its form. tests/test_permissions.py walks over all of them."""

import pytest

from iexdg.team.current import in_workspace
from iexdg.ui.posting import page_of_form
from tests.architecture.tree import PRODUCT, name_of, text, under


@pytest.mark.parametrize(
    ("posted_to", "page"),
    [
        ("/w/demo/incidents/4/resolve/", "/w/demo/incidents/4/"),
        ("/w/demo/campaigns/7/go-live/approve/", "/w/demo/campaigns/7/go-live/"),
        ("/w/demo/settings/team/3/role/", "/w/demo/settings/team/"),
        # These show their form themselves.
        ("/w/demo/campaigns/7/pause/", "/w/demo/campaigns/7/pause/"),
        ("/w/demo/imports/new/", "/w/demo/imports/new/"),
        ("/nothing/here/", ""),
    ],
)
def test_the_page_of_a_form_is_found_by_its_address(posted_to: str, page: str) -> None:
    with in_workspace("demo"):
        assert page_of_form(posted_to) == page


def test_no_view_answers_405_to_someone_who_opens_its_address() -> None:
    found = [name_of(path) for path in under(*PRODUCT) if "require_POST" in text(path)]
    assert found == [], "posted_from names the page to which the address leads"
