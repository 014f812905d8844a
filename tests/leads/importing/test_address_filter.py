"""The filter of addresses never forgets one, and rarely takes a new one for a known one."""

from leads.importing.address_filter import AddressFilter


def test_what_was_seen_is_never_forgotten() -> None:
    seen = AddressFilter()
    first = {f"sam.{number}@example.com" for number in range(5000)}
    seen.perhaps(first)
    seen.perhaps(["ada@example.com"])
    assert seen.perhaps([*first, "ada@example.com"]) == {*first, "ada@example.com"}


def test_few_new_addresses_are_taken_for_known_ones() -> None:
    seen = AddressFilter()
    seen.perhaps(f"sam.{number}@example.com" for number in range(20_000))
    assert len(seen.perhaps(f"pat.{number}@example.com" for number in range(20_000))) < 100
