"""Every query of a search begins with an index: none reads all rows of a table, on SQLite and on Postgres."""

from collections.abc import Callable

import pytest

from iexdg.search.pages import search_page
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads import selection
from tests.query_plans import whole_tables

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("words", ["northwind", "ada north", "ada@firm.example.com", "no"])
@pytest.mark.parametrize("read_through", [None, 2], ids=["a list that is read", "a long list"])
def test_no_query_of_a_search_reads_a_whole_table(
    workspace: Workspace,
    member: Callable[..., Member],
    monkeypatch: pytest.MonkeyPatch,
    words: str,
    read_through: int | None,
) -> None:
    if read_through is not None:
        monkeypatch.setattr(selection, "READ_THROUGH", read_through)
    viewer = member("viewer")
    assert whole_tables(lambda: search_page(workspace, viewer, words), at_least=5) == {}
