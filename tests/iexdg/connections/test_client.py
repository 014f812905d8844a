"""Which budget a client's calls count against, and which addresses it connects to."""

from typing import Any

import pytest

from iexdg.clients.http.errors import ConnectError
from iexdg.clients.http.limiter import Lane, NullLimiter
from iexdg.connections import client as module
from iexdg.connections.access import Access
from iexdg.connections.client import client_of, identifying_client_of
from iexdg.connections.stored import new_access


class Counted(NullLimiter):
    """Counts what it is asked."""

    def __init__(self, budget: str, **rates: Any) -> None:
        self.budget, self.rates = budget, rates


@pytest.fixture
def budgets(monkeypatch: pytest.MonkeyPatch) -> list[Counted]:
    """Every budget that was opened, in order."""
    made: list[Counted] = []

    def make(redis: Any, budget: str, **rates: Any) -> Counted:
        made.append(Counted(budget, **rates))
        return made[-1]

    monkeypatch.setattr(module, "RedisLimiter", make)
    for cached in (module._client, module._limiter, module._maton_limiter):
        cached.cache_clear()
    return made


def maton(key: str = "maton-key", connection: str = "c-1") -> Access:
    return new_access("maton", "https://api.maton.ai", key, connection, is_sandbox=False)


def direct(base_url: str = "https://api.instantly.ai") -> Access:
    return new_access("direct", base_url, "a-key-of-theirs", "", is_sandbox=False)


def test_a_maton_account_has_one_budget_of_ten_a_second_for_all_its_workspaces(budgets: list[Counted]) -> None:
    client_of(maton(connection="c-1"), budget="workspace:w-1")
    client_of(maton(connection="c-2"), budget="workspace:w-2")
    client_of(maton(key="another-account"), budget="workspace:w-3")
    names = [one.budget for one in budgets]
    assert [name for name in names if name.startswith("workspace:")] == [
        "workspace:w-1",
        "workspace:w-2",
        "workspace:w-3",
    ]
    accounts = [one for one in budgets if one.budget.startswith("maton:")]
    assert len({one.budget for one in accounts}) == len(accounts) == 2
    assert {(one.rates["per_second"], one.rates["per_minute"]) for one in accounts} == {(10, 600)}
    assert "maton-key" not in str(names)


def test_a_direct_connection_has_the_budget_of_its_workspace_alone(budgets: list[Counted]) -> None:
    client_of(direct(), budget="workspace:w-1")
    assert [one.budget for one in budgets] == ["workspace:w-1"]


def test_who_asks_which_workspace_it_is_has_only_the_budget_of_the_account(budgets: list[Counted]) -> None:
    identifying_client_of(direct())
    identifying_client_of(maton())
    assert [one.budget.partition(":")[0] for one in budgets] == ["maton"]


@pytest.mark.parametrize("base_url", ["https://127.0.0.1:1", "https://169.254.169.254", "https://10.0.0.1"])
def test_an_address_that_was_typed_in_is_not_asked_inside_the_network(base_url: str, settings: Any) -> None:
    module._client.cache_clear()
    with pytest.raises(ConnectError):
        identifying_client_of(direct(base_url)).workspace.current(lane=Lane.SAFETY)


def test_the_addresses_of_the_environment_may_be_inside_the_network(settings: Any) -> None:
    settings.INSTANTLY_BASE_URL = "https://gateway.internal.example.com"
    assert module._http_transport("https://gateway.internal.example.com") is None
    assert module._http_transport("https://another.example.com") is not None
