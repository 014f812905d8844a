"""The URLs of a request in a workspace: its pages stand below /w/<slug>/, the others where they always stand.

While they are the current ones (`iexdg.team.current.in_workspace`), `reverse` and the tag `url` lead to the pages of
that workspace.
"""

from functools import cache
from importlib import import_module

from django.conf import settings
from django.urls import include, path

PREFIX = "/w/"


class WorkspaceUrls:
    """A URL configuration, as Django reads one: `urlpatterns` and the handler of errors."""

    def __init__(self, slug: str) -> None:
        root = import_module(settings.ROOT_URLCONF)
        self.handler500 = root.handler500
        self.urlpatterns = [*root.everywhere, path(f"{PREFIX[1:]}{slug}/", include(root.of_workspace))]


@cache
def urls_of(slug: str) -> WorkspaceUrls:
    """Return the URLs of a workspace, made once per process. Only for slugs that a row has: each is kept."""
    return WorkspaceUrls(slug)


def slug_in(path_info: str) -> str:
    """Return the slug that an address names, which may be that of no workspace: "/w/demo/leads/" -> "demo"; else ""."""
    return path_info.removeprefix(PREFIX).partition("/")[0] if path_info.startswith(PREFIX) else ""
