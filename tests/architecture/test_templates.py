"""The strict content security policy begins in the templates: nothing inline."""

import re

import pytest

from iexdg.workspaces.changes import topics
from tests.architecture.tree import PRODUCT, ROOT, name_of, text, under

TEMPLATES = under("templates", *PRODUCT, suffix=".html")
INLINE = {
    "a style attribute": re.compile(r"\sstyle\s*=", re.I),
    "an inline style": re.compile(r"<style\b", re.I),
    "an inline script": re.compile(r"<script\b(?![^>]*\bsrc=)", re.I),
    "an event attribute": re.compile(r"\s(on[a-z]+|hx-on[a-z:-]*)\s*=", re.I),
    "a javascript: address": re.compile(r"javascript:", re.I),
    "another host's file": re.compile(r"<(script|link|img)\b[^>]*(src|href)=[\"'](https?:)?//", re.I),
}


def without_comments(html: str) -> str:
    return re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}|<!--.*?-->", "", html, flags=re.S)


@pytest.mark.parametrize("what", INLINE)
def test_no_template_has(what: str) -> None:
    assert [name_of(path) for path in TEMPLATES if INLINE[what].search(without_comments(text(path)))] == []


@pytest.mark.parametrize(
    ("html", "what"),
    [
        ('<p style="color:red">', "a style attribute"),
        ("<script>alert(1)</script>", "an inline script"),
        ('<a hx-on:click="x()">', "an event attribute"),
        ('<a onclick="x()">', "an event attribute"),
        ('<link rel="stylesheet" href="https://cdn.example.com/a.css">', "another host's file"),
    ],
)
def test_the_check_sees(html: str, what: str) -> None:
    assert INLINE[what].search(html)


def test_a_script_file_of_our_own_is_fine() -> None:
    assert not any(pattern.search('<script src="/static/js/app.js" defer></script>') for pattern in INLINE.values())


def test_no_template_marks_text_as_safe() -> None:
    unsafe = re.compile(r"\|\s*safe\b|{%\s*autoescape\s+off")
    assert [name_of(path) for path in TEMPLATES if unsafe.search(without_comments(text(path)))] == []


def test_no_template_is_too_long_to_read() -> None:
    lengths = {name_of(path): text(path).count("\n") for path in TEMPLATES}
    assert {name: lines for name, lines in lengths.items() if lines > 150} == {}


def test_styles_and_scripts_are_short_enough_to_read() -> None:
    most = {".css": 300, ".js": 200}
    found = {name_of(path): text(path).count("\n") for suffix in most for path in under("static", suffix=suffix)}
    assert {name: lines for name, lines in found.items() if lines > most[f".{name.rpartition('.')[2]}"]} == {}
    assert (ROOT / "static").is_dir()


FOLLOWED = re.compile(r"{%\s*(?:living|follow)\s+\"([^\"]*)\"")


def test_every_poll_pauses_in_a_hidden_tab_and_names_what_it_has_seen() -> None:
    """living.js follows what the tag `poll` wrote and what has an id; 204 needs to know what the page shows."""
    bodies = {name_of(path): without_comments(text(path)) for path in TEMPLATES}
    assert [name for name, body in bodies.items() if re.search(r"hx-trigger=\"[^\"]*every ", body)] == []
    elements = {
        name: body[max(0, body.rindex("<", 0, body.index("{% poll"))) :]
        for name, body in bodies.items()
        if "{% poll" in body
    }
    assert len(elements) > 5
    assert [name for name, element in elements.items() if "seen=" not in element[: element.index("hx-swap=")]] == []
    assert [name for name, element in elements.items() if "id=" not in element[: element.index("hx-swap=")]] == []


def test_pages_follow_topics_that_exist() -> None:
    followed = {word for path in TEMPLATES for topics in FOLLOWED.findall(text(path)) for word in topics.split()}
    assert followed <= set(topics())
    assert {"history", "campaigns", "imports"} <= followed


def test_dates_are_written_by_the_one_formatter() -> None:
    """It adds the year where it is not this one; a format in a template or in a module forgets it."""
    in_template = re.compile(r"\|\s*date\s*:\s*[\"'](?!H:i)")
    assert [name_of(path) for path in TEMPLATES if in_template.search(without_comments(text(path)))] == []
    # %Y-%m-%d carries its year.
    in_module = re.compile(r"%[bB]\b")
    modules = [path for path in under(*PRODUCT, suffix=".py") if "sandbox" not in path.parts]
    found = [name_of(path) for path in modules if in_module.search(text(path))]
    assert found == ["iexdg/incidents/wording.py", "iexdg/ui/formatting.py"]
