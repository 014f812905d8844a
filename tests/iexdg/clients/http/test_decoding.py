"""JSON as it may come: whatever is in it, reading, storing and printing it again works."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iexdg.clients.http.decoding import decode

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=20,
)


def texts_in(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = [*value.keys(), *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for one in inner for text in texts_in(one)]


@given(value=ANY_JSON)
def test_whatever_is_decoded_can_be_stored_and_sent_again(value: Any) -> None:
    read = decode(json.dumps(value).encode())
    json.dumps(read, allow_nan=False).encode("utf-8")
    for text in texts_in(read):
        text.encode("utf-8")
        assert "\x00" not in text


@given(content=st.binary(max_size=40) | st.text(st.sampled_from('[]{}":,1eN-\\u'), max_size=30).map(str.encode))
def test_bytes_that_are_no_json_are_a_value_error_and_nothing_else(content: bytes) -> None:
    with contextlib.suppress(ValueError):
        decode(content)


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b'{"status": NaN}', {"status": None}),
        (b'{"n": Infinity, "m": 1e999}', {"n": None, "m": None}),
        (b'{"n": 123456789012345678901234567890}', {"n": None}),
        (b'{"n": 999999999999999999}', {"n": 999999999999999999}),
        (b'{"status": 1, "status": 2, "id": "x"}', {"status": None, "id": "x"}),
        (b'{"on": true, "on": 1}', {"on": None}),
        (b'{"status": 2, "status": 2}', {"status": 2}),
        (
            b'{"a": "x\\u0000y", "b": "\\ud800", "c": "\\ud83d\\ude00"}',
            {"a": "x\ufffdy", "b": "\ufffd", "c": "\U0001f600"},
        ),
        (b'{"a\\u0000": 1}', {"a\ufffd": 1}),
        (b"[" * 60 + b"]" * 60, json.loads("[" * 60 + "]" * 60)),
    ],
)
def test_what_says_nothing_certain_is_none(content: bytes, value: object) -> None:
    assert decode(content) == value


@pytest.mark.parametrize("depth", [70, 900, 100_000])
def test_what_is_nested_too_deeply_is_no_json(depth: int) -> None:
    with pytest.raises(ValueError, match="too deeply"):
        decode(b"[" * depth + b"]" * depth)


def test_a_number_of_thousands_of_digits_is_none() -> None:
    assert decode(b"[" + b"9" * 50_000 + b"]") == [None]
