"""The glossary's "Words we do not use" are not used: in code, screens, documents and the names of tests."""

import re
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, files, name_of, text

GLOSSARY = ROOT / "docs" / "glossary.md"
SUFFIXES = {".py", ".html", ".css", ".js", ".md", ".toml", ".yml", ".yaml", ".lua", ".txt"}
NAMED = {"Makefile", ".env.example", "run"}
# Decisions are history; the vendor's facts use the vendor's terms; lock files and fixtures hold no words of ours.
# Migrations are left out too: names in the database stay.
NOT_READ = ("docs/adr/", "docs/api/", "examples/", "requirements", "bench/results")
# file -> {word: reason}
ALLOWED = {
    "campaigns/models/request.py": {"wish": "the name of a constraint in the database"},
    "docs/glossary.md": {"*": "lists the words"},
    "tests/architecture/test_words.py": {"*": "tests the words"},
}


@cache
def banned() -> tuple[str, ...]:
    """The left column of the table, one word or phrase each."""
    _, _, section = text(GLOSSARY).partition("\n## Words we do not use\n")
    rows = re.findall(r"^\| (?!not \|)([^|]*[^-|\s][^|]*) \|", section, flags=re.M)
    return tuple(word.strip() for row in rows for word in row.split(","))


@cache
def pattern() -> re.Pattern[str]:
    """Match any banned word, in any case, at word boundaries; "_" and "-" separate words as a space does."""
    words = [re.escape(word).replace(r"\*", r"[a-z]*").replace(r"\ ", r"[\s_-]+") for word in banned()]
    return re.compile(rf"(?<![a-z])(?:{'|'.join(words)})(?![a-z])", re.IGNORECASE)


@cache
def read() -> tuple[Path, ...]:
    return tuple(
        path
        for path in files()
        if (path.suffix in SUFFIXES or path.name in NAMED)
        and not name_of(path).startswith(NOT_READ)
        and "/migrations/" not in name_of(path)
    )


def found_in(content: str) -> list[tuple[int, str]]:
    """(line, word) of each use, a phrase over a line's end included."""
    return [(content.count("\n", 0, hit.start()) + 1, hit[0].lower()) for hit in pattern().finditer(content)]


def is_allowed(name: str, word: str) -> bool:
    return bool({"*", " ".join(word.split())} & ALLOWED.get(name, {}).keys())


def test_no_banned_word_is_used() -> None:
    places = [
        f"{name_of(path)}:{line}:{word!r}"
        for path in read()
        for line, word in [*found_in(text(path)), *((0, word) for _, word in found_in(name_of(path)))]
        if not is_allowed(name_of(path), word)
    ]
    assert places == [], "\n" + "\n".join(places)


@pytest.mark.parametrize(
    ("words", "is_banned"),
    [
        ("it was mended", True),
        ("def test_everyone_is_told() -> None:", True),
        ("nobody heard\n    back", True),
        ("no-sign-of-life", True),
        ("TOLD", True),
        ("# a wish", True),
        ("recommend, amend and commend", False),
        ("a fold, a bold", False),
        ("the control room", False),
    ],
)
def test_what_counts_as_a_use(words: str, is_banned: bool) -> None:
    assert bool(found_in(words)) is is_banned


def test_the_table_is_read_and_every_exception_is_needed() -> None:
    assert {"mend*", "told", "wish", "heard back", "rooms", "doors", "fate"} <= set(banned())
    unused = [
        (name, word)
        for name, words in ALLOWED.items()
        for word in words
        if not any(word in {"*", " ".join(one.split())} for _, one in found_in(text(ROOT / name)))
    ]
    assert unused == []
