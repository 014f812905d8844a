"""Reads the file of a blueprint."""

from pathlib import Path

from iexdg.blueprints.document import LONGEST_FILE
from iexdg.blueprints.errors import BlueprintError
from iexdg.blueprints.parsing import Blueprint, parse


def load(path: str) -> Blueprint:
    """Read and parse a file.

    Raises: BlueprintError - it cannot be read; InvalidBlueprintError - it is no blueprint.
    """
    try:
        with Path(path).open("rb") as opened:
            raw = opened.read(LONGEST_FILE + 1)
    except OSError as error:
        raise BlueprintError(f"{path} cannot be read: {error.strerror or error}.") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BlueprintError(f"{path} is no UTF-8 text.") from None
    return parse(text)
