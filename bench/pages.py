"""Measures how much CPU time every page and fragment of a full workspace takes, and how many queries it needs.

python bench/pages.py [--database sqlite|postgres] [--campaigns 300] [--leads 1000000]
    [--messages 100000] [--requests 40] [--only WORD]

The same is measured with a tenth of the data: queries must not grow with it, and CPU time hardly. CPU time is that of
the process that answers; what Postgres works in its own processes shows in the wall time only.

Machines differ, and a shared one is up to four times as slow from one minute to the next. Each request is therefore
measured between two runs of a fixed piece of Python, and its CPU time is also given as it would be at the usual pace,
where a million steps of that piece take 40 ms. The limits are those of the usual pace.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench._addresses import OF_CAMPAIGN, OF_ONE, PLAIN
from bench._databases import KINDS, database
from tests.crash.stack import ROOT, Stack

MOST_CPU_MS, MOST_QUERIES = 50.0, 20
USUAL_PACE_MS = 40.0
# A page that takes this long for its first two requests is measured twice only.
SLOW_S = 2.0
# Query counts of a page are allowed to differ by one: a finding or an alarm more has a query of its own.
FRAGMENTS = (
    "/row/",
    "/progress/",
    "-panel/",
    "/panel/",
    "-kpi/",
    "/state/",
    "/w/demo/workspace-bar/",
    "/w/demo/changes/",
)


def urls() -> dict[str, str]:
    """The URLs of the measured pages, by name; without that of an incident where the database has none."""
    from bench._seeding import address  # noqa: PLC0415  Django is set up by then
    from campaigns.models import Campaign  # noqa: PLC0415
    from iexdg.inbox.models import Message, Thread  # noqa: PLC0415
    from iexdg.incidents.models import Incident  # noqa: PLC0415
    from iexdg.mailboxes.models import Mailbox, MailboxChange  # noqa: PLC0415
    from leads.models import Import, Lead  # noqa: PLC0415

    campaign = Campaign.objects.order_by("pk").first()
    assert campaign is not None
    running, mapped, held = (
        Import.objects.filter(state=state, campaign=campaign).latest("pk").pk
        for state in ("loading", "mapped", "verified")
    )
    ids = {
        "campaign": campaign.pk,
        "other": Campaign.objects.get(name="Bench 020").pk,
        "lead": Lead.objects.order_by("pk")[Lead.objects.count() // 2].pk,
        "address": address(123),
        "running": running,
        "mapped": mapped,
        "held": held,
        "incident": Incident.objects.values_list("pk", flat=True).last(),
        "thread": Thread.objects.order_by("pk")[Thread.objects.count() // 2].pk,
        "message": Message.objects.order_by("pk")[Message.objects.count() // 2].pk,
        "mailbox": Mailbox.objects.values_list("pk", flat=True).last(),
        "mailbox_change": MailboxChange.objects.values_list("group", flat=True).first(),
    }
    found = {
        **PLAIN,
        **{name: f"/w/demo/campaigns/{campaign.pk}/{path}" for name, path in OF_CAMPAIGN.items()},
        **{name: path.format(**ids) for name, path in OF_ONE.items()},
    }
    return {name: url for name, url in found.items() if "None" not in url}


def seed(args: argparse.Namespace) -> None:
    """Grow the world up to the numbers of the arguments."""
    import django  # noqa: PLC0415  the parent has no Django

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    from bench._seeding import grow  # noqa: PLC0415

    began = time.perf_counter()
    call_command("prepare", stdout=sys.stderr)
    grow(args.campaigns, args.leads, args.messages)
    analyze()
    print(f"{args.leads:,} leads in {time.perf_counter() - began:.0f} s", file=sys.stderr)


def measure(args: argparse.Namespace) -> dict[str, Any]:
    """Measure every page of the world as it is, in a process that has done nothing else, as the web process is."""
    import django  # noqa: PLC0415  the parent has no Django

    django.setup()
    from django.test import Client  # noqa: PLC0415

    from iexdg.operations.memory import settle_memory  # noqa: PLC0415
    from iexdg.team.models import Member  # noqa: PLC0415

    # As the web process does (iexdg/asgi.py).
    settle_memory()
    client = Client(headers={"host": "localhost"})
    client.force_login(Member.objects.get(email="admin@example.com"))
    found: dict[str, Any] = {}
    for name, url in urls().items():
        if args.only not in name:
            continue
        found[name] = page_figures(client, url, args.requests)
        print(args.leads, name, found[name], file=sys.stderr, flush=True)
    return found


def analyze() -> None:
    """Give the planner its statistics, as autovacuum and PRAGMA optimize do in time."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def page_figures(client: Any, url: str, requests: int) -> dict[str, Any]:
    """Queries, and milliseconds of CPU and of wall time, after two requests that warm up."""
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    began = time.perf_counter()
    fetch(client, url)
    fetch(client, url)
    if time.perf_counter() - began > SLOW_S:
        requests = 2
    counts = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as captured:
            fetch(client, url)
        counts.append(len(captured))
    took, worked, even = [], [], []
    pace = million_steps_ms(100_000)
    for _ in range(requests):
        began, began_work = time.perf_counter(), time.process_time()
        fetch(client, url)
        took.append((time.perf_counter() - began) * 1000)
        worked.append((time.process_time() - began_work) * 1000)
        before, pace = pace, million_steps_ms(100_000)
        even.append(worked[-1] * USUAL_PACE_MS / ((before + pace) / 2))
    return {
        # Each second or so a request also reads what the process keeps for a moment.
        "queries": int(median(counts)),
        "sql_p50_ms": round(median(_time_in_queries(client, url) for _ in range(min(requests, 10))), 1),
        "even_p50_ms": round(median(even), 1),
        "even_p95_ms": _p95(even),
        "cpu_p50_ms": round(median(worked), 1),
        "cpu_p95_ms": _p95(worked),
        "wall_p50_ms": round(median(took), 1),
        "wall_p95_ms": _p95(took),
    }


