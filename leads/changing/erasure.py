"""Erases a person from a workspace, here and at Instantly, and keeps a certificate that does not name them.

Instantly first: only once a read shows nobody with the address there is anything deleted here. Every step can be done
twice, so that a worker that stopped leaves nothing but work for the sweep.
"""

import hashlib
from collections.abc import Collection
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from iexdg.clients.http.errors import ClientError
from iexdg.clients.instantly.answers import collected
from iexdg.clients.instantly.emails import EmailFilter
from iexdg.clients.instantly.lead_selection import LeadSelection
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.workspaces.connected import client_for, require_write_mode
from iexdg.workspaces.models import Workspace
from leads.blocklist.ask import put_on
from leads.changing.carry_out import carry_out
from leads.errors import PeopleChangeError
from leads.models import (
    BlockSource,
    Erasure,
    Import,
    Lead,
    ListedLead,
    PeopleChange,
    PeopleChangeState,
    PeopleWanted,
    Reason,
    Receipt,
    Row,
    RowState,
    Suppression,
)
from leads.models.change import OPEN_PEOPLE_CHANGE
from leads.person import deleted, erase_elsewhere
from leads.queries import rows_of_address
from leads.states import move_rows

_MOVING = (RowState.VERIFYING, RowState.LOADING, RowState.UNKNOWN)


def digest_of(email: str) -> str:
    """What a certificate keeps of an address."""
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()


def ask_to_erase(
    workspace: Workspace, email: str, *, typed: str, keeps_blocked: bool, by: Member, via: str | None = None
) -> Erasure:
    """Request the erasure of a person. Shapes: typed - the address, as the person who asks typed it.

    Raises: NotAllowedError, ObserveModeError, PeopleChangeError (another address was typed, or an import is verifying
        or loading them) - nothing was recorded.
    """
    require(by, Action.ERASE, workspace)
    require_write_mode(workspace)
    if typed.strip().lower() != email:
        raise PeopleChangeError("Type the address of the person exactly. Nothing was erased.")
    if rows_of_address(workspace.pk, email).filter(state__in=_MOVING).exists():
        raise PeopleChangeError("An import is verifying or loading this person. Wait until it is done, or stop it.")
    try:
        with transaction.atomic():
            erasure = Erasure.objects.create(
                workspace=workspace, email=email, digest=digest_of(email), keeps_blocked=keeps_blocked, by=by,
                asked_at=timezone.now(),
            )  # fmt: skip
            if keeps_blocked:
                put_on(workspace, [email], by=by, source=BlockSource.PERSON, why="erased on request", via=via)
            _record(erasure, "asked", "Request to erase a person", by=by, via=via)
    except IntegrityError:
        raise PeopleChangeError("This person is being erased already.") from None
    return erasure


def open_erasures(workspace: Workspace) -> QuerySet[Erasure]:
    """Erasures that are not done."""
    return Erasure.objects.filter(workspace=workspace, finished_at__isnull=True).order_by("pk")


def carry_out_erasure(erasure: Erasure) -> bool:
    """Take an erasure as far as it goes now; True once it is done. What is left is continued by the sweep."""
    if erasure.finished_at is not None:
        return True
    if not erasure.workspace.may_write:
        return False
    try:
        is_gone = _erase_at_instantly(erasure)
    except ClientError as error:
        Erasure.objects.filter(pk=erasure.pk).update(error=str(error)[:300])
        return False
    if not is_gone or rows_of_address(erasure.workspace_id, erasure.email).filter(state__in=_MOVING).exists():
        return False
    with transaction.atomic():
        _erase_here(erasure)
    return True


def _erase_at_instantly(erasure: Erasure) -> bool:
    """Delete the leads and e-mails that Instantly has of the address; True once a read shows none of them."""
    leads, emails = _leads_at_instantly(erasure), _emails_at_instantly(erasure)
    if not leads and not emails:
        return True
    _ask(erasure, PeopleWanted.REMOVE, leads)
    _ask(erasure, PeopleWanted.DELETE_EMAIL, emails)
    carry_out(erasure.workspace)
    refused = erasure.changes.filter(state=PeopleChangeState.REFUSED).order_by("-pk").first()
    Erasure.objects.filter(pk=erasure.pk).update(error=refused.error if refused else "")
    return not _leads_at_instantly(erasure) and not _emails_at_instantly(erasure)


def _leads_at_instantly(erasure: Erasure) -> list[str]:
    client = client_for(erasure.workspace)
    found, problem = collected(client.leads.select(LeadSelection(contacts=[erasure.email])))
    if problem is not None:
        raise problem
    return [lead.remote_id for lead in found if (lead.email or "").lower() == erasure.email]


