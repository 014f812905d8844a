"""Reads an API key from a file that people also write comments into."""

from pathlib import Path


class KeyFileError(Exception):
    """A key file from which exactly one key cannot be read; the message never quotes the file."""

    code = "key_file"


def read_key_file(path: str | Path) -> str:
    """Return the one key in the file, skipping blank lines and `#` comments.

    Raises: KeyFileError - no key, more than one, or a line that cannot be a key.
    Source: Law 2, a comment sent as the token is answered 401 "Invalid authorization header".
    """
    try:
        # A BOM in front of the first character would become part of the key.
        content = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = "cannot be read as text" if isinstance(error, UnicodeDecodeError) else "cannot be opened"
        raise KeyFileError(f"The key file {path} {reason}. Check its path and its permissions.") from None
    keys = [line.strip() for line in content.splitlines() if line.strip() and not line.strip().startswith("#")]
    if len(keys) != 1:
        found = "no key" if not keys else f"{len(keys)} keys"
        raise KeyFileError(f"The key file {path} holds {found}. Leave exactly one line that is not a # comment.")
    key = keys[0]
    if not key.isascii() or not key.isprintable() or any(character.isspace() for character in key):
        raise KeyFileError(f"The key in {path} has spaces or odd characters in it. Copy it again, alone on its line.")
    return key
