"""Widgets of long lists of choices."""

from html import escape
from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString


def option(value: str, label: str, *, is_chosen: bool) -> str:
    """One entry of a menu as HTML: of hundreds, `format_html` takes three times as long."""
    return f'<option value="{escape(value)}"{" selected" if is_chosen else ""}>{escape(label)}</option>'


class LongMenu(forms.Select):
    """A menu of many values without groups, written at once: Django's own renders a template for each option."""

    def optgroups(self, name: str, value: Any, attrs: dict[str, Any] | None = None) -> list[Any]:
        """None: the options are written by `render`."""
        return []

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        """Return the same HTML as Django's widget, but for white space."""
        widget = self.get_context(name, value, attrs)["widget"]
        chosen = set(widget["value"])
        lines = (option(str(one), str(label), is_chosen=str(one) in chosen) for one, label in self.choices)
        inner = SafeString("".join(lines))
        return format_html('<select name="{}"{}>{}</select>', name, flatatt(widget["attrs"]), inner)


class LongMenuOfSeveral(forms.SelectMultiple):
    """A long menu in which several values can be chosen."""

    optgroups = LongMenu.optgroups
    render = LongMenu.render
