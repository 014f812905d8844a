"""Addresses of pages that an app links to without knowing which app serves them.

Each app names its pages in `pages` of its AppConfig: {"campaign": "campaigns:detail"}, name to route. An app
above another one may `reverse` its routes; one below uses this module.
"""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.urls import NoReverseMatch, reverse


def page_url(page: str, *refs: int) -> str:
    """Return the address of a named page, or "" where no installed app offers it with these refs.

    A missing link is no reason to fail: the caller may be an incident that must open.
    """
    routes = (getattr(config, "pages", {}).get(page) for config in apps.get_app_configs())
    route = next((found for found in routes if found), None)
    try:
        return reverse(route, args=refs) if route else ""
    except NoReverseMatch:
        return ""


def address_of(route: str, numbers: dict[str, Any]) -> str:
    """Return the address of a route with these numbers, or without them where it takes none."""
    try:
        return reverse(route, kwargs=numbers)
    except NoReverseMatch:
        return reverse(route)


def public_url() -> str:
    """Return where people reach the dashboard, without a slash at the end, for links in messages."""
    return str(settings.PUBLIC_URL or f"http://127.0.0.1:{settings.PORT}").rstrip("/")
