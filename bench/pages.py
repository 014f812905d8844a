"""Measures how much CPU time every page and fragment of a full workspace takes, and how many queries it needs.

python bench/pages.py [--database sqlite|postgres] [--campaigns 300] [--leads 1000000] [--requests 40]

The same is measured with a tenth of the data: queries must not grow with it, and CPU time hardly. CPU time is that of
the process that answers; what Postgres works in its own processes shows in the wall time only.
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

from bench._databases import KINDS, database
from tests.crash.stack import ROOT, Stack

MOST_CPU_MS, MOST_QUERIES = 50.0, 20
# A page that takes this long for its first two requests is measured twice only.
SLOW_S = 2.0
# Query counts of a page are allowed to differ by one: a finding or an alarm more has a query of its own.
FRAGMENTS = ("/row/", "/progress/", "-panel/", "/panel/", "-kpi/", "/state/", "/workspace-bar/")


# Pages that are the same for every world.
PLAIN = {
    "control room": "/",
    "campaigns": "/campaigns/",
    "campaigns, searched": "/campaigns/?q=bench+02",
    "guardrail defaults": "/settings/guardrails/",
    "kill switch": "/stop/",
    "leads": "/leads/",
    "leads, a word of many": "/leads/?q=person",
    "leads, a word of few": "/leads/?q=sam.4242",
    "leads, two words": "/leads/?q=sam+company%20777",
    "leads, two letters": "/leads/?q=zz",
    "leads, nobody found": "/leads/?q=no-such-name",
    "leads, bounced": "/leads/?status=-1",
    "leads, nobody unsubscribed": "/leads/?status=-2",
    "leads, verified": "/leads/?verification=verified",
    "leads, nobody invalid": "/leads/?verification=invalid",
    "leads, in two campaigns": "/leads/?also=1",
    "verified this week": "/leads/verified-kpi/",
    "awaiting confirmation": "/unknown/",
    "awaiting, panel": "/unknown/panel/",
    "imports": "/imports/",
    "upload": "/imports/new/",
    "incidents": "/incidents/",
    "notifications": "/settings/notifications/",
    "runbook": "/runbook/",
    "audit": "/audit/",
    "audit, deep": "/audit/?page=100",
    "settings": "/settings/",
    "team": "/settings/team/",
    "approval policy": "/settings/approvals/",
    "workspace bar": "/workspace-bar/",
}
# Pages of the campaign that has a tenth of all people.
OF_CAMPAIGN = {
    "campaign": "",
    "campaign, copy": "copy/",
    "campaign, settings": "settings/",
    "campaign, activity": "activity/",
    "campaign, leads": "leads/",
    "campaign, one row polled": "row/",
    "campaign, guardrails": "guardrails/",
    "campaign, guardrails panel": "guardrails-panel/",
    "go-live": "go-live/",
    "go-live polled": "go-live/state/",
}


def urls() -> dict[str, str]:
    """The URLs of the measured pages, by name."""
    from bench._seeding import address  # noqa: PLC0415  Django is set up by then
    from campaigns.models import Campaign  # noqa: PLC0415
    from leads.models import Import, Lead  # noqa: PLC0415

    campaign = Campaign.objects.order_by("pk").first()
    assert campaign is not None
    other = Campaign.objects.get(name="Bench 020").pk
    running, mapped, held = (
        Import.objects.filter(state=state, campaign=campaign).latest("pk").pk
        for state in ("loading", "mapped", "verified")
    )
    middle = Lead.objects.order_by("pk")[Lead.objects.count() // 2].pk
    return {
        **PLAIN,
        **{name: f"/campaigns/{campaign.pk}/{path}" for name, path in OF_CAMPAIGN.items()},
        "go-live, a usual campaign": f"/campaigns/{other}/go-live/",
        "leads, deep": f"/leads/?before={middle}",
        "leads, an address": f"/leads/?q={address(123)}",
        "leads, one campaign": f"/leads/?campaign={campaign.pk}",
        "leads, one campaign, searched": f"/leads/?campaign={campaign.pk}&q=person",
        "leads, one campaign, status": f"/leads/?campaign={campaign.pk}&status=3",
        "leads, empty variable": f"/leads/?campaign={campaign.pk}&empty=companyName",
        "import running": f"/imports/{running}/",
        "import polled": f"/imports/{running}/progress/",
        "import checked": f"/imports/{mapped}/",
        "import held": f"/imports/{held}/",
    }


def measure(requests: int, campaigns: int, leads: int) -> dict[str, Any]:
    """Seed a tenth and measure; seed all and measure again."""
    import django  # noqa: PLC0415  the parent has no Django

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from bench._seeding import grow  # noqa: PLC0415
    from iexdg.team.models import Member  # noqa: PLC0415

    call_command("prepare", stdout=sys.stderr)
    client = Client(headers={"host": "localhost"})
    found: dict[str, dict[str, Any]] = {}
    for size, part in (("small", 10), ("full", 1)):
        began = time.perf_counter()
        grow(campaigns // part, leads // part)
        analyze()
        print(f"{leads // part:,} leads in {time.perf_counter() - began:.0f} s", file=sys.stderr)
        client.force_login(Member.objects.get(email="admin@example.com"))
        for name, url in urls().items():
            found.setdefault(name, {})[size] = page_figures(client, url, requests)
            print(size, name, found[name][size], file=sys.stderr, flush=True)
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
    with CaptureQueriesContext(connection) as captured:
        fetch(client, url)
    queries = len(captured)
    took, worked = [], []
    for _ in range(requests):
        began, began_work = time.perf_counter(), time.process_time()
        fetch(client, url)
        took.append((time.perf_counter() - began) * 1000)
        worked.append((time.process_time() - began_work) * 1000)
    return {
        "queries": queries,
        "cpu_p50_ms": round(median(worked), 1),
        "cpu_p95_ms": round(quantiles(worked, n=20, method="inclusive")[-1], 1),
        "wall_p50_ms": round(median(took), 1),
        "wall_p95_ms": round(quantiles(took, n=20, method="inclusive")[-1], 1),
    }


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
    if full["cpu_p95_ms"] > MOST_CPU_MS:
        found.append("over 50 ms")
    if full["queries"] > MOST_QUERIES:
        found.append("over 20 queries")
    if full["queries"] > small["queries"] + 1:
        found.append("queries grow")
    return ", ".join(found)


def main() -> None:
    """Measure in a process of the product, and print a table and one line of JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--campaigns", type=int, default=300)
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=40)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        print(json.dumps(measure(args.requests, args.campaigns, args.leads)))
        return
    with database(args.database) as url:
        stack = Stack(database_url=url, knobs={})
        try:
            stack.start("broker", "sandbox")
            command = [sys.executable, __file__, "--measure", *sys.argv[1:]]
            run = subprocess.run(
                command, env=stack.environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
            )
        finally:
            stack.end()
    pages: dict[str, dict[str, Any]] = json.loads(run.stdout.splitlines()[-1])
    print(f"{'page':32}{'cpu p50':>9}{'p95':>9}{'tenth':>9}{'wall p50':>9}{'queries':>9}{'tenth':>9}")
    for name, page in pages.items():
        full, small = page["full"], page["small"]
        times = f"{full['cpu_p50_ms']:9}{full['cpu_p95_ms']:9}{small['cpu_p50_ms']:9}{full['wall_p50_ms']:9}"
        print(f"{name:32}{times}{full['queries']:9}{small['queries']:9}  {remark(page)}")
    facts = {"bench": "pages", "database": args.database, "leads": args.leads, "campaigns": args.campaigns}
    print(json.dumps({**facts, "load": round(os.getloadavg()[0], 1), "pages": pages}))


if __name__ == "__main__":
    main()
