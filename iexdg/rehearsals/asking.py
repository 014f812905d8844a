"""Requests a rehearsal of a campaign as it was last read; a worker plays it."""

import uuid
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from campaigns.models import Campaign
from iexdg.rehearsals import orders
from iexdg.rehearsals.errors import RehearsalError
from iexdg.rehearsals.models import Rehearsal
from iexdg.rehearsals.subjects import subject_as_read
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action

_FOLDER = "rehearsals"


def ask_to_rehearse(
    campaign: Campaign,
    *,
    by: Member,
    upload: Any = None,
    pairs: Sequence[str] = (),
    starts_on: date | None = None,
) -> Rehearsal:
    """Record it, with the file of the people where there is one; the file is deleted once it was read.

    Shapes: upload - a file of Django's forms, None for the people whom the campaign has.
    Raises: NotAllowedError; RehearsalError - it has nothing to play, one is running, or the file is too large. Nothing
        was recorded or stored then.
    """
    require(by, Action.REHEARSE, campaign.workspace)
    subject_as_read(campaign)
    path = _stored(upload) if upload is not None else ""
    try:
        return orders.ask(
            campaign, by=by, leads_source=Path(upload.name or "leads.csv").name if path else "", file_path=path,
            pairs=list(pairs), starts_on=starts_on,
        )  # fmt: skip
    except BaseException:
        if path:
            (Path(settings.MEDIA_ROOT) / path).unlink(missing_ok=True)
        raise


def _stored(upload: Any) -> str:
    if upload.size > settings.UPLOAD_MAX_BYTES:
        limit_mb = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
        raise RehearsalError(f"The file is larger than {limit_mb} MB. Split it.")
    path = f"{_FOLDER}/{uuid.uuid4().hex}"
    full = Path(settings.MEDIA_ROOT) / path
    full.parent.mkdir(parents=True, exist_ok=True)
    with full.open("wb") as target:
        for chunk in upload.chunks():
            target.write(chunk)
    return path
