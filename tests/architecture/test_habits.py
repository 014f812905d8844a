"""The habits hold: hooks run the gates of `make check`, the forms name every promise, the guide names real files."""

import re
import shlex
from typing import Any

import yaml

from tests.architecture.tree import ROOT, files, name_of, text

HOOKS: list[dict[str, Any]] = [
    hook for repo in yaml.safe_load(text(ROOT / ".pre-commit-config.yaml"))["repos"] for hook in repo["hooks"]
]
# Needs the advisory service, so it is left to `make check` and CI.
NO_HOOK = {"audit"}


def gates() -> set[str]:
    """The commands of `make check`, as "ruff check" or "manage.py makemigrations"."""
    recipe = re.search(r"^check:.*\n((?:\t.*\n)+)", text(ROOT / "Makefile"), flags=re.M)
    assert recipe is not None
    return {_name(line.replace("$(BIN)", ".venv/bin")) for line in recipe[1].splitlines()} - NO_HOOK


def _name(command: str) -> str:
    words = [word for word in shlex.split(command.strip().lstrip("@")) if "=" not in word and word != "env"]
    tool = words[0].removeprefix(".venv/bin/")
    if tool in {"$(MAKE)", "python"}:
        return " ".join(word for word in words[1:] if not word.startswith("-"))
    # Ruff is two gates.
    return f"{tool} {words[1]}" if tool == "ruff" else tool


def test_the_hooks_are_the_gates_of_make_check() -> None:
    assert len(gates()) >= 6
    assert {_name(hook["entry"]) for hook in HOOKS} == gates()


def test_hooks_download_nothing() -> None:
    repos = yaml.safe_load(text(ROOT / ".pre-commit-config.yaml"))["repos"]
    assert [repo["repo"] for repo in repos] == ["local"]
    assert {hook["language"] for hook in HOOKS} == {"system"}
    assert [hook["id"] for hook in HOOKS if ".venv/bin/" not in hook["entry"]] == []


def test_the_safety_form_lists_every_promise() -> None:
    form = yaml.safe_load(text(ROOT / ".github" / "ISSUE_TEMPLATE" / "safety.yml"))
    (options,) = [field["attributes"]["options"] for field in form["body"] if field.get("id") == "promise"]
    promises = set(re.findall(r"^\| (\d)\. ", text(ROOT / "docs" / "safety.md"), flags=re.M))
    assert len(promises) == 7
    assert [option[0] for option in options if option[0].isdigit()] == sorted(promises)


# What the lists create, and parts of names that only make sense inside an app.
EXAMPLES = {"iexdg/clients/instantly/custom_tags.py", "views/"}


def test_every_file_that_the_guide_names_is_there() -> None:
    there = {name_of(path) for path in files()}
    there |= {
        f"{folder.relative_to(ROOT)}/" for path in files() for folder in path.parents if folder.is_relative_to(ROOT)
    }
    for document in ("CONTRIBUTING.md", ".github/pull_request_template.md"):
        named = set(re.findall(r"`([\w./-]*/(?:[\w-]+\.\w+)?)`", text(ROOT / document)))
        assert named
        assert sorted(named - there - EXAMPLES) == [], document


def test_every_name_that_the_guide_uses_is_in_the_code() -> None:
    code = "\n".join(text(path) for path in files() if path.suffix == ".py" and path.name != "test_habits.py")
    named = set(re.findall(r"`(test_\w+|_[A-Za-z]\w+|[A-Z]{3,}\w*|[a-z]+_\w+)`", text(ROOT / "CONTRIBUTING.md")))
    assert len(named) > 10
    assert sorted(name for name in named if not re.search(rf"\b{name}\b", code)) == []
