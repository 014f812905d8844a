"""What the actions of an automation send, without a database."""

import pytest

from campaigns.models import Campaign
from iexdg.crm.actions import Event, tags_of


def an_event(campaign: str) -> Event:
    return Event(key="m-1", lead="ada@northwind.example.com", campaign=Campaign(name=campaign), variables={})


@pytest.mark.parametrize(
    ("template", "campaign", "tags"),
    [
        ("instantly-{code}", "05A Executive-Peer", ["instantly-05a"]),
        ("{campaign}", "Owners, Michigan, 2026", ["owners michigan 2026"]),
        ("from {campaign}, hot", "Owners,Michigan", ["from owners michigan", "hot"]),
        ("instantly-{code}", "Owners, Michigan", ["instantly-owners michigan"]),
        ("{campaign}, {code}", "05A {code}, x", ["05a {code} x", "05a"]),
    ],
)
def test_a_comma_separates_tags_of_the_template_and_not_parts_of_a_name(
    template: str, campaign: str, tags: list[str]
) -> None:
    assert tags_of(template, an_event(campaign)) == tags
