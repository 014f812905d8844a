"""What counts as JSON: what a browser's engine would read, and nothing bottomless."""

import pytest

from iexdg.sandbox.http.json_body import read_json


def test_what_can_be_worked_with_is_read() -> None:
    assert read_json(b'\xef\xbb\xbf{"a": [1, 2.5, null, "\\ud83d\\ude00"]}') == {"a": [1, 2.5, None, "\U0001f600"]}
    assert read_json(b"[" * 100 + b"]" * 100) != []


def test_a_whole_number_is_one_however_it_is_written() -> None:
    read = read_json(b'{"whole": 20.0, "half": 2.5, "power": 1e3, "past_exactness": 1e300}')
    assert {name: repr(value) for name, value in read.items()} == {
        "whole": "20", "half": "2.5", "power": "1000", "past_exactness": "1e+300",
    }  # fmt: skip


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"\xff",
        b"NaN",
        b'{"a": Infinity}',
        b"[-Infinity]",
        b"[" * 101 + b"]" * 101,
        b"[" * 5000 + b"]" * 5000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b"1" * 5000,
    ],
)
def test_what_cannot_is_no_json(raw: bytes) -> None:
    with pytest.raises(ValueError):
        read_json(raw)


def test_half_a_character_becomes_the_sign_for_a_lost_one() -> None:
    assert read_json(b'{"name": "a\\ud800b"}') == {"name": "a\ufffdb"}
