"""Widgets of long lists of choices."""

from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class LongMenu(forms.Select):
    """A menu of many values without groups, written at once: Django's own renders a template for each option."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        """Return the same HTML as Django's widget, but for white space."""
        widget = self.get_context(name, value, attrs)["widget"]
        options = (option for _, group, _ in widget["optgroups"] for option in group)
        lines = ((option["value"], flatatt(option["attrs"]), option["label"]) for option in options)
        inner = format_html_join("", '<option value="{}"{}>{}</option>', lines)
        return format_html('<select name="{}"{}>{}</select>', name, flatatt(widget["attrs"]), inner)


class LongMenuOfSeveral(forms.SelectMultiple):
    """A long menu in which several values can be chosen."""

    render = LongMenu.render
