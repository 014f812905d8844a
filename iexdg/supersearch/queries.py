"""Reads of searches for people."""

from django.db.models import QuerySet

from iexdg.supersearch.models import Search
from iexdg.ui.folding import has_words
from iexdg.workspaces.models import Workspace


def searches_named(workspace: Workspace, words: str) -> QuerySet[Search]:
    """The searches in whose name every word occurs, the newest first."""
    return Search.objects.filter(has_words(words, "name"), workspace=workspace).order_by("-pk")
