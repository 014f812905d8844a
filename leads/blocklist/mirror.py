"""Mirrors Instantly's block list and finds the people on it, by address or by domain."""

from collections.abc import Collection
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Value
from django.db.models.functions import StrIndex, Substr
from django.utils import timezone

from iexdg.clients.instantly.answers import collected
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace
from leads.models import BlockListLook, Lead, Row, Suppression
from leads.queries import among

Person = TypeVar("Person", Lead, Row)


def mirror_block_list(workspace: Workspace) -> int:
    """Read the whole block list and update the mirror; returns the number of entries.

    Raises: ClientError - the list could not be read completely; nothing was changed. PartlyUnreadError - some entries
        could not be understood; the others were added, and none was taken out.
    """
    now = timezone.now()
    entries, problem = collected(client_for(workspace).block_list.list())
    listed = {entry.value: entry.is_domain for entry in entries}
    with transaction.atomic():
        before = dict(Suppression.objects.filter(workspace=workspace).values_list("value", "is_domain"))
        Suppression.objects.bulk_create(
            [
                Suppression(workspace=workspace, value=value, is_domain=is_domain, synced_at=now)
                for value, is_domain in listed.items()
            ],
            update_conflicts=True,
            unique_fields=["workspace", "value"],
            update_fields=["is_domain", "synced_at"],
            batch_size=200,
        )
        if problem is None:
            Suppression.objects.filter(workspace=workspace, synced_at__lt=now).delete()
            BlockListLook.objects.update_or_create(workspace=workspace, defaults={"read_at": now})
        if listed != before:
            BlockListLook.objects.filter(workspace=workspace).update(changes=F("changes") + 1)
    if problem is not None:
        raise problem
    return len(listed)


def block_list_read_at(workspace_pk: int) -> datetime | None:
    """When the block list was last read; None if it never was."""
    return BlockListLook.objects.filter(workspace_id=workspace_pk).values_list("read_at", flat=True).first()


def block_list_version(workspace_pk: int) -> tuple[object, ...]:
    """Differs whenever the block list does."""
    listed = Suppression.objects.filter(workspace_id=workspace_pk).aggregate(number=Count("pk"), newest=Max("pk"))
    changes = BlockListLook.objects.filter(workspace_id=workspace_pk).values_list("changes", flat=True).first()
    return listed["number"], listed["newest"], changes


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
