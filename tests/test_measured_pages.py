"""Every address is measured by bench/pages.py, or left out for a reason."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, resolve

from bench._addresses import NOT_MEASURED, OF_CAMPAIGN, OF_ONE, PLAIN
from iexdg.ui.workspace_urls import urls_of

IDS = dict.fromkeys(
    (
        "campaign",
        "other",
        "lead",
        "running",
        "mapped",
        "held",
        "incident",
        "mailbox",
        "mailbox_change",
        "thread",
        "message",
    ),
    1,
)


def every_name(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}"
        else:
            yield from every_name(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)


def measured() -> set[str]:
    of_one = [path.format(**IDS, address="sam@example.com") for path in OF_ONE.values()]
    paths = [*PLAIN.values(), *(f"/w/demo/campaigns/1/{path}" for path in OF_CAMPAIGN.values()), *of_one]
    urls: Any = urls_of("demo")
    return {resolve(path.partition("?")[0], urls).view_name for path in paths}


def test_every_address_is_measured_or_left_out_for_a_reason() -> None:
    left_out = [name for names in NOT_MEASURED.values() for name in names]
    assert sorted([*left_out, *measured()]) == sorted(set(every_name(get_resolver())))
