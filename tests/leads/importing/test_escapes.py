"""Letters that an export wrote as codes are found, and what only looks a little like them is not."""

import pytest

from leads.importing.escapes import has_letters_as_codes


@pytest.mark.parametrize(
    "text",
    [
        "J=FCrgen", "J=C3=BCrgen", "=D6zil", "Zo=EB", "Ren=E9", "J\\u00fcrgen", "J\\u00FCrgen", "J\\xfcrgen",
        "J\\303\\274rgen", "J%C3%BCrgen", "J%FCrgen", "%C3%96zil", "Zo%C3%AB", "Ann%20Lee", "J+APw-rgen", "Zo+AOs",
        "+BBgEMgQwBD0-", "J<U+00FC>rgen", "J_x00FC_rgen", "Prof. J=FCrgen M=FCller", "Our J%C3%BCrgen and/or Ann",
    ],
)  # fmt: skip
def test_letters_as_codes_are_found(text: str) -> None:
    assert has_letters_as_codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "Jürgen", "E=mc2", "x=AB testing", "tier=A1", "a=b", "https://example.com/J%C3%BCrgen?x=E9",
        "example.com?id=ABc", "100%", "50%20", "up 20%ab", "Google+", "R+API", "C++", "Coffee+Business",
        "Black+Decker", "+4930555", "ann+APw-x@example.com", "C:\\users\\new", "<Unknown>",
        "first_xyz_name", "5+5", "A&B",
    ],
)  # fmt: skip
def test_other_text_is_not(text: str) -> None:
    assert not has_letters_as_codes(text)
