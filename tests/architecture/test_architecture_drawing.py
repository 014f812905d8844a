"""The first drawing of docs/architecture.md shows the layers of the import contract: the same boxes, the same order."""

import re
import tomllib
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest

from tests.architecture.tree import ROOT, text

CONTRACTS: list[dict[str, Any]] = tomllib.loads(text(ROOT / "pyproject.toml"))["tool"]["importlinter"]["contracts"]
_NODE = re.compile(r'(\w+)\["([^"<]+)(?:<br>[^"]*)?"\]')
_ARROWS = re.compile(r"\w+(?: --> \w+)+")


class DrawingError(ValueError):
    """The drawing has a line, or an arrow, that the check does not understand."""


@dataclass(frozen=True)
class Drawing:
    """Boxes by id with the packages in them, and the arrows between ids."""

    boxes: dict[str, str]
    arrows: list[tuple[str, str]]

    @property
    def layers(self) -> list[str]:
        """The boxes from top to bottom, along the arrows; raises DrawingError where they are no single line."""
        after = dict(self.arrows)
        tops = set(after) - set(after.values())
        if len(tops) != 1 or len(after) != len(self.arrows) or len(set(after.values())) != len(self.arrows):
            raise DrawingError("the arrows are no single line")
        line = [tops.pop()]
        while line[-1] in after:
            line.append(after[line[-1]])
        if len(line) != len(self.arrows) + 1:
            raise DrawingError("some arrows form a circle")
        return [self.boxes[box] for box in line]

    @property
    def alone(self) -> set[str]:
        """The boxes without an arrow."""
        return {label for box, label in self.boxes.items() if not any(box in arrow for arrow in self.arrows)}


def drawn(document: str) -> Drawing:
    """Read the first Mermaid flowchart. Raises: DrawingError - a line is neither a box nor a row of arrows."""
    found = re.search(r"^```mermaid\nflowchart TD\n(.*?)^```$", document, flags=re.M | re.S)
    if found is None:
        raise DrawingError("no flowchart")
    boxes: dict[str, str] = {}
    arrows: list[tuple[str, str]] = []
    for line in filter(None, map(str.strip, found[1].splitlines())):
        if box := _NODE.fullmatch(line):
            boxes[box[1]] = box[2]
        elif _ARROWS.fullmatch(line):
            ids = line.split(" --> ")
            arrows += list(pairwise(ids))
        else:
            raise DrawingError(line)
    if unknown := {box for arrow in arrows for box in arrow} - set(boxes):
        raise DrawingError(f"arrows without a box: {sorted(unknown)}")
    return Drawing(boxes, arrows)


def contract() -> list[str]:
    """The layers of the product: the one contract of this kind that is not about the inside of a package."""
    (layers,) = [one["layers"] for one in CONTRACTS if one["type"] == "layers" and "containers" not in one]
    return list(layers)


def test_the_drawing_and_the_contract_have_the_same_layers_in_the_same_order() -> None:
    drawing = drawn(text(ROOT / "docs" / "architecture.md"))
    assert drawing.layers == contract()
    assert drawing.alone == {"iexdg.sandbox"}


def test_what_has_no_arrow_may_import_no_package_of_the_product() -> None:
    (sandbox,) = [one for one in CONTRACTS if one.get("source_modules") == ["iexdg.sandbox"]]
    packages = {name for layer in contract() for name in re.split(r" [:|] ", layer)}
    assert packages - set(sandbox["forbidden_modules"]) == set()


SMALL = '```mermaid\nflowchart TD\n  a["x : y<br>words"]\n  b["z"]\n\n  a --> b\n```\n'


def test_boxes_and_arrows_are_read() -> None:
    assert drawn(SMALL).layers == ["x : y", "z"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a --> b", "a --> c"),  # no such box
        ("a --> b", "a --> b\n  b --> a"),  # a circle
        ("a --> b", "a -.-> b"),  # another kind of arrow
        ("a --> b", "a --> b\n  c --> b"),  # two lines meet
        ("flowchart TD", "flowchart LR"),
        ("a --> b", ""),
    ],
)
def test_a_drawing_that_cannot_be_compared_is_refused(before: str, after: str) -> None:
    document = SMALL.replace('b["z"]', 'b["z"]\n  c["w"]' if "c -->" in after else 'b["z"]').replace(before, after)
    with pytest.raises(DrawingError):
        _ = drawn(document).layers


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("golive --> rehearsals", "rehearsals --> golive"),
        ("leads --> campaigns --> mailboxes", "leads --> mailboxes"),
        ('"iexdg.team<br>', '"iexdg.people<br>'),
        ("iexdg.clients | iexdg.running", "iexdg.clients : iexdg.running"),
        ('sandbox["iexdg.sandbox', 'sandbox["iexdg.simulator'),
    ],
)
def test_a_changed_drawing_is_noticed(before: str, after: str) -> None:
    document = text(ROOT / "docs" / "architecture.md")
    assert before in document
    try:
        drawing = drawn(document.replace(before, after, 1))
        same = drawing.layers == contract() and drawing.alone == {"iexdg.sandbox"}
    except DrawingError:
        same = False
    assert not same
