"""Which tests run on Postgres again."""

from collections.abc import Callable

import pytest

from iexdg.team.models import Member


def is_marked(request: pytest.FixtureRequest) -> bool:
    return request.node.get_closest_marker("rows") is not None


def test_a_test_without_a_database_is_not_marked(request: pytest.FixtureRequest) -> None:
    assert not is_marked(request)


@pytest.mark.django_db
def test_a_test_marked_for_the_database_is(request: pytest.FixtureRequest) -> None:
    assert is_marked(request)


def test_a_test_whose_fixture_needs_the_database_is(
    request: pytest.FixtureRequest, member: Callable[..., Member]
) -> None:
    assert is_marked(request)
