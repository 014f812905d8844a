"""Which workspace a request or a command is about."""

import pytest

from iexdg.team.current import connected_slugs, current_slug, in_workspace
from iexdg.workspaces.models import Workspace


def test_none_is_named_until_one_is_and_afterwards_the_one_before_again() -> None:
    assert current_slug() is None
    with in_workspace("demo"):
        with in_workspace("acme"):
            assert current_slug() == "acme"
        assert current_slug() == "demo"
    assert current_slug() is None


def test_an_error_in_the_block_leaves_nothing_behind() -> None:
    with pytest.raises(ZeroDivisionError), in_workspace("demo"):
        raise ZeroDivisionError
    assert current_slug() is None


def test_the_app_above_says_which_are_connected(workspace: Workspace) -> None:
    assert connected_slugs() == ["demo"]
