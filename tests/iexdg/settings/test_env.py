"""Settings are read with their types, and refuse what makes no sense."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from iexdg.settings import env

NAME = "OUTREACH_TEST_VALUE"


def given(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)


def test_an_empty_variable_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, "  ")
    assert env.text(NAME, "default") == "default"
    assert env.integer(NAME, 7) == 7
    with pytest.raises(ImproperlyConfigured, match="is not set"):
        env.text(NAME)


@pytest.mark.parametrize(("value", "message"), [("ten", "whole number"), ("1.5", "whole number"), ("0", "at least 1")])
def test_a_number_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, value: str, message: str) -> None:
    given(monkeypatch, value)
    with pytest.raises(ImproperlyConfigured, match=message):
        env.integer(NAME, 5, minimum=1)


def test_numbers_may_be_fractions_where_seconds_are_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, "0.25")
    assert env.number(NAME, 7.0) == 0.25
    given(monkeypatch, "soon")
    with pytest.raises(ImproperlyConfigured, match="must be a number"):
        env.number(NAME, 7.0)


@pytest.mark.parametrize(("value", "meaning"), [("1", True), ("Yes", True), ("off", False), ("FALSE", False)])
def test_a_flag_is_read_in_the_usual_spellings(monkeypatch: pytest.MonkeyPatch, value: str, meaning: bool) -> None:
    given(monkeypatch, value)
    assert env.flag(NAME, default=not meaning) is meaning


def test_a_flag_that_is_neither_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, "maybe")
    with pytest.raises(ImproperlyConfigured, match="1 or 0"):
        env.flag(NAME, default=True)


def test_words_are_split_and_empty_ones_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, " a.example.com, ,b.example.com ")
    assert env.words(NAME) == ["a.example.com", "b.example.com"]


def test_a_secret_comes_from_its_file_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given(monkeypatch, "from the environment")
    assert env.secret(NAME) == "from the environment"
    (tmp_path / "secret").write_text("from the file\n", encoding="utf-8")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))
    assert env.secret(NAME) == "from the file"


@pytest.mark.parametrize(("content", "message"), [(None, "cannot be read"), (" \n", "is empty")])
def test_a_secret_file_without_a_secret_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None, message: str
) -> None:
    if content is not None:
        (tmp_path / "secret").write_text(content, encoding="utf-8")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))
    with pytest.raises(ImproperlyConfigured, match=message):
        env.secret(NAME)
