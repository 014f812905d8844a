"""Variables in the text of an answer: filled in from a person, and found where none has a value. Pure."""

import re
from collections.abc import Mapping

_VARIABLE = re.compile(r"\{\{\s*([^{}\n]{1,100}?)\s*\}\}")


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its variables replaced; one without a value stays as it is written.

    Shapes: values - by name; upper and lower case are the same.
    """
    known = {name.casefold(): value for name, value in values.items() if value.strip()}
    return _VARIABLE.sub(lambda found: known.get(found[1].casefold(), found[0]), text)


def unfilled(text: str) -> list[str]:
    """Return the variables that are still in a text, each once: ["{{firstName}}"]."""
    return list(dict.fromkeys("{{" + name + "}}" for name in _VARIABLE.findall(text)))
