"""docs/api/gohighlevel.md is what facts, client and sandbox say."""

from iexdg.sandbox.vendor.facts import GOHIGHLEVEL
from tests.contract.gohighlevel.api_table import PAGE, REMARKS, methods_by_operation, page
from tests.contract.gohighlevel.calls import CALLS


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.contract.api_table --write"


def test_every_method_asks_for_one_operation_and_remarks_are_about_real_ones() -> None:
    named = [method for methods, _ in methods_by_operation().values() for method in methods]
    assert sorted(named) == sorted([*CALLS, "OAuthApp.exchange_code", "OAuthApp.refresh_tokens"])
    assert set(REMARKS) <= {f"{method} {path}" for method, path in GOHIGHLEVEL.operations()}
