"""Creates imports that are checked and ready to start, without a file."""

from typing import Any

from django.utils import timezone

from campaigns.mirror.sync import sync_workspace
from campaigns.models import Campaign
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.models import Import, ImportState, LeadList, Row, RowState


def synced_campaign(workspace: Workspace, name: str) -> Campaign:
    """The mirror of the demo campaign whose name begins with `name`."""
    if not Campaign.objects.filter(workspace=workspace).exists():
        sync_workspace(workspace)
    return Campaign.objects.get(workspace=workspace, name__startswith=name)


def checked_import(into: Campaign | LeadList, emails: list[str], *, by: Member | None = None, **fields: Any) -> Import:
    """An import in state mapped with one new row per address."""
    imported = Import.objects.create(
        workspace=into.workspace,
        campaign=into if isinstance(into, Campaign) else None,
        lead_list=into if isinstance(into, LeadList) else None,
        state=ImportState.MAPPED,
        file_name="leads.csv",
        file_path="imports/leads.csv",
        file_size=1,
        sha256="0" * 64,
        encoding="utf-8",
        delimiter=",",
        header=["email"],
        mapping={"email": "email"},
        rows_total=len(emails),
        uploaded_by=by,
        uploaded_at=timezone.now(),
        **fields,
    )
    Row.objects.bulk_create(
        Row(imported=imported, line=line, raw=[email], email=email, first_name="Sam", state=RowState.NEW)
        for line, email in enumerate(emails, start=2)
    )
    return imported


def people(count: int, *, prefix: str = "person", domain: str = "firm.example.com") -> list[str]:
    """Addresses that the sandbox verifies."""
    return [f"{prefix}{number}@{domain}" for number in range(count)]
