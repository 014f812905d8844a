"""A file of receipts is imported: what is stored, what stays, and that nothing is paid twice."""

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.importing import receipts as importing
from leads.importing.errors import UnreadableFileError
from leads.importing.receipts import ReceiptsImported, import_receipts
from leads.importing.verified_rows import receipts_csv
from leads.imports.drive import advance
from leads.imports.verbs import start
from leads.models import CatchAll, Import, Receipt, ReceiptFile, Row, RowState, Verdict
from leads.queries import rows_to_pay
from leads.verification.receipts import claim_rows, fresh_receipts
from tests.leads.factories import checked_import, people, synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
HEAD = "email,verdict,catch_all,verified_at,credits,path,campaign\n"
ADA = "ada@example.com"


def ago(**duration: float) -> datetime:
    return timezone.now() - timedelta(**duration)


def line(email: str = ADA, verdict: str = "verified", catch_all: str = "no", when: datetime | None = None) -> str:
    return f"{email},{verdict},{catch_all},{(when or ago(days=2)).isoformat()},0.25,post,Spring\n"


def bring(workspace: Workspace, *lines: str, name: str = "spring.csv", by: Member | None = None) -> ReceiptsImported:
    return import_receipts(workspace, ContentFile((HEAD + "".join(lines)).encode(), name=name), by=by)


def numbers(done: ReceiptsImported) -> tuple[int, int, int, int, int, int]:
    return done.lines, done.stored, done.fresh, done.known, done.kept_newer, done.refused


def facts(receipt: Receipt) -> dict[str, Any]:
    names = ("email", "verdict", "remote_verdict", "catch_all", "answered_at", "credits_used", "path")
    return {name: getattr(receipt, name) for name in names}


def test_a_receipt_keeps_its_date_its_cost_and_its_origin(
    workspace: Workspace, member: Callable[..., Member], media: Path
) -> None:
    when = ago(days=2)
    done = bring(workspace, line(when=when), by=member("admin"))
    assert numbers(done) == (1, 1, 1, 0, 0, 0)
    receipt = Receipt.objects.get()
    assert facts(receipt) == {
        "email": ADA, "verdict": "verified", "remote_verdict": "", "catch_all": "no", "answered_at": when,
        "credits_used": Decimal("0.25"), "path": "post",
    }  # fmt: skip
    assert (receipt.asked_at, receipt.origin, receipt.came_with, receipt.paid_by) == (when, "Spring", done.file, None)
    file = ReceiptFile.objects.get()
    assert (file.file_name, file.lines, file.stored, str(file)) == ("spring.csv", 1, 1, "spring.csv")
    event = AuditEvent.objects.get(action="receipt:file:imported")
    assert event.after == {"id": file.pk, "lines": 1, "imported": 1, "known": 0, "kept_newer": 0, "refused": 0}
    assert (event.actor, event.summary) == (member("admin"), "Imported 1 receipt from spring.csv")
    # The file itself holds addresses, so nothing of it stays behind.
    assert list(media.rglob("receipts-*")) == []


def test_the_same_file_again_adds_nothing(workspace: Workspace) -> None:
    lines = [line(when=ago(days=2)), line("bob@example.com", "invalid", "", ago(days=3))]
    assert numbers(bring(workspace, *lines)) == (2, 2, 2, 0, 0, 0)
    assert numbers(bring(workspace, *lines)) == (2, 0, 0, 2, 0, 0)
    assert Receipt.objects.count() == 2


def test_a_newer_receipt_is_kept_and_an_older_one_is_followed(workspace: Workspace) -> None:
    own = Receipt.objects.create(
        workspace=workspace, email=ADA, verdict=Verdict.INVALID, asked_at=ago(days=5), answered_at=ago(days=5)
    )
    assert numbers(bring(workspace, line(when=ago(days=6)))) == (1, 0, 0, 0, 1, 0)
    assert fresh_receipts(workspace.pk, [ADA]) == {ADA: own}
    assert numbers(bring(workspace, line(when=ago(days=4)))) == (1, 1, 1, 0, 0, 0)
    assert fresh_receipts(workspace.pk, [ADA])[ADA].verdict == "verified"


