"""`make mutants`: changes the safety core in every small way and looks whether a test notices. Too slow for CI.

A mutant lives only in the memory of the process that tests it; no file is changed. What survives is a test that is
missing, or a change that means the same: those are listed in docs/mutants.md with the reason.
"""

import os
import re
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.mutants.making import Mutant, mutants_of
from tests.mutants.modules import MODULES
from tests.mutants.running import Runner

ROOT = Path(__file__).resolve().parents[2]
EQUIVALENTS = ROOT / "docs" / "mutants.md"
_ROW = re.compile(r"^\| `([^`]+\.py)` \| `([^`]*)` \| `` (.*?) `` \| `` (.*?) `` \| (.+) \|$")
_LEAST_TIMEOUT_S = 20.0

Key = tuple[str, str, str, str]


@dataclass
class Result:
    """What became of the mutants of one module."""

    module: str
    total: int = 0
    listed: int = 0
    survivors: list[Mutant] = field(default_factory=list)

    @property
    def words(self) -> str:
        """killed / all, as the documents give it."""
        killed = self.total - self.listed - len(self.survivors)
        return f"{killed} / {self.total} killed, {self.listed} listed as equivalent, {len(self.survivors)} survived"


def equivalents() -> dict[Key, str]:
    """The mutants that mean the same, with the reason, from docs/mutants.md."""
    rows = (_ROW.match(line) for line in EQUIVALENTS.read_text(encoding="utf-8").splitlines())
    return {(row[1], row[2], row[3], row[4]): row[5] for row in rows if row}


def row_of(mutant: Mutant, reason: str) -> str:
    """A mutant as a row of docs/mutants.md."""
    before, after = (text.replace("|", "\\|") for text in (mutant.before, mutant.after))
    return f"| `{mutant.module}` | `{mutant.function}` | `` {before} `` | `` {after} `` | {reason} |"


def key_of(mutant: Mutant) -> Key:
    """As it stands in the document, where a bar within a cell is escaped."""
    before, after = (text.replace("|", "\\|") for text in (mutant.before, mutant.after))
    return mutant.module, mutant.function, before, after


def run(runner: Runner, module: str, known: dict[Key, str]) -> Result:
    """Test every mutant of one module, and say which ones nothing notices."""
    tests, path, result = MODULES[module], ROOT / module, Result(module)
    began = time.monotonic()
    unchanged = runner.test(module, path.read_text(encoding="utf-8"), tests, timeout_s=600)
    if not unchanged.survived:
        raise SystemExit(f"{module}: a test fails without any mutant. {unchanged.killed_by}")
    took = time.monotonic() - began
    say(f"{module}: {len(tests)} test files, {took:.1f} s")
    for mutant in mutants_of(path, module):
        result.total += 1
        if key_of(mutant) in known:
            result.listed += 1
        elif runner.test(module, mutant.code, tests, timeout_s=max(_LEAST_TIMEOUT_S, 4 * took)).survived:
            result.survivors.append(mutant)
            say(f"{module}:{mutant.line}\n{row_of(mutant, '?')}")
    say(f"{module}: {result.words} ({time.monotonic() - began:.0f} s)")
    return result


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def main(wanted: list[str]) -> int:
    """Test the named modules, or all; 0 only where nothing survived."""
    unknown = [module for module in wanted if module not in MODULES]
    if unknown:
        say(f"Not one of the modules: {', '.join(unknown)}. They are: {', '.join(MODULES)}")
        return 2
    known = equivalents()
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        os.environ["TMPDIR"] = folder
        tempfile.tempdir = folder
        runner = Runner()
        runner.warm_up([test for module in wanted or MODULES for test in MODULES[module]])
        results = [run(runner, module, known) for module in wanted or MODULES]
    for result in results:
        say(f"{result.module}: {result.words}")
    return 1 if any(result.survivors for result in results) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
