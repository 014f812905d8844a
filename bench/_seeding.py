"""Fills a database with a workspace of any size, for benchmarks; imported by a process that has Django set up."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import connection
from django.utils import timezone

from campaigns.incident_kinds import FLIP
from campaigns.mirror.sync import sync_workspace
from campaigns.models import Campaign, DailyStat, StatusReading, StepStat
from iexdg.inbox.models import InboxReading, Message, Thread, ThreadWords
from iexdg.inbox.words import search_words
from iexdg.incidents.models import Incident, IncidentState
from iexdg.mailboxes.models import Mailbox, MailboxDay, Wanted
from iexdg.mailboxes.orders import order
from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from iexdg.workspaces.connected import connect_workspace
from iexdg.workspaces.models import Workspace
from leads.derived.install import all_triggers, drop_statement, keep_derived
from leads.models import (
    Batch,
    BatchState,
    CatchAll,
    Import,
    ImportEvent,
    ImportState,
    Lead,
    Reason,
    Receipt,
    Row,
    RowState,
    Verdict,
)

CHUNK = 2000
_WORDS = (
    "We looked at your proposal with the whole team last week, and before we decide we would like to know how the "
    "implementation is planned, who would be our contact, and from which month the new terms would hold for us. "
)
_WITHOUT_RECEIPT = {RowState.NEW, RowState.SKIPPED}
_REASONS = {RowState.REJECTED: Reason.INVALID, RowState.SKIPPED: Reason.BAD_EMAIL}


def grow(campaigns: int, leads: int, messages: int) -> None:
    """Add campaigns, leads and e-mails up to the given numbers, with matching history, imports and audit events."""
    workspace = connect_workspace()
    if not Campaign.objects.exists():
        sync_workspace(workspace)
        Lead.objects.all().delete()
    _more_campaigns(campaigns)
    everyone = list(Campaign.objects.order_by("pk").values_list("pk", flat=True))
    first = Lead.objects.count()
    with _derived_later():
        _in_chunks(Lead, (_lead(workspace.pk, everyone, number) for number in range(first, leads)))
        _in_chunks(Receipt, (_receipt(workspace.pk, number) for number in range(first, leads)))
        for state in (ImportState.LOADING, ImportState.MAPPED, ImportState.VERIFIED):
            _import(everyone[0], state, leads // 10)
        for number in range(Import.objects.count(), campaigns // 2):
            _import(everyone[number], ImportState.DONE, 100)
    _incidents(workspace, everyone)
    _mailboxes(workspace, 200 * campaigns // 300)
    _conversations(workspace, everyone, messages)
    operator = Member.objects.get(email="operator@example.com")
    _in_chunks(AuditEvent, (_event(everyone, operator, number) for number in range((leads - first) // 20)))


@contextmanager
def _derived_later() -> Iterator[None]:
    """Insert without triggers, then create them again and count everything: the world is made in minutes, not hours."""
    with connection.cursor() as cursor:
        for trigger in all_triggers():
            cursor.execute(drop_statement(trigger))
        if connection.vendor == "postgresql":
            cursor.execute("DROP INDEX lead_search")
    yield
    keep_derived()


def _in_chunks(model: Any, rows: Any) -> None:
    while chunk := list(islice(rows, CHUNK)):
        model.objects.bulk_create(chunk)


def _more_campaigns(wanted: int) -> None:
    model = Campaign.objects.filter(name__startswith="05A").get()
    days = list(DailyStat.objects.filter(campaign=model))
    steps = list(StepStat.objects.filter(campaign=model))
    now = timezone.now()
    for number in range(Campaign.objects.count(), wanted):
        model.pk, model.remote_id, model.name = None, f"bench-{number}", f"Bench {number:03}"
        model.remote_status = (2, 1, 3, 2)[number % 4]
        model.leads_mirrored_at = now
        model.save(force_insert=True)
        for stat in [*days, *steps]:
            stat.pk, stat.campaign_id = None, model.pk
        DailyStat.objects.bulk_create(days)
        StepStat.objects.bulk_create(steps)
        StatusReading.objects.bulk_create(
            StatusReading(
                campaign_id=model.pk, at=now - timedelta(minutes=minute), status=model.remote_status, why="scan"
            )
            for minute in range(120, 0, -1)
        )


def _conversations(workspace: Workspace, campaigns: list[int], messages: int) -> None:
    """Two e-mails in one and three in the next; every tenth waits, every fifth is an automatic reply."""
    now, first = timezone.now(), Thread.objects.filter(remote_id__startswith="bench-").count()
    InboxReading.objects.update_or_create(workspace=workspace, defaults={"read_at": now, "changed_at": now})
    _in_chunks(Thread, (_thread(workspace, campaigns, number, now) for number in range(first, messages * 2 // 5)))
    pks = Thread.objects.filter(remote_id__startswith="bench-").order_by("pk").values_list("pk", flat=True)[first:]
    _in_chunks(ThreadWords, (_words(pk, number) for number, pk in enumerate(pks.iterator(), first)))
    _in_chunks(
        Message,
        (
            _message(pk, place, number, now)
            for number, pk in enumerate(pks.iterator(), first)
            for place in range(2 + number % 2)
        ),
    )


def _thread(workspace: Workspace, campaigns: list[int], number: int, now: datetime) -> Thread:
    at = now - timedelta(minutes=number)
    return Thread(
        workspace=workspace, remote_id=f"bench-{number}", campaign_id=campaigns[number % len(campaigns)],
        lead=address(number), mailbox=f"bench{number % 200}@peers.example.com", subject=f"Re: Question {number}",
        preview="Thank you for writing.", unread=number % 3 == 0, has_unread=number % 3 == 0,
        is_automatic=number % 5 == 1, is_answered=number % 10 != 0, newest_at=at, listed_at=at,
        received_at=at, complete_at=now,
        waits_since=at if number % 10 == 0 else None,
    )  # fmt: skip


def _message(thread: int, place: int, number: int, now: datetime) -> Message:
    """The first e-mail of a campaign, the answer to it, and what was written by hand. A usual body has 1.5 KB."""
    words = _said(number)
    return Message(
        thread_id=thread, remote_id=f"bench-{place}", kind=(1, 2, 3)[place], at=now - timedelta(minutes=9 - place),
        sender="sam@example.com", recipients="exec@peers.example.com", mailbox=f"bench{number % 200}@peers.example.com",
        subject=f"Re: Question {number}", text=f"{words}\n\nOn Monday you wrote:\n> Hello", html=f"<div>{words}</div>",
        lead=address(number), read_at=now,
    )  # fmt: skip


def _said(number: int) -> str:
    return f"Thank you for writing about order {number}. " + _WORDS * (1 + number % 4)


def _words(thread: int, number: int) -> ThreadWords:
    words = search_words(address(number), f"bench{number % 200}@peers.example.com", f"Question {number}", _said(number))
    return ThreadWords(thread_id=thread, words=" ".join(words))


def _incidents(workspace: Workspace, campaigns: list[int]) -> None:
    """One for each campaign; every tenth is not resolved."""
    now = timezone.now()
    Incident.objects.bulk_create(
        Incident(
            workspace=workspace, kind=FLIP.code, dedupe_key=f"flip:bench-{pk}", campaign_ref=pk,
            campaign_name=f"Bench {number:03}", summary=f"Bench {number:03} turned active by itself", opened_at=now,
            state=IncidentState.OPEN if number % 10 == 0 else IncidentState.RESOLVED, resolved_at=now,
        )
        for number, pk in enumerate(campaigns)
        if not Incident.objects.filter(campaign_ref=pk).exists()
    )  # fmt: skip


def _mailboxes(workspace: Workspace, wanted: int) -> None:
    """Mailboxes with 30 days each, and one group of changes of all of them."""
    today, now = timezone.now().date(), timezone.now()
    boxes = Mailbox.objects.bulk_create(
        Mailbox(
            workspace=workspace, email=f"bench{number}@peers.example.com", status=1, warmup_status=1, warmup_score=90,
            daily_limit=30, sent_today=12, sent_read_at=now, synced_at=now, provider_code=2,
        )
        for number in range(Mailbox.objects.count(), wanted)
    )  # fmt: skip
    days = ((box, today - timedelta(days=back)) for box in boxes for back in range(30))
    _in_chunks(
        MailboxDay, (MailboxDay(mailbox=box, day=day, sent=20, warmup_sent=30, warmup_inbox=28) for box, day in days)
    )
    order(workspace, [box.email for box in boxes], Wanted.WARMUP_ON, by=None)


def _lead(workspace: int, campaigns: list[int], number: int) -> Lead:
    # A tenth of all people are in the first campaign, the others spread evenly.
    place = 0 if number % 10 == 0 else number % len(campaigns)
    return Lead(
        workspace_id=workspace,
        campaign_id=campaigns[place],
        remote_id=f"lead-{number}",
        email=address(number),
        first_name="Sam",
        last_name=f"Person {number}",
        company_name=f"Company {number % 5000}",
        job_title="Head of it",
        company_domain=f"c{number % 5000}.example.com",
        status=(1, 3, 1, -1)[number % 4],
        opens=number % 5,
        synced_at=timezone.now(),
    )


def _receipt(workspace: int, number: int) -> Receipt:
    now = timezone.now() - timedelta(hours=number % 400)
    return Receipt(
        workspace_id=workspace,
        email=address(number),
        verdict=Verdict.VERIFIED,
        catch_all=CatchAll.NO,
        credits_used="0.25",
        asked_at=now,
        sent_at=now,
        posted_at=now,
        answered_at=now,
        polls=1,
        path="post",
    )


def _event(campaigns: list[int], operator: Member, number: int) -> AuditEvent:
    pk = campaigns[number % len(campaigns)]
    return AuditEvent(
        actor=operator,
        actor_name=operator.name,
        action="campaign:pause:asked",
        summary=f"Request to pause Bench {number}",
        subject=f"campaign:{pk}",
        campaign_ref=pk,
    )


def _import(campaign_pk: int, state: str, rows: int) -> None:
    campaign = Campaign.objects.get(pk=campaign_pk)
    imported = Import.objects.create(
        workspace_id=campaign.workspace_id,
        campaign=campaign,
        state=state,
        file_name=f"leads-{rows}.csv",
        file_path="imports/leads.csv",
        file_size=1_000_000,
        sha256="0" * 64,
        encoding="utf-8",
        delimiter=",",
        header=["email"],
        mapping={"email": "email"},
        rows_total=rows,
        uploaded_at=timezone.now(),
        started_at=timezone.now(),
    )
    _rows(imported)


def _rows(imported: Import) -> None:
    count = imported.rows_total
    receipts = {}
    for first in range(0, count, CHUNK):
        people = [address(number) for number in range(first, min(first + CHUNK, count))]
        known = Receipt.objects.filter(workspace_id=imported.workspace_id, email__in=people)
        receipts.update(known.values_list("email", "pk"))
    states = (RowState.LOADED, RowState.VERIFIED, RowState.LOADED, RowState.REJECTED, RowState.SKIPPED)
    if imported.state == ImportState.MAPPED:
        states = (RowState.NEW, RowState.NEW, RowState.NEW, RowState.NEW, RowState.SKIPPED)
    _in_chunks(
        Row,
        (
            Row(
                imported=imported,
                line=number + 2,
                raw=[address(number)],
                email=address(number),
                state=states[number % 5],
                reason=_REASONS.get(states[number % 5], ""),
                receipt_id=None
                if states[number % 5] in {RowState.NEW, RowState.SKIPPED}
                else receipts[address(number)],
            )
            for number in range(count)
        ),
    )
    now = timezone.now()
    Batch.objects.bulk_create(
        Batch(
            imported=imported, number=number, size=1000, state=BatchState.RECONCILED, adds_up=True, planned_at=now,
            sent_at=now, answered_at=now, checked_at=now, accounting={"total_sent": 1000, "leads_uploaded": 1000},
        )
        for number in range(1, count // 1000 + 1)
    )  # fmt: skip
    ImportEvent.objects.bulk_create(
        ImportEvent(imported=imported, at=now, text=f"{number} answers, {number} rows settled") for number in range(200)
    )


def address(number: int) -> str:
    """The address of the number-th person."""
    return f"sam.{number}@c{number % 5000}.example.com"
