"""Records further down a file that say something new of a column."""

from leads.importing.reading.telling import TellingRecords


def telling_among(name: str, *cells: str) -> list[str]:
    records = TellingRecords(["Email", name])
    return [cell for number, cell in enumerate(cells) if records.is_next([f"p{number}@example.com", cell])]


def test_the_first_cell_of_each_kind_is_telling() -> None:
    cells = ["Cold", "Warm", "Cold", "Blacklisted", "Hot", "Complained", "Unsubscribed", "Unsubscribed", ""]
    assert telling_among("Stage", *cells) == ["Cold", "Blacklisted", "Unsubscribed", ""]
    assert telling_among("Newsletter", *[""] * 600, "no", "no") == ["", "no"]
    assert telling_among("Newsletter", "yes", "2026-01-02") == ["yes"]
    assert telling_among("Opt-in", "yes", "1970-01-01") == ["yes", "1970-01-01"]


def test_a_column_named_after_a_status_is_followed_however_many_values_it_has() -> None:
    many = [f"fair {number} in Oslo" for number in range(1000)]
    assert telling_among("Tags", *many, "customer,unsubscribed") == [many[0], "customer,unsubscribed"]
    assert telling_among("Hook", *many, "unsubscribed") == [many[0]]
    assert telling_among("Hook", *many[:100], "unsubscribed") == [many[0], "unsubscribed"]


def test_a_column_that_means_a_field_says_nothing_of_the_kind() -> None:
    records = TellingRecords(["Email", "Company"])
    assert [records.is_next(["ada@example.com", cell]) for cell in ("Acme", "Bounce", "")] == [False] * 3


def test_a_short_record_has_empty_cells() -> None:
    records = TellingRecords(["Email", "Opt-in"])
    assert [records.is_next(["ada@example.com", *cells]) for cells in (["yes"], [], [])] == [True, True, False]
