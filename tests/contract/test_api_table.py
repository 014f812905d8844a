"""docs/api/instantly.md is what facts, client and sandbox say, and no operation is missing."""

import re

import pytest

from iexdg.clients.instantly import connect
from tests.architecture.tree import ROOT, under
from tests.contract import facts
from tests.contract.api_table import PAGE, left_out, main, methods_by_operation, page
from tests.contract.api_words import LEFT_OUT, OWNERS_WORDS, USED_BY

PRODUCT = ("campaigns", "leads", "iexdg")
NOT_PRODUCT = ("iexdg/sandbox/", "iexdg/clients/")


def methods() -> set[str]:
    """Every method of the client that asks the vendor for something."""
    return {method for of_operation in methods_by_operation().values() for method in of_operation}


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.contract.api_table --write"


def test_every_operation_has_its_row() -> None:
    named = re.findall(r"^\| `([A-Z]+ /[^`]*)` \|", PAGE.read_text(encoding="utf-8"), flags=re.M)
    assert sorted(named) == sorted(name.replace("/api/v2", "") for name in facts.table()["operations"])


def test_only_operations_of_the_vendor_have_words_and_reasons() -> None:
    names = {name.replace("/api/v2", "") for name in facts.table()["operations"]}
    assert set(OWNERS_WORDS) <= names
    assert [start for start in LEFT_OUT if not any(name.startswith(start) for name in names)] == []


def test_what_is_left_out_has_a_reason_and_a_reason_is_of_something_left_out() -> None:
    with pytest.raises(KeyError, match="does not say why"):
        left_out("GET /leads", is_there=False)
    there = {name for name, methods in methods_by_operation().items() if methods}
    assert [name for name in there if any(name.startswith(beginning) for beginning in LEFT_OUT)] == []


def test_every_method_that_the_product_uses_says_where() -> None:
    with connect("https://api.example.com", "key") as client:
        resources = [name for name in vars(client) if name != "transport"]
    called = re.compile(rf"\b({'|'.join(resources)})\.([a-z_]+)\b")
    paths = [path for path in under(*PRODUCT) if not str(path.relative_to(ROOT)).startswith(NOT_PRODUCT)]
    found = {".".join(hit) for path in paths for hit in called.findall(path.read_text(encoding="utf-8"))}
    assert found & methods() == set(USED_BY)


def test_the_command_counts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert capsys.readouterr().out.startswith("173 operations: ")
