"""Mirrors Instantly's block list and finds the people on it, by address or by domain."""

from collections.abc import Collection
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import StrIndex, Substr
from django.utils import timezone

from iexdg.clients.instantly.answers import collected
from iexdg.clients.instantly.block_list import BlockEntry
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace
from leads.blocklist.reconcile import confirm_listed, settle_unlisted
from leads.models import BlockListLook, Lead, Row, Suppression
from leads.queries import among

Person = TypeVar("Person", Lead, Row)


def mirror_block_list(workspace: Workspace) -> int:
    """Read the whole block list and update the mirror; returns the number of entries.

    What was sent from here is confirmed by it, sent again, or refused, see `leads/blocklist/reconcile.py`.
    Raises: ClientError - the list could not be read completely; nothing was changed. PartlyUnreadError - some entries
        could not be understood; the others were added, and none was taken out.
    """
    now = timezone.now()
    entries, problem = collected(client_for(workspace).block_list.list())
    with transaction.atomic():
        before = set(_mirrored(workspace).values_list("value", flat=True))
        _store(workspace, entries, now)
        confirm_listed(workspace, now)
        if problem is None:
            settle_unlisted(workspace, now)
            BlockListLook.objects.update_or_create(workspace=workspace, defaults={"read_at": now})
        if set(_mirrored(workspace).values_list("value", flat=True)) != before:
            note_change(workspace.pk)
    if problem is not None:
        raise problem
    return len({entry.value for entry in entries})


def note_change(workspace_pk: int) -> None:
    """Count a change of the list, for results that are kept until it changes and for pages that are open."""
    BlockListLook.objects.filter(workspace=workspace_pk).update(changes=F("changes") + 1)


def _mirrored(workspace: Workspace) -> QuerySet[Suppression]:
    return Suppression.objects.filter(workspace=workspace)


def _store(workspace: Workspace, entries: Collection[BlockEntry], now: datetime) -> None:
    rows = {
        entry.value: Suppression(
            workspace=workspace,
            value=entry.value[:320],
            is_domain=entry.is_domain,
            remote_id=entry.remote_id,
            since=entry.created_at or now,
            synced_at=now,
        )
        for entry in entries
    }
    Suppression.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["workspace", "value"],
        update_fields=["is_domain", "remote_id", "synced_at"],
        batch_size=100,
    )


def block_list_read_at(workspace_pk: int) -> datetime | None:
    """When the block list was last read; None if it never was."""
    return BlockListLook.objects.filter(workspace_id=workspace_pk).values_list("read_at", flat=True).first()


def on_block_list(people: QuerySet[Person]) -> QuerySet[Person]:
    """Filter leads or rows to those blocked by address or by domain, in one statement."""
    domain = Substr("email", StrIndex("email", Value("@")) + 1)
    by_either = Q(value=OuterRef("email")) | Q(value=OuterRef("mail_domain"))
    return people.annotate(mail_domain=domain).filter(
        Exists(Suppression.objects.filter(by_either, workspace_id=OuterRef(_workspace_of(people))))
    )


def _workspace_of(people: QuerySet[Person]) -> str:
    return "imported__workspace_id" if people.model is Row else "workspace_id"


def blocked_among(workspace_pk: int, emails: Collection[str]) -> dict[str, str]:
    """Return the blocked addresses, each with the address or domain that blocks it."""
    domains = {email.rpartition("@")[2] for email in emails}
    values = set(
        Suppression.objects.filter(workspace_id=workspace_pk, value__in=among([*emails, *domains])).values_list(
            "value", flat=True
        )
    )
    if not values:
        return {}
    found = {email: email if email in values else email.rpartition("@")[2] for email in emails}
    return {email: value for email, value in found.items() if value in values}
