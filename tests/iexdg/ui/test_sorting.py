"""The order of a list in its URL, and the head of a column that changes it."""

import pytest
from django.template import engines
from django.test import RequestFactory

from iexdg.ui.sorting import SortColumn, Sorting

COLUMNS = {"name": SortColumn("name"), "sent": SortColumn("sent", falls_first=True)}


@pytest.mark.parametrize(
    ("asked", "name", "falls"),
    [("", "", False), ("sent", "sent", False), ("-sent", "sent", True), ("password", "", False), ("--sent", "", False)],
)
def test_the_order_is_read_from_the_address_and_nonsense_is_ignored(asked: str, name: str, falls: bool) -> None:
    sorting = Sorting.read({"sort": asked}, COLUMNS)
    assert (sorting.name, sorting.is_falling) == (name, falls)


def test_a_click_sorts_in_the_expected_direction_and_then_in_the_other() -> None:
    assert [Sorting(COLUMNS).next_of(name) for name in COLUMNS] == ["name", "-sent"]
    assert Sorting(COLUMNS, "sent", is_falling=True).next_of("sent") == "sent"
    assert Sorting(COLUMNS, "sent").next_of("sent") == "-sent"
    assert Sorting(COLUMNS, "sent", is_falling=True).next_of("name") == "name"


def test_what_is_unknown_comes_last_in_both_directions() -> None:
    for falls in (False, True):
        term = Sorting(COLUMNS, "sent", falls).order("pk")[0]
        assert term.nulls_last is True  # type: ignore[union-attr]
        assert term.descending is falls  # type: ignore[union-attr]
    assert Sorting(COLUMNS).order("pk") == ["pk"]


def header(query: str, name: str) -> str:
    request = RequestFactory().get(f"/w/demo/campaigns/{query}")
    template = engines["django"].from_string('{% sort_header sorting name "Sent" "num" %}')
    return str(template.render({"sorting": Sorting.read(request.GET, COLUMNS), "name": name}, request))


def test_the_head_of_a_column_is_a_link_that_keeps_the_filters_and_returns_to_the_first_page() -> None:
    head = header("?status=paused&page=3&before=9", "sent")
    assert head == '<th scope="col" class="num"><a class="sort" href="?status=paused&amp;sort=-sent">Sent</a></th>'


def test_only_the_column_that_the_list_is_sorted_by_says_so() -> None:
    assert 'aria-sort="descending"' in header("?sort=-sent", "sent")
    assert 'aria-sort="ascending"' in header("?sort=sent", "sent")
    assert "aria-sort" not in header("?sort=-sent", "name")
    assert "aria-sort" not in header("", "sent")
