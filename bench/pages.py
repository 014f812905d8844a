"""Measures how long the pages of a full workspace take on the server, and how many queries each needs.

python bench/pages.py [--campaigns 100] [--leads 200000] [--requests 40] [--database-url postgres://…]

Queries are also counted with a tenth of the data: they must not grow with it.
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

from tests.crash.stack import ROOT, Stack

TARGET_MS = 100.0


def urls() -> dict[str, str]:
    """The URLs of the measured pages, by name."""
    from bench._seeding import address  # noqa: PLC0415
    from campaigns.models import Campaign  # noqa: PLC0415  Django is set up by then
    from leads.models import Import, Lead  # noqa: PLC0415

    campaign = Campaign.objects.get(name__startswith="05A").pk
    running = Import.objects.filter(state="loading").latest("pk").pk
    middle = Lead.objects.order_by("pk")[Lead.objects.count() // 2].pk
    return {
        "control room": "/",
        "campaigns": "/campaigns/",
        "campaign": f"/campaigns/{campaign}/",
        "campaign, its leads": f"/campaigns/{campaign}/leads/",
        "one row polled": f"/campaigns/{campaign}/row/",
        "go-live": f"/campaigns/{campaign}/go-live/",
        "leads": "/leads/",
        "leads, deep": f"/leads/?before={middle}",
        "leads, searched": f"/leads/?q={address(123)}",
        "leads, no match": "/leads/?q=no-such-name",
        "leads, one campaign": f"/leads/?campaign={campaign}&status=1",
        "leads, verified": "/leads/?verification=verified",
        "import running": f"/imports/{running}/",
        "import polled": f"/imports/{running}/progress/",
        "imports": "/imports/",
        "audit": "/audit/",
        "audit, deep": "/audit/?page=100",
        "settings": "/settings/",
    }


def measure(requests: int, campaigns: int, leads: int) -> dict[str, Any]:
    """Seed a tenth and count queries; seed all, count again and measure the time."""
    import django  # noqa: PLC0415  the parent has no Django

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from bench._seeding import grow  # noqa: PLC0415
    from iexdg.team.models import Member  # noqa: PLC0415

    call_command("prepare", stdout=sys.stderr)
    grow(campaigns // 10, leads // 10)
    client = Client(headers={"host": "localhost"})
    client.force_login(Member.objects.get(email="approver@example.com"))
    few = {name: queries(client, url) for name, url in urls().items()}
    grow(campaigns, leads)
    connection.cursor().execute("ANALYZE")
    found = {}
    for name, url in urls().items():
        took, worked = timed(client, url, requests)
        found[name] = {
            "p50_ms": round(median(took), 1),
            "p95_ms": round(quantiles(took, n=20)[-1], 1),
            "cpu_ms": round(median(worked), 1),
            "queries": queries(client, url),
            "queries_small": few[name],
        }
    return found


def queries(client: Any, url: str) -> int:
    """The number of queries of a page."""
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    fetch(client, url)
    with CaptureQueriesContext(connection) as captured:
        fetch(client, url)
    return len(captured)


def timed(client: Any, url: str, requests: int) -> tuple[list[float], list[float]]:
    """Milliseconds of wall time and of CPU time per request, after two warm-up requests.

    On a busy machine only the CPU time is meaningful.
    """
    took, worked = [], []
    for _ in range(requests + 2):
        began, began_work = time.perf_counter(), time.process_time()
        fetch(client, url)
        took.append((time.perf_counter() - began) * 1000)
        worked.append((time.process_time() - began_work) * 1000)
    return took[2:], worked[2:]


def fetch(client: Any, url: str) -> None:
    """Request a page and check the response."""
    is_fragment = url.endswith(("/row/", "/progress/", "-panel/"))
    answer = client.get(url, headers={"HX-Request": "true"} if is_fragment else {})
    assert answer.status_code in {200, 204, 286}, f"{url} answered {answer.status_code}"
    assert answer.status_code == 204 or answer.content


def main() -> None:
    """Measure in a process of the product, and print a table and one line of JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--campaigns", type=int, default=100)
    parser.add_argument("--leads", type=int, default=200_000)
    parser.add_argument("--requests", type=int, default=40)
    parser.add_argument("--database-url", default="", help="postgres://… of an empty database; SQLite by default")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        print(json.dumps(measure(args.requests, args.campaigns, args.leads)))
        return
    stack = Stack(database_url=args.database_url, knobs={"API_LIMIT_PER_S": "97"})
    try:
        stack.start("broker", "sandbox")
        command = [sys.executable, __file__, "--measure", *sys.argv[1:]]
        run = subprocess.run(command, env=stack.environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    finally:
        stack.end()
    pages: dict[str, dict[str, Any]] = json.loads(run.stdout.splitlines()[-1])
    print(f"{'page':24}{'p50 ms':>9}{'p95 ms':>9}{'cpu ms':>9}{'queries':>9}{'in a tenth':>12}")
    for name, page in pages.items():
        remark = "  over the target" if page["p95_ms"] > TARGET_MS else ""
        remark += "  queries grow" if page["queries"] > page["queries_small"] else ""
        times = f"{page['p50_ms']:9}{page['p95_ms']:9}{page['cpu_ms']:9}"
        print(f"{name:24}{times}{page['queries']:9}{page['queries_small']:12}{remark}")
    load = round(os.getloadavg()[0], 1)
    print(json.dumps({"bench": "pages", "cores": os.cpu_count(), "load": load, "pages": pages}))


if __name__ == "__main__":
    main()
