"""Widgets of long lists of choices."""

import pytest
from django import forms
from django.test.html import parse_html

from iexdg.ui.widgets import LongMenu, LongMenuOfSeveral

CHOICES = [("a", "Any & all"), ('"b"', "<b>"), ("c", "C")]


@pytest.mark.parametrize("chosen", [None, [], ["a"], ['"b"', "c"], ["gone"]])
def test_a_long_menu_is_the_same_html_as_the_menu_of_django(chosen: list[str] | None) -> None:
    attrs = {"class": "input", "size": 6, "id": "id_x"}

    long, usual = LongMenuOfSeveral(attrs, CHOICES), forms.SelectMultiple(attrs, CHOICES)

    assert parse_html(long.render("x", chosen)) == parse_html(usual.render("x", chosen))


@pytest.mark.parametrize("chosen", [None, "", "a", '"b"', "gone"])
def test_so_is_one_of_which_one_value_is_chosen(chosen: str | None) -> None:
    attrs = {"class": "input", "id": "id_x", "required": True}

    long, usual = LongMenu(attrs, [("", "Choose"), *CHOICES]), forms.Select(attrs, [("", "Choose"), *CHOICES])

    assert parse_html(long.render("x", chosen)) == parse_html(usual.render("x", chosen))
