"""Keeps what a web process loads at its start out of the collections of garbage.

Modules, URLs and templates are some hundred thousand objects that live as long as the process. Each full collection
would look at all of them again, which takes 100 ms and more: a pause that whoever asks for a page then waits for.
"""

import gc

from django.conf import settings
from django.template import engines
from django.urls import get_resolver

# Objects made before the young ones are looked at. A page makes some ten thousand; with Python's 700 every page would
# pay for dozens of collections that find nothing, because almost everything is freed without them.
_YOUNG = 10_000


def settle_memory() -> None:
    """Load every view and template now, and exempt what is there from collection; once, at the start."""
    _load_views()
    _load_templates()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])


def _load_views() -> None:
    """Importing the URLs imports the views, and everything that they need."""
    list(get_resolver().url_patterns)


def _load_templates() -> None:
    """Parse our own templates; otherwise the first reader of each page would wait for it."""
    for folder in settings.TEMPLATES[0]["DIRS"]:
        for path in sorted(folder.rglob("*.html")):
            engines["django"].get_template(str(path.relative_to(folder)))
