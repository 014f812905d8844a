"""Fixtures of the leads tests: a campaign, files, and checked imports made from files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from model_bakery import baker

from campaigns.models import Campaign
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.importing.reading.shape import Shape
from leads.importing.sniffing import ANY_SHAPE
from leads.importing.stage import check_import
from leads.importing.upload import choose_columns, store_upload
from leads.models import Import


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    """A separate folder for stored files."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return Path(settings.MEDIA_ROOT)


@pytest.fixture
def campaign(workspace: Workspace) -> Campaign:
    """A campaign whose leads were just read, so that a check needs no call to Instantly."""
    now = timezone.now()
    return baker.make("campaigns.Campaign", workspace=workspace, name="05A", remote_id="r-05a", leads_mirrored_at=now)


Upload = Callable[..., Import]


@pytest.fixture
def upload(media: Path, campaign: Campaign, member: Callable[..., Member]) -> Upload:
    """upload("Email\\nada@example.com\\n") stores a file for the campaign."""

    def store(
        content: str | bytes,
        name: str = "leads.csv",
        into: Campaign | None = None,
        by: Member | None = None,
        wanted: Shape = ANY_SHAPE,
    ) -> Import:
        file = ContentFile(content if isinstance(content, bytes) else content.encode(), name=name)
        return store_upload(file, campaign=into or campaign, by=by or member("operator"), wanted=wanted)

    return store


@pytest.fixture
def checked(upload: Upload) -> Upload:
    """checked("Email\\nada@example.com\\n") is an import that has been checked with the guessed columns."""

    def check(content: str | bytes, **options: Any) -> Import:
        imported = upload(content, **options)
        choose_columns(imported, imported.mapping)
        check_import(imported.pk)
        imported.refresh_from_db()
        return imported

    return check
