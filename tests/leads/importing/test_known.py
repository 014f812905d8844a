"""Numbers of many texts in little memory."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from leads.importing.known import KnownNumbers


@given(st.lists(st.text(max_size=3)))
def test_it_counts_as_a_counter_does(texts: list[str]) -> None:
    known = KnownNumbers(1000)
    assert [known.count(text) for text in texts] == [Counter(texts[: end + 1])[texts[end]] for end in range(len(texts))]


def test_what_is_kept_stays_while_the_table_grows() -> None:
    known = KnownNumbers(20_000)
    for number in range(10_000):
        known.set(f"c{number}.example.com", number)
    assert [known.get(f"c{number}.example.com") for number in range(10_000)] == list(range(10_000))
    assert known.get("c10000.example.com") is None
    assert "c9999.example.com" in known
    assert "c10000.example.com" not in known


def test_beyond_its_room_only_what_is_kept_changes() -> None:
    known = KnownNumbers(2)
    assert [known.count(text) for text in ("a", "b", "c", "a", "c")] == [1, 1, 0, 2, 0]
    known.set("c", 7)
    assert (known.get("c"), known.has_room) == (None, False)
