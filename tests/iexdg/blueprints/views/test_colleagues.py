"""Several people in one draft: what one of them removed is never written over another thing, nor removed twice."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from iexdg.blueprints.drafts.content import subsequences_of, with_subsequences
from iexdg.blueprints.models import Draft
from tests.iexdg.blueprints.browser_form import form_of, sent
from tests.iexdg.blueprints.short_form import page_of

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def draft(draft: Draft) -> Draft:
    """The draft with the subsequences One, Two, Three and Four."""
    listed = [
        {"name": name, "when": {"activity": ["opened"]}, "steps": [{"subject": name, "body": "Hi"}]}
        for name in ("One", "Two", "Three", "Four")
    ]
    draft.content = with_subsequences(draft.content, listed)
    draft.save(update_fields=["content"])
    return draft


def names(draft: Draft) -> list[str]:
    draft.refresh_from_db()
    return [one["name"] for one in subsequences_of(draft.content)]


def opened(draft: Draft, client: Client, number: int | None = None) -> dict[str, Any]:
    """The fields of the list, or of one subsequence, as the browser has them now."""
    shown = f"?show={number}" if number else ""
    return sent(form_of(client.get(page_of(draft, f"subsequences/{shown}")).content.decode()).fields)


def remove(draft: Draft, client: Client, number: int) -> None:
    client.post(page_of(draft, "save/"), opened(draft, client) | {"do": f"remove-subsequence:{number - 1}"})


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_who_saves_what_colleagues_removed_is_asked_and_not_sent_to_a_404(
    draft: Draft, web: Web, headers: dict[str, str]
) -> None:
    mine = opened(draft, web("operator"), 4) | {"steps-0-0-body": "Mine"}
    remove(draft, web("approver"), 4)
    remove(draft, web("admin"), 1)
    answer = web("operator").post(page_of(draft, "save/"), mine, headers=headers)
    assert answer.status_code == 422
    assert "saved this draft elsewhere since you opened it" in answer.content.decode()
    assert names(draft) == ["Two", "Three"]
    web("operator").post(page_of(draft, "save/"), mine | {"do": "overwrite"}, headers=headers)
    assert names(draft) == ["Two", "Three", "Four"]
    assert subsequences_of(draft.content)[2]["steps"][0]["body"] == "Mine"


def test_mine_is_saved_over_theirs_at_the_place_where_it_is_now(draft: Draft, web: Web) -> None:
    mine = opened(draft, web("operator"), 2) | {"steps-0-0-body": "Mine", "name": "Two and more"}
    remove(draft, web("approver"), 1)
    answer = web("operator").post(page_of(draft, "save/"), mine).content.decode()
    again = sent(form_of(answer).fields)
    assert (again["name"], again["opened"], again["place"]) == (["Two and more"], ["Two"], ["0"])
    shown = web("operator").post(page_of(draft, "save/"), again | {"do": "overwrite"}, headers=HTMX).content.decode()
    assert names(draft) == ["Two and more", "Three", "Four"]
    assert 'id="place" value="0" hx-swap-oob="true"' in shown
    assert 'id="opened" value="Two and more" hx-swap-oob="true"' in shown


def test_a_button_of_a_list_that_has_changed_since_removes_nothing(draft: Draft, web: Web) -> None:
    mine = opened(draft, web("operator"))
    remove(draft, web("approver"), 1)
    answer = web("operator").post(page_of(draft, "save/"), mine | {"do": "remove-subsequence:1"})
    assert answer.status_code == 422
    assert "saved this draft elsewhere since you opened it" in answer.content.decode()
    assert names(draft) == ["Two", "Three", "Four"]


def test_a_subsequence_that_never_was_is_a_404(draft: Draft, web: Web) -> None:
    mine = opened(draft, web("operator"), 4)
    assert web("operator").post(page_of(draft, "save/"), mine | {"place": "9"}).status_code == 404
    assert web("operator").post(page_of(draft, "save/"), mine | {"place": "x"}).status_code == 404