def million_steps_ms(steps: int = 1_000_000) -> float:
    """Milliseconds of CPU that a million steps of a fixed piece of Python take now, from so many steps."""
    began = time.process_time()
    sum(number * number % 7 for number in range(steps))
    return (time.process_time() - began) * 1e9 / steps


def _p95(figures: list[float]) -> float:
    return round(quantiles(figures, n=20, method="inclusive")[-1], 1)


def _time_in_queries(client: Any, url: str) -> float:
    """Milliseconds of wall time that the queries of one request take, each up to its first row."""
    from django.db import connection  # noqa: PLC0415

    took = 0.0

    def timed(execute: Any, *arguments: Any) -> Any:
        nonlocal took
        began = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            took += (time.perf_counter() - began) * 1000

    with connection.execute_wrapper(timed):
        fetch(client, url)
    return took


def fetch(client: Any, url: str) -> None:
    """Request a page and check the response."""
    is_fragment = url.partition("?")[0].endswith(FRAGMENTS)
    answer = client.get(url, headers={"HX-Request": "true"} if is_fragment else {})
    assert answer.status_code in {200, 204, 286}, f"{url} answered {answer.status_code}"
    assert answer.status_code == 204 or answer.content


def remark(page: dict[str, Any]) -> str:
    """What is not as it should be about a page."""
    full, small = page["full"], page["small"]
    found = []
    if full["even_p95_ms"] > MOST_CPU_MS:
        found.append("over 50 ms")
    if full["queries"] > MOST_QUERIES:
        found.append("over 20 queries")
    if full["queries"] > small["queries"] + 1:
        found.append("queries grow")
    return ", ".join(found)


def _measured(args: argparse.Namespace, part: int, environment: dict[str, str]) -> dict[str, Any]:
    """Seed a part of the world in one process, and measure its pages in another."""
    numbers = {"campaigns": args.campaigns, "leads": args.leads, "messages": args.messages}
    sizes = [text for name, number in numbers.items() for text in (f"--{name}", str(number // part))]
    command = [sys.executable, __file__, *sizes, "--requests", str(args.requests), "--only", args.only]
    answer = ""
    for step in ("seed", "measure"):
        run = subprocess.run(
            [*command, "--step", step], env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
        )
        answer = run.stdout
    found: dict[str, Any] = json.loads(answer.splitlines()[-1])
    return found


def main() -> None:
    """Measure in a process of the product, and print a table and one line of JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--campaigns", type=int, default=300)
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=40)
    parser.add_argument("--only", default="", help="measure the pages whose name has this word")
    parser.add_argument("--step", choices=("seed", "measure"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.step == "seed":
        seed(args)
        return
    if args.step == "measure":
        print(json.dumps(measure(args)))
        return
    pages: dict[str, dict[str, Any]] = {}
    with database(args.database) as url:
        stack = Stack(database_url=url, knobs={})
        try:
            stack.start("broker", "sandbox")
            for size, part in (("small", 10), ("full", 1)):
                for name, figures in _measured(args, part, stack.environment).items():
                    pages.setdefault(name, {})[size] = figures
        finally:
            stack.end()
    heads = ("p50", "p95", "tenth", "cpu p50", "wall p50", "sql p50", "queries", "tenth")
    print(f"{'page':32}" + "".join(f"{head:>9}" for head in heads))
    for name, page in pages.items():
        full, small = page["full"], page["small"]
        times = f"{full['even_p50_ms']:9}{full['even_p95_ms']:9}{small['even_p50_ms']:9}"
        times += f"{full['cpu_p50_ms']:9}{full['wall_p50_ms']:9}"
        print(f"{name:32}{times}{full['sql_p50_ms']:9}{full['queries']:9}{small['queries']:9}  {remark(page)}")
    facts = {"bench": "pages", "database": args.database, "leads": args.leads, "campaigns": args.campaigns}
    facts["messages"] = args.messages
    print(json.dumps({**facts, "load": round(os.getloadavg()[0], 1), "pages": pages}))


if __name__ == "__main__":
    main()
