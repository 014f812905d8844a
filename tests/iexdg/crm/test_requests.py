"""What the actions of an automation send, without a database."""

import pytest

from campaigns.models import Campaign
from iexdg.crm.actions import Event, number_of, request_of, tags_of


def an_event(campaign: str = "05A", **variables: str) -> Event:
    return Event(key="m-1", lead="ada@northwind.example.com", campaign=Campaign(name=campaign), variables=variables)


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


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("+1 (312) 555-0199", "+13125550199"),
        (" +1.312.555.0199 ext. 7", "+13125550199"),
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("+1\u2011312\u2011555\u20110199", "+13125550199"),
        # As the owner's automation sends it: which country it is in is not known here.
        ("(312) 555-0199", "(312) 555-0199"),
        ("00441632960999", "00441632960999"),
        ("+", ""),
        ("+1", ""),
        ("+1234567890123456", ""),
        ("n/a", ""),
    ],
)
def test_a_number_with_a_country_code_is_sent_in_e164(typed: str, sent: str) -> None:
    assert number_of(typed) == sent


@pytest.mark.parametrize(
    ("typed", "request_"),
    [
        ("+1 312 555 0199", {"fields": {"email": "a@b.example.com", "phone": "+13125550199"}}),
        ("n/a", {"fields": {"email": "a@b.example.com"}, "not_sent": ["phone"]}),
        ("", {"fields": {"email": "a@b.example.com"}}),
    ],
)
def test_what_is_no_number_is_left_out_and_named(typed: str, request_: dict[str, object]) -> None:
    event = an_event(email="a@b.example.com", phone=typed)
    assert request_of({"kind": "contact"}, {"email": "email", "phone": "phone"}, "", event, of="1-1") == request_


def test_a_fixed_number_that_is_none_is_named_too() -> None:
    event = an_event(email="a@b.example.com")
    made = request_of({"kind": "contact"}, {"email": "email", "phone": "=ask"}, "", event, of="1-1")
    assert made == {"fields": {"email": "a@b.example.com"}, "not_sent": ["phone"]}


@pytest.mark.parametrize(
    ("typed", "request_"),
    [
        ("=true", {"fields": {"email": "a@b.example.com", "dnd": True}}),
        ("=No", {"fields": {"email": "a@b.example.com", "dnd": False}}),
        ("quiet", {"fields": {"email": "a@b.example.com", "dnd": True}}),
        ("=often", {"fields": {"email": "a@b.example.com"}, "not_sent": ["dnd"]}),
    ],
)
def test_do_not_disturb_is_sent_as_true_or_false(typed: str, request_: dict[str, object]) -> None:
    event = an_event(email="a@b.example.com", quiet="1")
    assert request_of({"kind": "contact"}, {"email": "email", "dnd": typed}, "", event, of="1-1") == request_
