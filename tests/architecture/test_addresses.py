"""No Python of the product spells an address of ours: it asks for it by the name of its route or page."""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.architecture.tree import PRODUCT, name_of, parsed, under

# Instantly's own paths look like ours, and the sandbox serves those.
OTHER_ADDRESSES = ("iexdg/clients/", "iexdg/sandbox/")
# The supervisor asks its child for this before anything of Django's addresses is loaded.
SPELLED = {("iexdg/operations/management/commands/up.py", "/healthz")}


def routes(patterns: Iterable[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


@cache
def first_parts() -> frozenset[str]:
    """{"campaigns", "leads", "leads.csv", ...} of every route."""
    found = (re.match(r"[\w.-]+", route) for route in routes(get_resolver().url_patterns))
    return frozenset(part.group() for part in found if part)


@cache
def address() -> re.Pattern[str]:
    """An address of ours at the beginning of a text or of a word in it."""
    parts = "|".join(re.escape(part) for part in sorted(first_parts(), key=len, reverse=True))
    return re.compile(rf"""(?:^|[\s"'(=])(/(?:{parts}))(?=[/?#\s"'<.,;:)]|$)""")


def texts(tree: ast.Module) -> Iterator[str]:
    """Every text of a module, those parts of f-strings that stand outside braces included; no docstrings."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def test_no_text_spells_an_address_of_ours() -> None:
    found = {
        (name_of(path), match.group(1))
        for path in under(*PRODUCT)
        if not name_of(path).startswith(OTHER_ADDRESSES)
        for text in texts(parsed(path))
        for match in address().finditer(text)
    }
    assert sorted(found - SPELLED) == []
    assert sorted(SPELLED - found) == []


def test_the_first_parts_of_all_addresses_are_known() -> None:
    ours = {
        "campaigns",
        "leads",
        "leads.csv",
        "imports",
        "incidents",
        "settings",
        "stop",
        "audit",
        "readyz",
        "accounts",
    }
    assert ours <= first_parts()


@pytest.mark.parametrize(
    "code",
    [
        'url = "/stop/"',
        'url = f"/campaigns/{pk}/"',
        'url = f"{public_url}/incidents/{pk}/"',
        'url = "/leads/?campaign=1"',
        'text = "Open /settings/ first."',
        "def f():\n    'Says what.'\n    return '/readyz'",
    ],
)
def test_the_check_sees(code: str) -> None:
    assert any(address().search(text) for text in texts(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        'url = reverse("campaigns:detail", args=[pk])',
        'path("campaigns/<int:pk>/", detail)',
        '"""See /readyz."""',
        'file = "docs/leads/x"',
        'url = "/"',
    ],
)
def test_the_check_leaves_alone(code: str) -> None:
    assert not any(address().search(text) for text in texts(ast.parse(code)))
