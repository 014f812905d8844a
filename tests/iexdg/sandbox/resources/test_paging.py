"""Pages of every list: a cursor that nobody was given ends somewhere and never loops."""

from typing import Any

import pytest

from iexdg.sandbox.resources.paging import page_behind
from iexdg.sandbox.resources.routes import INSTANTLY

LISTS = [route for route in INSTANTLY.routes if "starting_after" in route.query or route.path == "/leads/list"]
ITEMS = [{"id": name} for name in "abcdef01"]


def _ids(answer: Any) -> str:
    return "".join(item["id"] for item in answer["items"])


def _page(vendor: Any, route: Any, cursor: str) -> Any:
    path = route.path.replace("{email}", "exec@peers.example.com")
    asked = {"limit": 2, "starting_after": cursor}
    answer = vendor.http.get(path, params=asked) if route.method == "GET" else vendor.http.post(path, json=asked)
    return answer.json() if answer.status_code == 200 else {"items": []}


@pytest.mark.parametrize("route", LISTS, ids=lambda route: route.path)
@pytest.mark.parametrize("junk", ["0", "junk"])
def test_a_cursor_that_nobody_was_given_comes_to_an_end(demo: Any, route: Any, junk: str) -> None:
    first = _page(demo, route, junk).get("next_starting_after", "")
    second = _page(demo, route, first).get("next_starting_after", "") if first else ""
    assert not first or first not in {junk, second}


def _id(item: Any) -> str:
    return str(item["id"])


def test_pages_meet_everything_once_and_a_full_last_page_has_a_cursor() -> None:
    first = page_behind(ITEMS, 4, None, _id)
    second = page_behind(ITEMS, 4, first["next_starting_after"], _id)
    assert (_ids(first), _ids(second), second["next_starting_after"]) == ("abcd", "ef01", "1")
    assert page_behind(ITEMS, 4, "1", _id) == {"items": []}


@pytest.mark.parametrize(
    ("items", "rest"), [(sorted(ITEMS, key=str), "ef"), (sorted(ITEMS, key=str)[::-1], "cba10"), (ITEMS, "")]
)
def test_a_list_in_order_goes_on_where_the_item_of_its_cursor_stood(items: list[dict[str, str]], rest: str) -> None:
    left = [item for item in items if item["id"] != "d"]
    assert _ids(page_behind(left, 9, "d", _id)) == rest


def test_a_cursor_that_looks_like_none_of_the_list_is_its_end() -> None:
    assert page_behind(ITEMS, 9, "nowhere", _id) == page_behind([], 9, "a", _id) == {"items": []}
