"""Mail domains that are most likely mistyped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.companies import FREEMAIL
from leads.importing.mistyped import is_one_slip, meant_domain


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hotmail.co", "hotmail.com"),
        ("gmial.com", "gmail.com"), ("gmai.com", "gmail.com"), ("gmaill.com", "gmail.com"), ("gnail.com", "gmail.com"),
        ("gmail.con", "gmail.com"), ("gmail.cm", "gmail.com"), ("gmail.co", "gmail.com"), ("gmial.con", "gmail.com"),
        ("hotnail.com", "hotmail.com"), ("hotmial.com", "hotmail.com"), ("yaho.com", "yahoo.com"),
        ("yahooo.com", "yahoo.com"), ("outlok.com", "outlook.com"), ("outllook.com", "outlook.com"),
        ("iclod.com", "icloud.com"), ("googlemai.com", "googlemail.com"), ("firm.example.con", "firm.example.com"),
        ("firm.nte", "firm.net"), ("web.ed", "web.de"), ("gmx.ed", "gmx.de"), ("firm.rf", "firm.fr"),
        ("firm.example.ku", "firm.example.uk"), ("outllook.fr", "outlook.fr"), ("hotmial.se", "hotmail.se"),
        ("yaoo.ca", "yahoo.ca"), ("gmail.com.com", "gmail.com"), ("gmail.com.br", "gmail.com"),
        ("firm.example.com.com", "firm.example.com"), ("firm.de.de", "firm.de"), ("firm.couk", "firm.co.uk"),
        ("firm.comau", "firm.com.au"), ("firm.co.ukk", "firm.co.uk"),
    ],
)  # fmt: skip
def test_a_domain_one_slip_away_from_a_known_one_is_mistyped(typed: str, meant: str) -> None:
    assert meant_domain(typed) == meant


@pytest.mark.parametrize(
    "domain",
    [
        "gmail.com", "mail.com", "email.com", "ymail.com", "gmx.com", "live.ca", "yahoo.ca", "outlook.fr", "hotmail.se",
        "example.com", "gail.example.com", "firm.co", "firm.es", "firm.se", "firm.li", "firm.il",
        "firm.qq", "ed", "aim.com", "web.com", "mac.com", "",
        "hotmail.com.tr", "yahoo.com.ar", "outlook.com.au", "firm.co.uk", "de.de", "firm.coop", "outlook.fi", "co.co",
    ],
)  # fmt: skip
def test_a_real_domain_is_not(domain: str) -> None:
    assert meant_domain(domain) == ""


@pytest.mark.parametrize("domain", sorted(FREEMAIL))
def test_no_free_mail_provider_is_taken_for_another(domain: str) -> None:
    assert meant_domain(domain) == ""


WORD = st.text(st.sampled_from("abc"), max_size=6)


@given(WORD, st.integers(0, 6), st.sampled_from("abcx"))
def test_one_inserted_letter_is_one_slip_both_ways(word: str, place: int, letter: str) -> None:
    longer = word[:place] + letter + word[place:]
    assert is_one_slip(longer, word)
    assert is_one_slip(word, longer)


@given(WORD, WORD)
def test_a_slip_changes_one_letter_or_swaps_two(one: str, other: str) -> None:
    def variants(word: str) -> set[str]:
        found = {word[:place] + letter + word[place:] for place in range(len(word) + 1) for letter in "abc"}
        found |= {word[:place] + word[place + 1 :] for place in range(len(word))}
        found |= {word[:place] + letter + word[place + 1 :] for place in range(len(word)) for letter in "abc"}
        swapped = {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)}
        return (found | swapped) - {word}

    assert is_one_slip(one, other) == (one in variants(other))


def test_every_slip_in_a_provider_is_found_wherever_it_is() -> None:
    slips = {
        name[:place] + middle + name[place + 1 :]
        for name in ("googlemail.com", "comcast.net", "yahoo.co.uk")
        for place in range(len(name))
        for middle in ("", "x", f"{name[place]}x")
    }
    assert {slip for slip in slips if not meant_domain(slip)} == set()
