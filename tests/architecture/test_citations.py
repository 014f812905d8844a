"""Comments that say where a fact comes from lead to a section, a law or a shape that is there."""

import re
from pathlib import Path

import pytest

from tests.architecture.tree import PRODUCT, ROOT, name_of, text, under
from tests.contract import facts

API = ROOT / "docs" / "api"
PAGE = "instantly-facts.md"
CODE = [path for path in under(*PRODUCT, "tests", "bench") if path != Path(__file__)]
LAWS = set(re.findall(r"^\| (\d+) \|", text(API / "laws.md"), flags=re.M))


def sections() -> set[str]:
    """ "2", "2.1" for headings and "6.13" for the numbered items of section 6."""
    page = text(API / PAGE)
    headings = set(re.findall(r"^##+ (\d(?:\.\d)?)\.? ", page, flags=re.M))
    items = re.findall(r"^(\d+)\. \*\*", page.partition("## 6. ")[2], flags=re.M)
    return headings | {f"6.{number}" for number in items}


def broken(body: str) -> list[str]:
    """The citations of a text that lead nowhere."""
    found = []
    for page, rest in re.findall(r"([\w-]+\.md)\b(.*)", body):
        if not page.startswith("instantly-"):
            continue
        if page != PAGE:
            found.append(page)
        cited = re.findall(r"§(\d+(?:\.\d+)?)", rest)
        if not cited and "Law" not in rest:
            found.append(f"{page} without a section")
        found += [f"§{number}" for number in cited if number not in sections()]
    for numbers in re.findall(r"\bLaws? (\d+(?:(?:, | and )\d+)*)", body):
        found += [f"Law {number}" for number in re.findall(r"\d+", numbers) if number not in LAWS]
    shapes = re.findall(r"OpenAPI, schema (\w+)", body)
    return found + [f"schema {name}" for name in shapes if name not in facts.table()["shapes"]]


def test_the_page_has_the_sections_that_comments_know() -> None:
    assert {"1", "2", "3", "4", "5", "6"} | {f"2.{n}" for n in range(7)} | {
        f"6.{n}" for n in range(1, 17)
    } == sections()


def test_every_citation_leads_somewhere() -> None:
    citing = {name_of(path): broken(text(path)) for path in CODE}
    assert {name: places for name, places in citing.items() if places} == {}


@pytest.mark.parametrize(
    ("comment", "places"),
    [
        ("# Source: instantly-facts.md §1, Rate limits.", []),
        ("# Source: instantly-facts.md §2.1 and §6.16 (Laws 4 and 12).", []),
        ("# Source: instantly-facts.md Law 7.", []),
        ("# See README.md.", []),
        ("# Source: instantly-facts.md §7.", ["§7"]),
        ("# Source: instantly-facts.md §2.1 and §2.9.", ["§2.9"]),
        ("# Source: instantly-facts.md §6.17.", ["§6.17"]),
        ("# Source: instantly-facts.md.", ["instantly-facts.md without a section"]),
        ("# Source: instantly-laws.md §1.", ["instantly-laws.md"]),
        ("# That is Law 13.", ["Law 13"]),
        ("# Laws 4 and 14.", ["Law 14"]),
        ("# Source: OpenAPI, schema Lead, property esp_code.", []),
        ("# Source: OpenAPI, schema Leads.", ["schema Leads"]),
    ],
)
def test_the_check_sees_a_citation_that_leads_nowhere(comment: str, places: list[str]) -> None:
    assert broken(comment) == places


def test_each_of_the_twelve_laws_names_the_tests_that_hold_it() -> None:
    rows = {row[0]: row[1] for row in re.findall(r"^\| (\d+) \|.*\| (.+) \|$", text(API / "laws.md"), flags=re.M)}
    assert list(rows) == [str(number) for number in range(1, 13)]
    named = {number: re.findall(r"`(test_\w+)`", tests) for number, tests in rows.items()}
    assert [number for number, tests in named.items() if not tests] == []
    assert [test for number, tests in named.items() for test in tests if f"law_{int(number):02}_" not in test] == []
    there = set(re.findall(r"^def (test_law_\w+)", text(ROOT / "tests" / "contract" / "test_laws.py"), flags=re.M))
    assert {test for tests in named.values() for test in tests} == there