def test_one_that_contradicts_a_receipt_of_the_same_moment_is_not_taken(workspace: Workspace) -> None:
    when = ago(days=2)
    bring(workspace, line(when=when))
    assert numbers(bring(workspace, line(verdict="invalid", when=when))) == (1, 0, 0, 0, 1, 0)
    assert Receipt.objects.get().verdict == "verified"


def test_of_two_lines_with_one_address_the_newer_counts_in_either_order(workspace: Workspace) -> None:
    older, newer = line(verdict="invalid", when=ago(days=3)), line(when=ago(days=2))
    assert numbers(bring(workspace, newer, older)) == (2, 1, 1, 0, 1, 0)
    Receipt.objects.all().delete()
    assert numbers(bring(workspace, older, newer)) == (2, 2, 2, 0, 0, 0)
    assert [one.verdict for one in Receipt.objects.order_by("answered_at")] == ["invalid", "verified"]
    assert fresh_receipts(workspace.pk, [ADA])[ADA].verdict == "verified"


def test_a_receipt_is_never_fresher_than_its_date(workspace: Workspace, campaign: Campaign) -> None:
    done = bring(workspace, line(when=ago(days=29, hours=23)), line("old@example.com", when=ago(days=30, minutes=1)))
    assert numbers(done) == (2, 2, 1, 0, 0, 0)
    assert done.as_json["stale"] == 1
    assert set(fresh_receipts(workspace.pk, [ADA, "old@example.com"])) == {ADA}
    imported = checked_import(campaign, [ADA, "old@example.com"])
    assert [row.email for row in rows_to_pay(imported)] == ["old@example.com"]


def test_lines_that_are_no_receipts_are_named_and_the_others_are_imported(workspace: Workspace) -> None:
    done = bring(workspace, line(), line("bob@example.com", "valid"), line("eve@example.com", when=ago(days=-1)))
    assert numbers(done) == (3, 1, 1, 0, 0, 2)
    assert [number for number, _ in done.problems] == [3, 4]
    assert done.problems[0][1].startswith("“valid” is no verdict that is known")
    assert done.problems[1][1].endswith("is in the future")
    assert "@" not in str(done.as_json)
    assert Receipt.objects.get().email == ADA


def test_only_so_many_refused_lines_are_named(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "MOST_NAMED", 1)
    done = bring(workspace, line("bob@example.com", "valid"), line("eve@example.com", "valid"))
    assert (done.refused, len(done.problems)) == (2, 1)


def test_a_receipt_that_waits_for_its_answer_is_left_to_it(workspace: Workspace) -> None:
    own = Receipt.objects.create(workspace=workspace, email=ADA, asked_at=ago(minutes=1))
    assert numbers(bring(workspace, line())) == (1, 1, 1, 0, 0, 0)
    own.refresh_from_db()
    assert (own.verdict, own.answered_at) == ("asked", None)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"email,name\nada@example.com,Ada\n", "no file of receipts: it has no column verdict, catch_all, verified_at"),
        (HEAD.encode(), "no lead below it"),
        (b"PK\x03\x04 damaged", "damaged"),
    ],
)
def test_a_file_that_is_none_is_refused_whole(workspace: Workspace, media: Path, content: bytes, words: str) -> None:
    with pytest.raises(UnreadableFileError, match=words):
        import_receipts(workspace, ContentFile(content, name="x.csv"), by=None)
    assert (Receipt.objects.count(), ReceiptFile.objects.count()) == (0, 0)
    assert list(media.rglob("receipts-*")) == []


def test_a_file_beyond_the_limits_is_refused(
    workspace: Workspace, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "MOST_LINES", 1)
    with pytest.raises(UnreadableFileError, match="more than 1 lines"):
        bring(workspace, line(), line("bob@example.com"))
    settings.UPLOAD_MAX_BYTES = 10
    with pytest.raises(UnreadableFileError, match="larger than 0 MB"):
        bring(workspace, line())


