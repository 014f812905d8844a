"""Runs every benchmark on SQLite and on Postgres, and writes docs/performance.md.

python bench/all.py            run everything (about an hour)
python bench/all.py --add F    only add the result on the last line of a file, as a benchmark printed it
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench import _report  # noqa: E402
from bench._databases import KINDS  # noqa: E402

BENCHES = ("pages", "importing", "pipeline", "people")
RESULTS = ROOT / "bench" / "results.json"
PAGE = ROOT / "docs" / "performance.md"


def keep(result: dict[str, Any]) -> None:
    """Keep one result, in place of the one before of the same benchmark and database, and write the page."""
    results: _report.Results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    results[f"{result['bench']} {result['database']}"] = result | _report.facts()
    RESULTS.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    PAGE.write_text(_report.page(results), encoding="utf-8")


def main() -> None:
    """Run all, or add what was run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--add", type=Path, nargs="*", default=[], help="files whose last line is a result")
    args = parser.parse_args()
    for path in args.add:
        keep(json.loads(path.read_text(encoding="utf-8").splitlines()[-1]))
    if args.add:
        return
    for bench in BENCHES:
        for kind in KINDS:
            measure(bench, "--database", kind)
    # The load that the receiver is built for, on what is built for it.
    measure("webhooks", "--database", "postgres", "--minutes", "5")
    measure("sandbox")
    measure("blueprints")


def measure(bench: str, *arguments: str) -> None:
    """Run one benchmark and keep its result."""
    command = [sys.executable, str(ROOT / "bench" / f"{bench}.py"), *arguments]
    run = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    print(run.stdout)
    keep(json.loads(run.stdout.splitlines()[-1]))


if __name__ == "__main__":
    main()