def _emails_at_instantly(erasure: Erasure) -> list[str]:
    client = client_for(erasure.workspace)
    found, problem = collected(client.emails.list(EmailFilter(lead=erasure.email)))
    if problem is not None:
        raise problem
    return [email.remote_id for email in found if (email.lead or "").lower() == erasure.email]


def _ask(erasure: Erasure, wanted: PeopleWanted, remote_ids: Collection[str]) -> None:
    """Record the deletions that are not open already."""
    workspace, now = erasure.workspace, timezone.now()
    there = PeopleChange.objects.filter(workspace=workspace, wanted=wanted, state__in=OPEN_PEOPLE_CHANGE)
    there.filter(remote_id__in=list(remote_ids)).update(erasure=erasure)
    known = set(there.filter(erasure=erasure).values_list("remote_id", flat=True))
    PeopleChange.objects.bulk_create(
        PeopleChange(
            workspace=workspace, wanted=wanted, remote_id=remote_id, erasure=erasure, by=erasure.by, asked_at=now,
            changed_at=now,
        )
        for remote_id in sorted(set(remote_ids) - known)
    )  # fmt: skip


def _erase_here(erasure: Erasure) -> None:
    """Delete what is stored of the address, and keep only counts and its digest. In one transaction."""
    workspace, email = erasure.workspace, erasure.email
    confirmed = erasure.changes.filter(state=PeopleChangeState.CONFIRMED).order_by()
    facts = {
        "leads_at_instantly": confirmed.filter(wanted=PeopleWanted.REMOVE).count(),
        "emails_at_instantly": confirmed.filter(wanted=PeopleWanted.DELETE_EMAIL).count(),
        **erase_elsewhere(workspace, email),
        "requests": _empty_requests(workspace, email),
        "files": _forget_files(workspace, email),
        "lines": _empty_rows(workspace, email),
        "receipts": _empty_receipts(workspace, email),
        "people_in_campaigns": deleted(Lead.objects.filter(workspace=workspace, email=email)),
        "people_in_lists": deleted(ListedLead.objects.filter(workspace=workspace, email=email)),
    }
    if not erasure.keeps_blocked:
        facts["on_block_list"] = Suppression.objects.filter(workspace=workspace, value=email).count()
    now = timezone.now()
    done = Erasure.objects.filter(pk=erasure.pk, finished_at__isnull=True)
    if done.update(email="", facts=facts, finished_at=now, error=""):
        _record(erasure, "done", "Erased a person, here and at Instantly", by=None, after=facts)


def _empty_requests(workspace: Workspace, email: str) -> int:
    changes = PeopleChange.objects.filter(workspace=workspace)
    about = changes.filter(lead__email=email) | changes.filter(listed__email=email)
    return changes.filter(pk__in=list(about.values_list("pk", flat=True))).update(values={})


def _forget_files(workspace: Workspace, email: str) -> int:
    """Delete the stored files that hold the address; the other lines are rows already. Returns how many files."""
    pks = set(rows_of_address(workspace.pk, email).order_by().values_list("imported", flat=True))
    imports = Import.objects.filter(pk__in=pks)
    for imported in imports:
        (Path(settings.MEDIA_ROOT) / imported.file_path).unlink(missing_ok=True)
        reading = dict(imported.reading)
        reading["sample"] = [cells for cells in reading.get("sample", []) if email not in " ".join(cells).lower()]
        Import.objects.filter(pk=imported.pk).update(reading=reading)
    return len(imports)


def _empty_rows(workspace: Workspace, email: str) -> int:
    """Empty the lines of the address; none of them can be loaded any more."""
    pks = list(rows_of_address(workspace.pk, email).values_list("pk", flat=True))
    rows = Row.objects.filter(pk__in=pks)
    move_rows(rows, to=RowState.NEW, expected=RowState.VERIFIED, receipt=None)
    move_rows(rows, to=RowState.SKIPPED, expected=RowState.NEW, reason=Reason.ERASED)
    return rows.update(
        email="", first_name="", last_name="", company_name="", job_title="", phone="", website="",
        personalization="", reason_detail="", raw=[], custom_variables={}, flags=[],
    )  # fmt: skip


def _empty_receipts(workspace: Workspace, email: str) -> int:
    receipts = Receipt.objects.filter(workspace=workspace, email=email)
    pks = list(receipts.values_list("pk", flat=True))
    for pk in pks:
        Receipt.objects.filter(pk=pk).update(email=f"erased-{pk}")
    return len(pks)


def _record(
    erasure: Erasure, verb: str, words: str, *, by: Member | None, via: str | None = None,
    after: dict[str, int] | None = None,
) -> None:  # fmt: skip
    subject = f"workspace:{erasure.workspace_id}"
    record(f"person:erasure:{verb}", words, subject=subject, by=by, via=via, after={**(after or {}), "id": erasure.pk})
