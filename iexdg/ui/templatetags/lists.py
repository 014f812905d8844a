"""Template tags of lists: the head of a sortable column."""

from typing import Any

from django import template
from django.template import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString

from iexdg.ui.sorting import Sorting
from iexdg.ui.templatetags.ui import icon

register = template.Library()
# Where a list is sorted anew, its first page is shown.
_PLACES = ("page", "before")
_SIGNS = {"": "", "ascending": "arrow-up", "descending": "arrow-down"}


@register.simple_tag(takes_context=True)
def sort_header(
    context: RequestContext, sorting: Sorting, name: str, label: str, kind: str = "", title: str = ""
) -> SafeString:
    """Draw the head of a column as a link that sorts by it, keeping the filters of the address.

    Shapes: kind - the class of the cell ("num"); title - the formula of its figures.
    """
    state = sorting.state_of(name)
    query: Any = context["request"].GET.copy()
    query["sort"] = sorting.next_of(name)
    for place in _PLACES:
        query.pop(place, None)
    return format_html(
        '<th scope="col"{}{}{}><a class="sort" href="?{}">{}{}</a></th>',
        format_html(' class="{}"', kind) if kind else "",
        format_html(' aria-sort="{}"', state) if state else "",
        format_html(' title="{}"', title) if title else "",
        query.urlencode(),
        label,
        SafeString(icon(_SIGNS[state])) if state else "",
    )
