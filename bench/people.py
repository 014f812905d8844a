"""Measures how fast pages answer while 50 people use them and a file is verified and loaded.

python bench/people.py [--database sqlite|postgres] [--people 50] [--rows 20000] [--seconds 60]

Real processes on the loopback: the web server with the product's own command, sandbox, broker, workers, beat. Every
person opens a page, reads it for about five seconds and opens the next one; what is running is polled every 2 s.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench._databases import KINDS, database
from tests.crash.stack import ROOT, Stack, wait_until

SESSIONS = """
import django, sys
django.setup()
from django.test import Client
from iexdg.team.models import Member
for _ in range(int(sys.argv[1])):
    client = Client()
    client.force_login(Member.objects.get(email="approver@example.com"))
    print(client.cookies["sessionid"].value)
"""
READS_FOR_S = 5.0


class Person(threading.Thread):
    """One person with a browser."""

    def __init__(self, base: str, session: str, pages: list[str], polled: str, until: float) -> None:
        super().__init__(daemon=True)
        self.base, self.pages, self.polled, self.until = base, pages, polled, until
        self.chance = random.Random(session)
        self.session = session
        self.took: list[float] = []
        self.errors: list[str] = []

    def run(self) -> None:
        """Open pages until the time is over."""
        time.sleep(self.chance.uniform(0, READS_FOR_S))
        with httpx.Client(base_url=self.base, cookies={"sessionid": self.session}, timeout=30) as client:
            while time.monotonic() < self.until:
                self.fetch(client, self.chance.choice(self.pages))
                reads_until = time.monotonic() + self.chance.uniform(0.5, 1.5) * READS_FOR_S
                while time.monotonic() < reads_until:
                    time.sleep(2)
                    self.fetch(client, self.polled, {"HX-Request": "true"})

    def fetch(self, client: httpx.Client, url: str, headers: dict[str, str] | None = None) -> None:
        """One request, with its milliseconds."""
        began = time.monotonic()
        try:
            status = client.get(url, headers=headers or {}).status_code
        except httpx.HTTPError as error:
            self.errors.append(f"{url}: {type(error).__name__}")
            return
        self.took.append((time.monotonic() - began) * 1000)
        if status not in {200, 204, 286}:
            self.errors.append(f"{url}: {status}")


def measure(stack: Stack, people: int, rows: int, seconds: float) -> dict[str, Any]:
    """Start the file, then the people; returns the figures of all their requests."""
    stack.ask("sync")
    command = [sys.executable, "-c", SESSIONS, str(people)]
    run = subprocess.run(command, env=stack.environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    base = f"http://127.0.0.1:{stack.web_port}"
    wait_until(lambda: httpx.get(f"{base}/healthz").status_code == 200, within_s=40, what="the web server")
    emails = [f"person{number}@firm{number % 400}.example.com" for number in range(rows)]
    begun = stack.ask("begin", campaign="05A", emails=emails)
    pages = ["/", "/campaigns/", "/campaigns/1/", "/campaigns/1/leads/", "/campaigns/1/go-live/", "/leads/",
             "/leads/?q=person1", "/imports/", f"/imports/{begun['import']}/", "/incidents/", "/audit/"]  # fmt: skip
    until = time.monotonic() + seconds
    polled = f"/imports/{begun['import']}/progress/"
    crowd = [Person(base, session, pages, polled, until) for session in run.stdout.split()]
    for person in crowd:
        person.start()
    for person in crowd:
        person.join()
    took = [ms for person in crowd for ms in person.took]
    logs = [path.read_text(encoding="utf-8", errors="replace") for path in (stack.var_dir / "logs").glob("*.log")]
    return {
        "requests": len(took),
        "p50_ms": round(median(took), 1),
        "p95_ms": round(quantiles(took, n=20)[-1], 1),
        "longest_ms": round(max(took), 1),
        "errors": [error for person in crowd for error in person.errors][:10],
        "database_is_locked": sum(log.count("database is locked") for log in logs),
        "answers_meanwhile": stack.ask("facts", imported=begun["import"])["receipts"],
    }


def main() -> None:
    """Measure, and print a table and one line of JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=60)
    args = parser.parse_args()
    with database(args.database) as url:
        stack = Stack(database_url=url, knobs={"VERIFY_POLL_S": "7", "VERIFY_THREADS": "32", "IMPORT_LEASE_S": "20"})
        try:
            stack.start_all()
            static = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
            subprocess.run(static, env=stack.environment, cwd=ROOT, check=True)
            stack.start("web")
            stack.control.settings(credits=100_000)
            found = measure(stack, args.people, args.rows, args.seconds)
        finally:
            stack.end()
    for name, value in found.items():
        print(f"{name:20} {value}")
    facts = {"bench": "people", "database": args.database, "people": args.people, "rows": args.rows}
    print(json.dumps({**facts, "load": round(os.getloadavg()[0], 1), **found}))


if __name__ == "__main__":
    main()
