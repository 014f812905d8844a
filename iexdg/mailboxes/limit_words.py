"""The limits of a mailbox in words: the same on forms, beside changes and in errors."""

from typing import Any

LABELS = {
    "daily_limit": "E-mails a day",
    "sending_gap": "Minutes between two e-mails",
    "warmup_limit": "Warm-up e-mails a day",
    "warmup_reply_rate": "Share of warm-up e-mails answered",
    "warmup_increment": "More warm-up e-mails each day",
}
UNKNOWN = ("", None)


def limit_words(value: Any) -> str:
    """One limit: 1204 -> "1,204", 0.3 -> "0.3", None -> "unknown"."""
    if value in UNKNOWN:
        return "unknown"
    return f"{value:,}" if isinstance(value, int) else f"{value:g}" if isinstance(value, float) else str(value)


def read_words(limits: dict[str, Any]) -> str:
    """Several limits as they read: "E-mails a day 50, Minutes between two e-mails unknown"."""
    return ", ".join(f"{LABELS[name]} {limit_words(value)}" for name, value in limits.items())


def changed_words(name: str, before: Any, value: Any) -> str:
    """What was requested of one limit: "E-mails a day: 30 → 50", or "E-mails a day: 50" where it was not known."""
    was = "" if before in UNKNOWN else f"{limit_words(before)} → "
    return f"{LABELS[name]}: {was}{limit_words(value)}"
