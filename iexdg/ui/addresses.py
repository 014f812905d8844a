"""Addresses of pages that an app links to without knowing which app serves them.

Each app names its pages in `pages` of its AppConfig: {"campaign": "campaigns:detail"}, name to route. An app
above another one may `reverse` its routes; one below uses this module.
"""

from functools import lru_cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse

_MARK = 987654321


def page_url(page: str, *refs: int) -> str:
    """Return the address of a named page, or "" where no installed app offers it with these refs.

    A missing link is no reason to fail: the caller may be an incident that must open.
    """
    routes = (getattr(config, "pages", {}).get(page) for config in apps.get_app_configs())
    route = next((found for found in routes if found), None)
    try:
        if route and len(refs) == 1:
            return url_of_row(route, refs[0])
        return reverse(route, args=refs) if route else ""
    except NoReverseMatch:
        return ""


def address_of(route: str, numbers: dict[str, Any]) -> str:
    """Return the address of a route with these numbers, or without them where it takes none."""
    try:
        return reverse(route, kwargs=numbers)
    except NoReverseMatch:
        return reverse(route)


def url_of_row(route: str, number: int) -> str:
    """Return what `reverse` returns for a route of one number, for lists: there it takes a tenth of the page's time."""
    before, after = _around_number(route, get_urlconf(), get_script_prefix())
    return f"{before}{number}{after}"


def url_of_route(route: str) -> str:
    """Return what `reverse` returns for a route without numbers, for the links that every page has."""
    return _whole(route, get_urlconf(), get_script_prefix())


@lru_cache(maxsize=1024)
def _whole(route: str, urlconf: Any, prefix: str) -> str:
    return reverse(route)


@lru_cache(maxsize=1024)
def _around_number(route: str, urlconf: Any, prefix: str) -> tuple[str, str]:
    """The address before and after its number. Shapes: urlconf, prefix - the current ones, on which it depends."""
    before, _, after = reverse(route, args=[_MARK]).rpartition(str(_MARK))
    return before, after


def public_url() -> str:
    """Return where people reach the dashboard, without a slash at the end, for links in messages."""
    return str(settings.PUBLIC_URL or f"http://127.0.0.1:{settings.PORT}").rstrip("/")
