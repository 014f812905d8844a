"""The doctor says where the search of the inbox has no index, or where conversations are not in it."""

import pytest
from django.db import connection

from iexdg.inbox import doctor
from iexdg.inbox.models import Thread, ThreadWords
from iexdg.inbox.search import indexed, keep_index, matching
from iexdg.workspaces.models import Workspace

pytestmark = pytest.mark.django_db
only_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="Postgres keeps its index itself")


def run(*statements: str) -> None:
    # Postgres changes no index while keys of this transaction wait to be checked.
    connection.check_constraints()
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def test_an_index_with_every_conversation_is_fine(mirrored: Workspace) -> None:
    found, threads = doctor.search(), Thread.objects.count()
    assert (found.ok, found.detail) == (True, f"index of the words of {threads} conversations")
    assert indexed() == threads


def test_a_missing_index_is_named_until_it_is_created_again(mirrored: Workspace) -> None:
    run("DROP TABLE inbox_threadsearch" if connection.vendor == "sqlite" else "DROP INDEX thread_words")
    found = doctor.search()
    assert (found.ok, found.detail) == (False, "no index, so a search reads the words of every conversation")
    assert "manage.py migrate" in found.next_step
    keep_index()
    assert doctor.search().ok


@only_sqlite
def test_a_missing_trigger_is_named_until_it_is_created_again(mirrored: Workspace) -> None:
    run("DROP TRIGGER inbox_threadsearch_delete")
    found = doctor.search()
    assert (found.ok, found.detail) == (False, "triggers are missing: inbox_threadsearch_delete")
    assert "manage.py migrate" in found.next_step
    keep_index()
    assert doctor.search().ok


@only_sqlite
def test_conversations_that_are_not_in_the_index_are_counted_until_it_is_filled_again(mirrored: Workspace) -> None:
    threads = Thread.objects.count()
    run("INSERT INTO inbox_threadsearch (inbox_threadsearch) VALUES ('delete-all')")
    found = doctor.search()
    assert (found.ok, found.detail) == (
        False, f"{threads} conversations, {threads} with words, 0 in the index"
    )  # fmt: skip
    assert "index_again()" in found.next_step
    doctor.index_again()
    assert (doctor.search().ok, indexed()) == (True, threads)


def test_a_conversation_without_words_is_counted_until_they_are_derived(mirrored: Workspace) -> None:
    threads, one = Thread.objects.count(), Thread.objects.order_by("pk").first()
    assert one is not None
    ThreadWords.objects.filter(thread=one).delete()
    found = doctor.search()
    assert (found.ok, found.detail) == (
        False,
        f"{threads} conversations, {threads - 1} with words, {threads - 1} in the index",
    )
    doctor.index_again()
    assert doctor.search().ok
    assert matching(Thread.objects.filter(pk=one.pk), one.lead.split("@")[0]).exists()
