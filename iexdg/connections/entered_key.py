"""The key that a command is given: in a file, in the environment or on standard input, never as an argument."""

import sys
from getpass import getpass
from pathlib import Path

from django.conf import settings

from iexdg.clients.instantly.keyfile import read_key_file
from iexdg.connections.errors import NoKeyError
from iexdg.connections.models import Transport


def entered_key(transport: str, key_file: str | None) -> str:
    """Return the key of a new connection. On a terminal it is asked for.

    Raises: KeyFileError - the file cannot be used. NoKeyError - there is none.
    """
    key = given_key(transport, key_file)
    if key:
        return key
    asks = sys.stdin.isatty()
    key = getpass("Key: ") if asks else sys.stdin.readline()
    if not key.strip():
        variable = "MATON_API_KEY" if transport == Transport.MATON else "INSTANTLY_API_KEY"
        raise NoKeyError(f"There is no key. Name a file by --key-file, set {variable}, or send it to standard input.")
    return key.strip()


def given_key(transport: str, key_file: str | None) -> str:
    """Return the key of a file, else that of the environment; "" where there is neither.

    Raises: KeyFileError - the file cannot be used.
    """
    is_maton = transport == Transport.MATON
    named = settings.MATON_API_KEY_FILE if is_maton else settings.INSTANTLY_API_KEY_FILE
    if key_file or named:
        return read_key_file(Path(key_file or named))
    return str(settings.MATON_API_KEY if is_maton else settings.INSTANTLY_API_KEY)
