"""The live log: what counts the same is one line that grows."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from model_bakery import baker

from campaigns.models import Campaign
from leads.events import log, log_progress
from leads.models import Import, ImportEvent, Reason, Receipt, Row, RowState
from leads.verification.run import verified_words
from tests.leads.factories import checked_import, people

pytestmark = pytest.mark.django_db


def lines(imported: Import) -> list[str]:
    """The log, oldest first."""
    return list(ImportEvent.objects.filter(imported=imported).order_by("id").values_list("text", flat=True))


def test_a_line_of_progress_takes_the_place_of_the_one_before(campaign: Campaign) -> None:
    one, other = checked_import(campaign, people(1)), checked_import(campaign, people(1))
    log(one, "Started")
    log_progress(one, "verified", "5 verified, 0 refused")
    first = ImportEvent.objects.latest("id").pk
    log_progress(other, "verified", "9 verified, 9 refused")
    log_progress(one, "verified", "27 verified, 5 refused")
    assert lines(one) == ["Started", "27 verified, 5 refused"]
    assert lines(other) == ["9 verified, 9 refused"]
    # A row of its own: an open page follows the newest id.
    assert ImportEvent.objects.filter(imported=one).latest("id").pk > first


def test_another_line_ends_the_group(campaign: Campaign) -> None:
    imported = checked_import(campaign, people(1))
    log_progress(imported, "verified", "5 verified, 0 refused")
    log(imported, "Stopped by Olive", "warn")
    log_progress(imported, "verified", "8 verified, 0 refused")
    log_progress(imported, "loaded", "Batch 2: 8 of 8 loaded, adds up", grouped="Up to batch 2: 8 loaded")
    log_progress(imported, "loaded", "Batch 3: 4 of 4 loaded, adds up", grouped="Up to batch 3: 12 loaded")
    assert lines(imported) == [
        "5 verified, 0 refused", "Stopped by Olive", "8 verified, 0 refused", "Up to batch 3: 12 loaded",
    ]  # fmt: skip


def test_the_words_count_every_row_once(campaign: Campaign) -> None:
    imported = checked_import(campaign, people(8))
    known = baker.make(Receipt, workspace=campaign.workspace, email="x", asked_at=timezone.now())
    plan = [
        (RowState.VERIFIED, ""), (RowState.LOADED, ""), (RowState.LOAD_FAILED, Reason.LOAD_REFUSED),
        (RowState.REJECTED, Reason.INVALID), (RowState.REJECTED, Reason.CATCH_ALL), (RowState.REJECTED, Reason.PENDING),
        (RowState.NEW, ""), (RowState.SKIPPED, Reason.NO_EMAIL),
    ]  # fmt: skip
    for row, (state, reason) in zip(Row.objects.filter(imported=imported), plan, strict=True):
        Row.objects.filter(pk=row.pk).update(state=state, reason=reason, receipt=known)
    assert verified_words(imported) == "3 verified, 2 refused, 1 without a verdict"


def test_the_first_lines_begin_with_a_capital(checked: Callable[..., Import]) -> None:
    assert lines(checked("Email\nada@example.com\nbo@example.com\n")) == ["Uploaded, 2 lines", "Checked 2 lines"]
