"""Measures how much CPU time every page and fragment of a full workspace takes, and how many queries it needs.

python bench/pages.py [--database sqlite|postgres] [--campaigns 300] [--leads 1000000]
    [--messages 100000] [--requests 40] [--only WORD]

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


# Pages that are the same for every world.
PLAIN = {
    "control room": "/w/demo/",
    "campaigns": "/w/demo/campaigns/",
    "campaigns, searched": "/w/demo/campaigns/?q=bench+02",
    "guardrail defaults": "/w/demo/settings/guardrails/",
    "kill switch": "/w/demo/stop/",
    "search, a word of many": "/w/demo/search/?q=person",
    "search, nobody found": "/w/demo/search/?q=no-such-name",
    "leads": "/w/demo/leads/",
    "leads, a word of many": "/w/demo/leads/?q=person",
    "leads, a word of few": "/w/demo/leads/?q=sam.4242",
    "leads, two words": "/w/demo/leads/?q=sam+company%20777",
    "leads, two letters": "/w/demo/leads/?q=zz",
    "leads, nobody found": "/w/demo/leads/?q=no-such-name",
    "leads, bounced": "/w/demo/leads/?status=-1",
    "leads, nobody unsubscribed": "/w/demo/leads/?status=-2",
    "leads, verified": "/w/demo/leads/?verification=verified",
    "leads, nobody invalid": "/w/demo/leads/?verification=invalid",
    "leads, in two campaigns": "/w/demo/leads/?also=1",
    "verified this week": "/w/demo/leads/verified-kpi/",
    "verifications": "/w/demo/leads/verifications/",
    "verifications, import": "/w/demo/leads/receipts/import/",
    "verifications, passed": "/w/demo/leads/verifications/?outcome=passed",
    "block list": "/w/demo/block-list/",
    "block list, searched": "/w/demo/block-list/?q=example&kind=domain",
    "lead lists": "/w/demo/lists/",
    "leads, blocked": "/w/demo/leads/?blocked=1",
    "awaiting confirmation": "/w/demo/unknown/",
    "awaiting, panel": "/w/demo/unknown/panel/",
    "inbox": "/w/demo/inbox/",
    "inbox, all": "/w/demo/inbox/?show=all",
    "inbox, all, deep": "/w/demo/inbox/?show=all&page=500",
    "inbox, unread": "/w/demo/inbox/?show=all&unread=1",
    "inbox, one mailbox": "/w/demo/inbox/?show=all&mailbox=bench7%40peers.example.com",
    "inbox, a word of many": "/w/demo/inbox/?show=all&q=sam",
    "inbox, a word of few": "/w/demo/inbox/?show=all&q=order+3242",
    "inbox, words of a body": "/w/demo/inbox/?show=all&q=implementation+is+planned",
    "inbox, nothing found": "/w/demo/inbox/?show=all&q=no-such-word",
    "answer templates": "/w/demo/inbox/templates/",
    "analytics": "/w/demo/analytics/",
    "analytics, since the start": "/w/demo/analytics/?days=all",
    "analytics, steps": "/w/demo/analytics/?days=all&show=steps",
    "analytics, breakdowns": "/w/demo/analytics/?days=all&show=breakdowns",
    "analytics, weeks": "/w/demo/analytics/?show=weeks",
    "report": "/w/demo/analytics/report/?days=all",
    "weekly report": "/w/demo/settings/weekly-report/",
    "imports": "/w/demo/imports/",
    "upload": "/w/demo/imports/new/",
    "mailboxes": "/w/demo/mailboxes/",
    "mailboxes, connect": "/w/demo/mailboxes/connect/",
    "mailboxes, tags": "/w/demo/mailboxes/tags/",
    "mailboxes, searched": "/w/demo/mailboxes/?q=peers",
    "mailboxes, one tag": "/w/demo/mailboxes/?tag=none",
    "placement tests": "/w/demo/placement-tests/",
    "placement test, new": "/w/demo/placement-tests/new/",
    "supersearch": "/w/demo/supersearch/",
    "search, new": "/w/demo/supersearch/new/",
    "subsequences": "/w/demo/subsequences/",
    "subsequence, new": "/w/demo/subsequences/new/",
    "tags": "/w/demo/tags/",
    "drafts": "/w/demo/campaigns/drafts/",
    "campaign, new": "/w/demo/campaigns/new/",
    "drafts, what was applied": "/w/demo/campaigns/blueprints/",
    "labels": "/w/demo/labels/",
    "jobs": "/w/demo/jobs/",
    "audit, Instantly": "/w/demo/audit/instantly/",
    "keys": "/w/demo/keys/",
    "webhooks": "/w/demo/webhooks/",
    "webhook, new": "/w/demo/webhooks/new/",
    "deliveries": "/w/demo/webhooks/deliveries/",
    "replies counted": "/w/demo/inbox/replies/",
    "incidents": "/w/demo/incidents/",
    "notifications": "/w/demo/settings/notifications/",
    "runbook": "/w/demo/runbook/",
    "audit": "/w/demo/audit/",
    "audit, deep": "/w/demo/audit/?page=100",
    "settings": "/w/demo/settings/",
    "team": "/w/demo/settings/team/",
    "approval policy": "/w/demo/settings/approvals/",
    "workspace bar": "/w/demo/workspace-bar/",
    "kill switch, panel": "/w/demo/stop/state/",
    "everything changed": "/w/demo/changes/",
    "connections": "/settings/connections/",
    "account": "/accounts/",
    "account, password": "/accounts/password/change/",
    "account, sign in again": "/accounts/reauthenticate/",
    "account, second factor": "/accounts/2fa/",
    "account, passkeys": "/accounts/2fa/webauthn/",
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
    "rehearsal": "rehearsal/",
    "rehearsal polled": "rehearsal/state/",
}
# Pages of one thing: {name} is its id, as `urls` finds it.
OF_ONE = {
    "go-live, a usual campaign": "/w/demo/campaigns/{other}/go-live/",
    "leads, deep": "/w/demo/leads/?before={lead}",
    "search, an address": "/w/demo/search/?q={address}",
    "leads, an address": "/w/demo/leads/?q={address}",
    "leads, one campaign": "/w/demo/leads/?campaign={campaign}",
    "leads, one campaign, searched": "/w/demo/leads/?campaign={campaign}&q=person",
    "leads, one campaign, status": "/w/demo/leads/?campaign={campaign}&status=3",
    "leads, empty variable": "/w/demo/leads/?campaign={campaign}&empty=companyName",
    "person": "/w/demo/people/{lead}/",
    "person, to move": "/w/demo/people/{lead}/move/",
    "import running": "/w/demo/imports/{running}/",
    "import polled": "/w/demo/imports/{running}/progress/",
    "import checked": "/w/demo/imports/{mapped}/",
    "import held": "/w/demo/imports/{held}/",
    "import, rows": "/w/demo/imports/{running}/rows/",
    "import, refused rows": "/w/demo/imports/{running}/rows/?outcome=refused",
    "incident": "/w/demo/incidents/{incident}/",
    "inbox, a conversation": "/w/demo/inbox/{thread}/",
    "inbox, an answer": "/w/demo/inbox/{thread}/?write=reply",
    "inbox, one campaign": "/w/demo/inbox/?show=all&campaign={campaign}",
    "e-mail in its frame": "/w/demo/inbox/messages/{message}/",
    "mailbox, limits": "/w/demo/mailboxes/limits/?mailbox={mailbox}",
    "mailbox, delete": "/w/demo/mailboxes/{mailbox}/delete/",
    "mailbox": "/w/demo/mailboxes/{mailbox}/",
    "mailboxes, a change": "/w/demo/mailboxes/changes/{mailbox_change}/",
    "mailboxes, a change polled": "/w/demo/mailboxes/changes/{mailbox_change}/state/",
}
# Names of URLs that are not measured, by the reason.
NOT_MEASURED = {
    "a form is sent to it, and it answers with another page": (
        "campaigns:archive", "campaigns:unarchive", "blueprints:upload", "blueprints:copy", "blueprints:save",
        "blueprints:plan-now", "blueprints:restore", "blueprints:take-over", "blueprints:edit", "blueprints:duplicate",
        "blueprints:turn-off",
        "campaigns:sync", "campaigns:sync-one", "campaigns:pause", "campaigns:activate", "campaigns:adopt",
        "campaigns:on-drift", "campaigns:lift", "campaigns:guardrail-rearm", "leads:read-again", "leads:map",
        "leads:guess-again", "leads:leave-out", "leads:put-back", "leads:start", "leads:stop", "leads:resume",
        "leads:release", "leads:retry-pending", "leads:block-list-add", "leads:block-list-policy",
        "leads:block-list-again", "leads:block-list-remove", "leads:block-person", "leads:change-person",
        "leads:list-create", "leads:list-read", "leads:list-rename", "leads:people-changes-stop",
        "golive:go-live-request", "golive:go-live-approve", "golive:go-live-break-glass",
        "golive:go-live-test-email", "golive:go-live-reject", "rehearsals:rehearsal-start",
        "golive:go-live-withdraw", "golive:go-live-rerun", "golive:approval-policy-change",
        "inbox:reply", "inbox:draft", "inbox:undo", "inbox:assign", "inbox:read", "inbox:interest",
        "inbox:unread", "inbox:insert", "inbox:block", "inbox:template-delete",
        "incidents:acknowledge", "incidents:take", "incidents:assign", "incidents:resolve", "incidents:reopen",
        "incidents:notifications-test", "mailboxes:pause", "mailboxes:change", "mailboxes:vitals", "mailboxes:sign-in",
        "campaigns:subsequence-pause", "campaigns:subsequence-resume", "objects:read", "objects:tag-create",
        "placement:read", "placement:read-results", "placement:pause", "placement:resume", "webhooks:rotate",
        "webhooks:subscribe", "webhooks:send-secret", "webhooks:replay", "webhooks:replay-many", "supersearch:count",
        "supersearch:enrich", "supersearch:again", "supersearch:abandon", "objects:tag-edit", "objects:tag-assign",
        "objects:label-create", "objects:key-create", "objects:webhook-act",
        "workspaces:change-mode", "team:team-add", "team:team-role", "team:team-membership", "team:team-sign-in",
        "team:team-password", "team:team-second-factor", "team:team-second-factor-reset", "account_sessions_end_others",
        "account_session_end",
    ),
    "a file that is streamed, as long as what was asked for": (
        "campaigns:daily-csv", "analytics:csv", "leads:csv", "leads:block-list-csv", "leads:lists-csv",
        "leads:list-csv", "leads:people-changes-csv",
        "leads:failed-rows", "leads:import-receipts", "incidents:csv", "mailboxes:csv", "audit:csv", "objects:jobs-csv",
        "objects:vendor-audit-csv", "objects:keys-csv", "objects:labels-csv", "objects:tags-csv",
        "objects:webhooks-csv", "campaigns:subsequences-csv", "rehearsals:rehearsal-csv", "webhooks:deliveries-csv",
    ),
    "no one is signed in, and nothing but the member is read": (
        "account_login", "account_logout", "account_inactive", "account_reset_password",
        "account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done",
        "mfa_authenticate",
    ),
    "needs a password that was just given, and reads nothing but the member": (
        "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes", "mfa_download_recovery_codes", "mfa_add_webauthn",
        "mfa_reauthenticate_webauthn", "mfa_remove_webauthn", "mfa_edit_webauthn",
    ),
    "read where a member may see several workspaces, and a bench has one": ("all-workspaces", "workspace-choices"),
    "for an admin who connects a workspace; asks Maton, or takes a form": (
        "connections:connect", "connections:disconnect", "connections:maton-open",
        "connections:maton-create", "connections:maton-connect", "connections:maton-delete",
    ),
    "of a list, a request or an erasure, of which a bench has none": (
        "leads:lead-list", "leads:list-delete", "leads:list-move", "leads:list-remove",
        "leads:listed-person", "leads:listed-erase",
        "leads:people-changes", "leads:people-requests", "leads:former-person", "leads:erasure",
    ),
    "asks before a person does something that is done once": (
        "inbox:delete", "leads:person-remove", "leads:person-erase", "leads:campaign-remove", "leads:campaign-move",
        "leads:move", "blueprints:rename", "blueprints:delete", "blueprints:discard",
    ),
    "waits for another service, which answers when it answers": ("connections:maton", "blueprints:file"),
    "reads a few rows, and a bench has none of its kind": (
        "inbox:template", "webhooks:receiver", "campaigns:subsequence", "objects:change", "objects:change-state",
        "placement:test", "placement:delete", "supersearch:search", "webhooks:delivery", "objects:tag", "objects:label",
        "objects:tag-delete", "objects:label-delete", "objects:key-delete", "objects:webhook", "objects:webhook-delete",
        "blueprints:draft", "blueprints:sending", "blueprints:plan", "blueprints:apply", "blueprints:versions",
        "blueprints:draft-file", "blueprints:request",
    ),
    "for programs, not for a reader": ("operations:health", "operations:ready", "hooks:receive"),
}  # fmt: skip


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
    print(f"{'page':32}{'cpu p50':>9}{'p95':>9}{'tenth':>9}{'wall p50':>9}{'queries':>9}{'tenth':>9}")
    for name, page in pages.items():
        full, small = page["full"], page["small"]
        times = f"{full['cpu_p50_ms']:9}{full['cpu_p95_ms']:9}{small['cpu_p50_ms']:9}{full['wall_p50_ms']:9}"
        print(f"{name:32}{times}{full['queries']:9}{small['queries']:9}  {remark(page)}")
    facts = {"bench": "pages", "database": args.database, "leads": args.leads, "campaigns": args.campaigns}
    facts["messages"] = args.messages
    print(json.dumps({**facts, "load": round(os.getloadavg()[0], 1), "pages": pages}))


if __name__ == "__main__":
    main()
