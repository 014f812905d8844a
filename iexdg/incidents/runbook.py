"""The runbook, docs/runbook.md, read once per process."""

from functools import lru_cache

from django.conf import settings

from iexdg.incidents.markdown import Block, blocks_of

RUNBOOK = settings.BASE_DIR / "docs" / "runbook.md"


@lru_cache(maxsize=1)
def runbook() -> tuple[Block, ...]:
    """Return the runbook's blocks without its title; empty where the file was not shipped."""
    if not RUNBOOK.is_file():
        return ()
    blocks = blocks_of(RUNBOOK.read_text(encoding="utf-8"))
    return tuple(block for block in blocks if not (block.kind == "heading" and block.level == 1))
