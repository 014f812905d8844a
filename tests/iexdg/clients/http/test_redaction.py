import logging
import sys

import pytest

from iexdg.clients.http.redaction import RedactingFilter, redact

# The shape of a key as the vendor makes them, invented here.
KEY = "aW52ZW50ZWQtd29ya3NwYWNlLWlkOmludmVudGVkLXNlY3JldC1vZi1ub2JvZHk="


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("mail jane.doe@example.com now", "mail j***@example.com now"),
        ("j@example.com", "j***@example.com"),
        ("<O'Brien+x@mail.example.org>", "<O***@mail.example.org>"),
        ("/api/v2/email-verification/jane%2Bx%40example.com", "/api/v2/email-verification/j***@example.com"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer [redacted]"),
        (f"the key {KEY} leaked", "the key [redacted] leaked"),
        ("https://x.example.com/?api_key=s3cret&page=2", "https://x.example.com/?api_key=[redacted]&page=2"),
        ('{"access_token": "abc"}', '{"access_token": "[redacted]"}'),
        ("redis://user:hunter2@localhost:6379/0", "redis://user:[redacted]@localhost:6379/0"),
    ],
)
def test_secrets_and_addresses_are_taken_out(text: str, clean: str) -> None:
    assert redact(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "/api/v2/campaigns/019ffad2-9ba1-7bc9-8d59-2dbf9cad03cd/sending-status",
        "leads at 09:00 @ example",
        "body must have required property 'name'",
        "{{firstName}} and {{companyName}}",
    ],
)
def test_what_is_not_secret_is_left_alone(text: str) -> None:
    assert redact(text) == text


def test_a_known_secret_is_taken_out_however_short_it_is() -> None:
    assert redact("token sandbox-key refused", secrets=["sandbox-key"]) == "token [redacted] refused"


def test_mappings_are_cleaned_in_depth_and_the_original_stays() -> None:
    body = {"email": "jane@example.com", "Authorization": "x", "leads": [{"email": "joe@example.org"}], "count": 2}
    assert redact(body) == {
        "email": "j***@example.com",
        "Authorization": "[redacted]",
        "leads": [{"email": "j***@example.org"}],
        "count": 2,
    }
    assert body["email"] == "jane@example.com"


def test_the_logging_filter_cleans_message_arguments_and_traceback() -> None:
    try:
        raise ValueError("no such person: jane@example.com")
    except ValueError:
        exc_info = sys.exc_info()
    record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "call of %s failed", ("joe@example.org",), exc_info)
    assert RedactingFilter().filter(record) is True
    text = logging.Formatter().format(record)
    assert "call of j***@example.org failed" in text
    assert "no such person: j***@example.com" in text
    assert "jane@" not in text
