"""The search by the beginnings of words, the index that answers it, and the kept values that can be rebuilt."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from iexdg.inbox import search
from iexdg.inbox.models import FIRST_MOMENT, Message, Thread, ThreadWords
from iexdg.inbox.pages.inbox import inbox_page
from iexdg.inbox.queries import ThreadFilters, filtered_threads
from iexdg.inbox.search import has_index, keep_index, matching
from iexdg.inbox.store import derive
from iexdg.workspaces.models import Workspace

pytestmark = pytest.mark.django_db


def found(workspace: Workspace, words: str) -> set[int]:
    return set(matching(Thread.objects.filter(workspace=workspace), words).values_list("pk", flat=True))


def say(thread: Thread, text: str) -> None:
    Message.objects.filter(pk=Message.objects.filter(thread=thread, kind=2).latest("pk").pk).update(text=text)
    derive(thread.workspace, [thread.pk])


def test_a_word_of_a_body_is_found_by_its_beginning_without_accents_and_case(waiting: Thread) -> None:
    say(waiting, "The Ökonomische Überblick is attached.\n\nOn Monday you wrote:\n> zeppelin")
    for words in ("okonomi", "ÜBERBLICK", "attached uber", waiting.lead, f"attached {waiting.lead[:4]}"):
        assert waiting.pk in found(waiting.workspace, words), words
    # The middle of a word, what was quoted, and signs without a word.
    for words in ("verblick", "zeppelin", "\"' *:& !", "-"):
        assert waiting.pk not in found(waiting.workspace, words), words


def test_what_changes_or_goes_leaves_the_search(waiting: Thread) -> None:
    say(waiting, "Zeppelin")
    assert found(waiting.workspace, "zeppelin") == {waiting.pk}
    say(waiting, "Balloon")
    assert found(waiting.workspace, "zeppelin") == set()
    assert found(waiting.workspace, "balloon") == {waiting.pk}
    Thread.objects.filter(pk=waiting.pk).delete()
    assert found(waiting.workspace, "balloon") == set()


def test_without_an_index_the_same_is_found(waiting: Thread, monkeypatch: pytest.MonkeyPatch) -> None:
    say(waiting, "Zeppelin over the Ärmelkanal")
    monkeypatch.setattr(search, "has_index", lambda: False)
    for words in ("zepp armel", "zeppelin"):
        assert found(waiting.workspace, words) == {waiting.pk}
    assert found(waiting.workspace, "eppelin") == set()


def test_the_index_answers_a_search_and_no_body_is_read(mirrored: Workspace) -> None:
    assert has_index()
    with CaptureQueriesContext(connection) as captured:
        list(filtered_threads(mirrored, ThreadFilters(show="all", words="thank you"), None)[:50])
    (query,) = [one["sql"] for one in captured if "listed_at" in one["sql"]]
    assert "inbox_message" not in query
    assert "LIKE" not in query.upper()
    if connection.vendor == "sqlite":
        assert " MATCH " in query


@pytest.mark.skipif(connection.vendor != "sqlite", reason="Postgres plans by statistics")
@pytest.mark.parametrize(
    ("filters", "index"),
    [
        (ThreadFilters(), "thread_waiting_oldest"),
        (ThreadFilters(show="all"), "thread_listed"),
        (ThreadFilters(show="all", unread=True), "thread_unread"),
        (ThreadFilters(show="all", automatic=True), "thread_automatic"),
        (ThreadFilters(show="all", campaign=1), "thread_of_campaign"),
        (ThreadFilters(show="all", mailbox="a@example.com"), "thread_of_mailbox"),
        (ThreadFilters(show="all", interest="1"), "thread_of_interest"),
    ],
)
def test_every_list_walks_an_index_in_its_order(filters: ThreadFilters, index: str, mirrored: Workspace) -> None:
    plan = filtered_threads(mirrored, filters, None)[:50].explain()
    assert f"USING INDEX {index}" in plan
    assert "TEMP B-TREE FOR ORDER BY" not in plan.replace("LAST TERM OF ", "")


def kept(workspace: Workspace) -> list[Any]:
    rows = Thread.objects.filter(workspace=workspace).order_by("pk").values()
    return [*rows, *ThreadWords.objects.order_by("pk").values()]


def test_what_is_kept_equals_what_is_derived_again(mirrored: Workspace) -> None:
    before = kept(mirrored)
    assert any(row.get("has_unread") for row in before)
    Thread.objects.update(has_unread=False, listed_at=FIRST_MOMENT, unread=0, preview="", waits_since=None)
    ThreadWords.objects.update(words="nothing")
    derive(mirrored, Thread.objects.values_list("pk", flat=True))
    assert kept(mirrored) == before


def test_the_index_is_created_again_with_everything_in_it(waiting: Thread) -> None:
    say(waiting, "Zeppelin")
    # Postgres makes no index while keys of this transaction wait to be checked.
    connection.check_constraints()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TABLE inbox_threadsearch")
            cursor.execute("DROP TRIGGER inbox_threadsearch_insert")
        else:
            cursor.execute("DROP INDEX thread_words")
    assert not has_index()
    keep_index()
    assert has_index()
    assert found(waiting.workspace, "zeppelin") == {waiting.pk}


def test_a_search_counts_and_shows_only_so_many(
    mirrored: Workspace, member: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("iexdg.inbox.pages.inbox.MOST_FOUND", 2)
    page = inbox_page(mirrored, {"q": "example", "show": "all"}, member("viewer"))
    assert page.page_obj.paginator.count == 2
    assert len(page.lines) == 2
    assert page.page_obj.paginator.is_cut  # type: ignore[attr-defined]
