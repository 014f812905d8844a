"""Reads the file of a blueprint."""

from pathlib import Path

from iexdg.blueprints.document import LONGEST_FILE
from iexdg.blueprints.errors import BlueprintError, InvalidBlueprintError, Problem
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
    except UnicodeDecodeError as error:
        read = error.object[: error.start].decode("utf-8", "replace")
        place = read.count("\n") + 1, len(read) - (read.rfind("\n") + 1) + 1
        raise InvalidBlueprintError([Problem("The file is no UTF-8 text: save it as UTF-8", *place)]) from None
    return parse(text)