def test_one_without_a_verdict_in_time_is_read_before_it_is_paid_again(
    workspace: Workspace, campaign: Campaign
) -> None:
    when = ago(days=2)
    bring(workspace, line(verdict="pending", catch_all="pending", when=when))
    imported = checked_import(campaign, [ADA])
    assert claim_rows(imported, limit=10, may_pay=10) == (0, 1)
    assert Receipt.objects.get(answered_at=None).sent_at == when


def test_a_catch_all_address_still_needs_a_person_who_accepts_it(workspace: Workspace, campaign: Campaign) -> None:
    bring(workspace, line(catch_all="yes"))
    imported = checked_import(campaign, [ADA])
    assert claim_rows(imported, limit=10, may_pay=10) == (1, 0)
    row = Row.objects.get()
    assert (row.state, row.reason) == ("rejected", "catch_all")


# -- There and back ----------------------------------------------------------------------------------


def finished(imported: Import) -> Import:
    while advance(imported.pk, slice_s=2.0):
        imported.refresh_from_db()
        if imported.state in {"verified", "settling", "done"}:
            break
    return imported


def test_what_an_import_exports_is_imported_as_the_same_receipts_and_nothing_is_paid_twice(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member], settings: Any
) -> None:
    settings.VERIFY_POLL_S = 0.05
    campaign = synced_campaign(workspace, "05A")
    emails = [*people(3), "catchall.guest@firm.example.com", "invalid.gone@firm.example.com"]
    first = checked_import(campaign, emails, by=member("operator"))
    start(first, by=member("operator"), hold=True)
    finished(first)
    content = "".join(receipts_csv(first))
    lines = list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff"))))
    assert [one["email"] for one in lines] == emails
    assert {(one["campaign"], one["loaded"]) for one in lines} == {(campaign.name, "no")}
    assert {one["origin"] for one in lines} == {f"demo, import {first.pk} (leads.csv)"}
    before = [facts(one) for one in Receipt.objects.order_by("email")]
    assert len(before) == 5
    charged = control.charged()

    # A fresh database, as far as receipts go.
    Import.objects.all().delete()
    Receipt.objects.all().delete()
    done = import_receipts(workspace, ContentFile(content.encode(), name="spring-receipts.csv"), by=member("admin"))
    assert numbers(done) == (5, 5, 5, 0, 0, 0)
    assert [facts(one) for one in Receipt.objects.order_by("email")] == before
    assert {one.origin for one in Receipt.objects.all()} == {f"demo, import {first.pk} (leads.csv)"}

    second = checked_import(campaign, emails, by=member("operator"))
    start(second, by=member("operator"), hold=True)
    finished(second)
    assert Row.objects.filter(imported=second, state=RowState.VERIFIED).count() == 3
    assert not Receipt.objects.filter(paid_by=second).exists()
    assert control.charged() == charged
    # And it goes on with where it was first verified.
    again = list(csv.DictReader(io.StringIO("".join(receipts_csv(second, with_mark=False)))))
    assert [one["origin"] for one in again] == [one["origin"] for one in lines]
    assert [one["verified_at"] for one in again] == [one["verified_at"] for one in lines]


def test_words_that_a_spreadsheet_would_run_come_back_as_they_were(workspace: Workspace, campaign: Campaign) -> None:
    imported = checked_import(campaign, ["+ada@example.com"])
    receipt = Receipt.objects.create(
        workspace=workspace, email="+ada@example.com", verdict=Verdict.OTHER, remote_verdict="=risky",
        catch_all=CatchAll.UNKNOWN, asked_at=ago(days=1), answered_at=ago(days=1), paid_by=imported,
    )  # fmt: skip
    Row.objects.update(receipt=receipt)
    content = "".join(receipts_csv(imported))
    assert "'+ada@example.com" in content
    before = facts(receipt)
    Row.objects.update(receipt=None)
    receipt.delete()
    assert numbers(import_receipts(workspace, ContentFile(content.encode(), name="a.csv"), by=None))[1] == 1
    assert facts(Receipt.objects.get()) == before
