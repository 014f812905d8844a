"""Measures how fast pages answer while 50 people use them and a file is verified and loaded.

python bench/people.py [--database sqlite|postgres] [--people 50] [--rows 20000] [--seconds 60]

Real processes on the loopback: the web server with the product's own command, sandbox, broker, workers, beat. Every
person opens a page, reads it for about five seconds and opens the next one. Meanwhile the page does what it does in a
browser: it loads its fragments, asks every 3 s whether anything has changed, polls an import that runs every 2 s, and
reads itself again when something that it follows has changed. The 50 browsers run on the same machine.
"""

import argparse
import json
import os
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from html import unescape
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
_ASKS = re.compile(r'hx-get="([^"]*)"[^>]*? hx-trigger="([^"]*)"')


class OpenPage:
    """What an open page asks for by itself, read from its HTML as htmx reads it.

    Shapes: loads - addresses asked for at once; polls - path -> [address, every s, next time]; follows - path ->
        (address, topics).
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.loads: list[str] = []
        self.polls: dict[str, list[Any]] = {}
        self.follows: dict[str, tuple[str, set[str]]] = {}

    def read(self, html: str, now: float) -> None:
        """Take over what a page or a fragment asks for, in place of what its part asked for before."""
        for asks, trigger in _ASKS.findall(html):
            address = unescape(asks) or self.address
            path = address.partition("?")[0]
            if trigger == "load":
                self.loads.append(address)
            elif every := re.match(r"every (\d+)s", trigger):
                seconds = int(every[1])
                self.polls[path] = [address, seconds, now + seconds]
            elif topics := re.findall(r"(\w+)-changed", trigger):
                self.follows[path] = (address, set(topics))

    def due(self, now: float) -> Iterator[str]:
        """The addresses of the polls whose time has come."""
        for poll in list(self.polls.values()):
            address, seconds, at = poll
            if now >= at:
                poll[2] = now + seconds
                yield address

    def following(self, changed: str) -> list[str]:
        """The addresses that follow one of the changed topics. Shapes: changed - an HX-Trigger header."""
        topics = set(re.findall(r"(\w+)-changed", changed))
        return [address for address, followed in self.follows.values() if topics & followed]


class Person(threading.Thread):
    """One person with a browser."""

    def __init__(self, base: str, session: str, pages: list[str], until: float) -> None:
        super().__init__(daemon=True)
        self.pages, self.until = pages, until
        self.chance = random.Random(session)
        self.client = httpx.Client(base_url=base, cookies={"sessionid": session}, timeout=30)
        self.took: dict[str, list[float]] = {"pages": [], "parts": []}
        self.errors: list[str] = []

    def run(self) -> None:
        """Open pages until the time is over."""
        time.sleep(self.chance.uniform(0, READS_FOR_S))
        with self.client:
            while time.monotonic() < self.until:
                self.open(OpenPage(self.chance.choice(self.pages)))

    def open(self, page: OpenPage) -> None:
        """Open a page and read it, while it keeps itself up to date."""
        answer = self.fetch(page.address)
        if answer is None:
            return
        reads_until = time.monotonic() + self.chance.uniform(0.5, 1.5) * READS_FOR_S
        page.read(answer.text, time.monotonic())
        while time.monotonic() < reads_until:
            asked = [*page.loads, *page.due(time.monotonic())]
            page.loads.clear()
            for address in asked:
                self.ask(page, address)
            time.sleep(0.1)

    def ask(self, page: OpenPage, address: str) -> None:
        """Ask for a part of the page, and for every part that follows what has changed."""
        answer = self.fetch(address, is_part=True)
        if answer is None or answer.status_code == 204:
            return
        if answer.status_code == 286:
            page.polls.pop(address.partition("?")[0], None)
        page.read(answer.text, time.monotonic())
        for followed in page.following(answer.headers.get("HX-Trigger", "")):
            self.fetch(followed, is_part=True)

    def fetch(self, url: str, *, is_part: bool = False) -> httpx.Response | None:
        """One request, with its milliseconds; None where it failed."""
        began = time.monotonic()
        try:
            answer = self.client.get(url, headers={"HX-Request": "true", "X-Poll": "1"} if is_part else {})
        except httpx.HTTPError as error:
            self.errors.append(f"{url}: {type(error).__name__}")
            return None
        self.took["parts" if is_part else "pages"].append((time.monotonic() - began) * 1000)
        if answer.status_code not in {200, 204, 286}:
            self.errors.append(f"{url}: {answer.status_code}")
            return None
        return answer


def measure(stack: Stack, people: int, rows: int, seconds: float) -> dict[str, Any]:
    """Start the file, then the people; returns the figures of all their requests."""
    stack.ask("sync")
    command = [sys.executable, "-c", SESSIONS, str(people)]
    run = subprocess.run(command, env=stack.environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    base = f"http://127.0.0.1:{stack.web_port}"
    wait_until(lambda: is_up(base), within_s=40, what="the web server")
    emails = [f"person{number}@firm{number % 400}.example.com" for number in range(rows)]
    begun = stack.ask("begin", campaign="05A", emails=emails)
    of_workspace = ["", "campaigns/", "campaigns/1/", "campaigns/1/leads/", "campaigns/1/go-live/", "leads/",
                    "leads/?q=person1", "imports/", f"imports/{begun['import']}/", "incidents/", "audit/"]  # fmt: skip
    pages = [f"/w/demo/{path}" for path in of_workspace]
    until = time.monotonic() + seconds
    crowd = [Person(base, session, pages, until) for session in run.stdout.split()]
    for person in crowd:
        person.start()
    for person in crowd:
        person.join()
    logs = [path.read_text(encoding="utf-8", errors="replace") for path in (stack.var_dir / "logs").glob("*.log")]
    of_pages, of_parts = ([ms for person in crowd for ms in person.took[kind]] for kind in ("pages", "parts"))
    return {
        "requests": len(of_pages) + len(of_parts),
        **figures([*of_pages, *of_parts]),
        "pages": {"requests": len(of_pages), **figures(of_pages)},
        "errors": [error for person in crowd for error in person.errors][:10],
        "database_is_locked": sum(log.count("database is locked") for log in logs),
        "answers_meanwhile": stack.ask("facts", imported=begun["import"])["receipts"],
    }


def is_up(base: str) -> bool:
    """Whether the web server answers yet."""
    try:
        return httpx.get(f"{base}/healthz").status_code == 200
    except httpx.HTTPError:
        return False


def figures(took: list[float]) -> dict[str, float]:
    """Median, 95th percentile and maximum, in milliseconds."""
    return {
        "p50_ms": round(median(took), 1),
        "p95_ms": round(quantiles(took, n=20)[-1], 1),
        "longest_ms": round(max(took), 1),
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
