"""Takes characters that show nothing off a text: zero-width ones, bidi controls and other controls. Plain Python.

A text that is sent to Instantly is cleaned before it is recorded, and read back with the same cleaning: else it would
never read as it was requested.
"""

import re

# Zero-width characters, bidi controls, soft hyphens and byte order marks. They show nothing and are never a space.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
    # The joiners are part of the spelling between letters of Arabic and Indic scripts, and inside emoji.
    "|(?<![\u0590-\uffff\U00010000-\U0010ffff])[\u200c\u200d]|[\u200c\u200d](?![\u0590-\uffff\U00010000-\U0010ffff])"
)
# All but tab and line breaks.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def visible(text: str) -> str:
    """Remove the characters that show nothing: "Jo\\u200bhn" -> "John"."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def clean_text(text: str) -> str:
    """Remove what shows nothing, controls too, and trim; lines stay lines."""
    return visible(_CONTROL.sub("", text)).strip()


def clean_line(text: str) -> str:
    """Clean a name: one line, single spaces; "" where nothing of it shows: "A\\n\\u202e B" -> "A B"."""
    return " ".join(clean_text(" ".join(text.split())).split())
