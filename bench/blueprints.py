"""Measures what a blueprint of many campaigns costs in requests and seconds: to plan, to apply, to plan again.

Also what a rehearsal of many people takes, for which nothing is requested.

python bench/blueprints.py [--campaigns 100] [--people 5000]

The sandbox runs in a process of its own; every campaign has three steps and is created as a draft. The people are
rehearsed in one campaign of fifty mailboxes that sends 1,000 e-mails a day.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.crash.stack import ROOT, Stack

_HEAD = """defaults:
  schedule: {zone: America/New_York, hours: 09:00-17:00, days: weekdays}
  senders: [exec@peers.example.com]
  caps: {daily: 20}
campaigns:
"""
_CAMPAIGN = """  - name: Bench campaign %d
    steps:
      - subject: A question about {{companyName}}
        body: Hi {{firstName}}, is this still true for {{companyName}}?
        wait_after: 3 days
      - body: Shall I write again?
        wait_after: 4 days
      - body: I close this then.
"""
_MAILBOXES, _A_DAY = 50, 1000
# 3: something would change, as the command says.
_EXPECTED = {"plan": 3, "apply": 0, "plan again": 0, "rehearse": 0}


def files_of(folder: Path, campaigns: int, people: int) -> tuple[Path, Path, Path]:
    """Write the blueprint of many campaigns, that of one with many mailboxes, and the file of the people."""
    many, one, leads = folder / "many.yaml", folder / "one.yaml", folder / "people.csv"
    many.write_text(_HEAD + "".join(_CAMPAIGN % number for number in range(campaigns)))
    senders = ", ".join(f"m{number}@peers.example.com" for number in range(_MAILBOXES))
    head = _HEAD.replace("exec@peers.example.com", senders).replace("daily: 20", f"daily: {_A_DAY}, gap_minutes: 1")
    one.write_text(head + _CAMPAIGN % 0)
    lines = (f"p{number}@c{number}.example.com,Person {number},Company {number}" for number in range(people))
    leads.write_text("\n".join(["Email,First Name,Company", *lines]))
    return many, one, leads


def measured(stack: Stack, file: Path, one: Path, leads: Path) -> list[dict[str, Any]]:
    """Seconds, and requests by method and path, of each command."""
    commands = {
        "rehearse": ("rehearse", str(one), "--leads", str(leads), "--json"),
        "plan": ("campaign_plan", str(file), "--json"),
        "apply": ("campaign_apply", str(file), "--commit", "--as", "admin@example.com", "--json"),
        "plan again": ("campaign_plan", str(file), "--json"),
    }
    rows = []
    for name, command in commands.items():
        before, began = len(stack.control.log()), time.perf_counter()
        run = subprocess.run(
            [sys.executable, "manage.py", *command],
            env=stack.environment,
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
        )
        if run.returncode != _EXPECTED[name]:
            raise SystemExit(f"{name} ended with {run.returncode}: {run.stderr[-2000:] or run.stdout[-2000:]}")
        calls = Counter(f"{one['method']} {_shape(one['path'])}" for one in stack.control.log()[before:])
        row = {"what": name, "seconds": round(time.perf_counter() - began, 1), "calls": dict(calls)}
        if name == "rehearse":
            made = json.loads(run.stdout)
            row |= {"emails": made["emails"], "days": len(made["days"]), "cut": made["is_cut"]}
        rows.append(row)
    return rows


def _shape(path: str) -> str:
    return "/".join("…" if len(part) == 36 else part for part in path.removeprefix("/api/v2").split("/"))


def main() -> None:
    """Measure, and print a line for each command and one line of JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--campaigns", type=int, default=100)
    parser.add_argument("--people", type=int, default=5000)
    args = parser.parse_args()
    stack = Stack(knobs={})
    with TemporaryDirectory() as folder:
        files = files_of(Path(folder), args.campaigns, args.people)
        try:
            stack.start("broker", "sandbox")
            stack.ask("prepare")
            rows = measured(stack, *files)
        finally:
            stack.end()
    for row in rows:
        print(f"{row['what']:12}{row['seconds']:8} s  {sum(row['calls'].values()):5} requests  {row['calls']}")
        if "emails" in row:
            print(
                f"{'':12}{row['emails']:,} e-mails to {args.people:,} people on {row['days']} days, cut: {row['cut']}"
            )
    facts = {
        "bench": "blueprints",
        "database": "sqlite",
        "campaigns": args.campaigns,
        "people": args.people,
        "load": round(os.getloadavg()[0], 1),
    }
    print(json.dumps({**facts, "steps": rows}))


if __name__ == "__main__":
    main()
