"""Which tests run on Postgres, and which on both databases."""

from collections.abc import Callable
from pathlib import Path

import pytest

from iexdg.team.models import Member
from tests.plugins.rows import BOTH_DATABASES

ROOT = Path(__file__).resolve().parents[2]


def is_marked(request: pytest.FixtureRequest) -> bool:
    found = {one for one in ("rows", "both_databases") if request.node.get_closest_marker(one)}
    assert found in ({"rows", "both_databases"}, set()), "this file runs on both"
    return bool(found)


def test_what_runs_on_both_databases_is_there() -> None:
    assert [one for one in BOTH_DATABASES if not (ROOT / one).exists()] == []


def test_a_file_that_runs_statements_of_one_database_runs_on_both() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("test_*.py")
             if "connection.vendor" in path.read_text(encoding="utf-8")}  # fmt: skip
    assert sorted(one for one in names if not one.startswith(BOTH_DATABASES)) == []


def test_a_test_without_a_database_is_not_marked(request: pytest.FixtureRequest) -> None:
    assert not is_marked(request)


@pytest.mark.django_db
def test_a_test_marked_for_the_database_is(request: pytest.FixtureRequest) -> None:
    assert is_marked(request)


def test_a_test_whose_fixture_needs_the_database_is(
    request: pytest.FixtureRequest, member: Callable[..., Member]
) -> None:
    assert is_marked(request)
