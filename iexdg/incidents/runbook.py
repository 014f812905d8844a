"""The runbook: docs/runbook.md, in which the section of each kind of incident is written from its declaration."""

import re
import textwrap
from functools import lru_cache

from django.conf import settings

from iexdg.incidents.kinds import IncidentKind, declared_kinds
from iexdg.incidents.markdown import Block, blocks_of

RUNBOOK = settings.BASE_DIR / "docs" / "runbook.md"
_WIDTH = 120
# Everything between the two comments is written from the declarations.
_KINDS = re.compile(r"(<!-- kinds: [^\n]* -->\n).*?(<!-- end of kinds -->)", re.DOTALL)


class RunbookError(Exception):
    """The document cannot be written."""

    code = "runbook"


@lru_cache(maxsize=1)
def runbook() -> tuple[Block, ...]:
    """Return the runbook's blocks without its title, read once per process; empty where the file was not shipped."""
    if not RUNBOOK.is_file():
        return ()
    blocks = blocks_of(with_kinds(RUNBOOK.read_text(encoding="utf-8")))
    return tuple(block for block in blocks if not (block.kind == "heading" and block.level == 1))


def with_kinds(document: str) -> str:
    """Return the document with the sections of all kinds between its markers.

    Raises: RunbookError - the markers are not there, or there twice.
    """
    sections = "\n".join(_section(kind) for kind in declared_kinds())
    written, count = _KINDS.subn(lambda found: f"{found[1]}\n{sections}\n{found[2]}", document)
    if count != 1:
        raise RunbookError("The document needs the lines <!-- kinds: … --> and <!-- end of kinds -->, once each.")
    return written


def _section(kind: IncidentKind) -> str:
    words = f"**{kind.label[:1].upper()}{kind.label[1:]}.** {kind.runbook}"
    return f"### {kind.code}\n\n{textwrap.fill(words, _WIDTH, break_long_words=False, break_on_hyphens=False)}\n"
