"""`manage.py export_receipts` and `import_receipts`: what they print, and their exit codes."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from leads.models import Import, Receipt, Row
from tests.leads.factories import checked_import, people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


@pytest.fixture
def paid(campaign: Campaign, member: Callable[..., Member]) -> Import:
    """An import that paid for two addresses and loaded one of them; a third got no answer yet."""
    member("admin")
    member("approver")
    imported, now = checked_import(campaign, people(3)), timezone.now()
    for place, (state, verdict, reason) in enumerate([("loaded", "verified", ""), ("rejected", "invalid", "invalid")]):
        email = people(3)[place]
        receipt = Receipt.objects.create(
            workspace=campaign.workspace, email=email, verdict=verdict, catch_all="no", credits_used="0.25",
            asked_at=now, answered_at=now - timedelta(days=place + 1), path="post", paid_by=imported,
        )  # fmt: skip
        Row.objects.filter(imported=imported, email=email).update(state=state, reason=reason, receipt=receipt)
    return imported


def run(name: str, *arguments: object) -> tuple[str, str]:
    """Run; returns what was printed and the error, "" for exit code 0."""
    out, error = io.StringIO(), ""
    try:
        call_command(name, *[str(one) for one in arguments], stdout=out)
    except CommandError as failure:
        error = f"{failure} ({failure.returncode})"
    return out.getvalue(), error


def test_the_export_has_a_line_for_each_answer(paid: Import) -> None:
    printed, error = run("export_receipts", paid.pk)
    assert error == ""
    assert printed.splitlines()[0] == (
        "email,verdict,catch_all,verified_at,credits,path,campaign,loaded,why_not,instantlys_word,origin"
    )
    lines = list(csv.DictReader(io.StringIO(printed)))
    assert [(one["email"], one["verdict"], one["loaded"], one["why_not"], one["credits"]) for one in lines] == [
        (people(3)[0], "verified", "yes", "", "0.25"),
        (people(3)[1], "invalid", "no", "mailbox does not exist", "0.25"),
    ]
    assert {one["campaign"] for one in lines} == {"05A"}
    event = AuditEvent.objects.get(action="import:receipts:exported")
    assert (event.subject, event.via, event.actor) == (f"import:{paid.pk}", "cli", None)


def test_the_export_as_json_has_the_same_lines(paid: Import) -> None:
    printed, error = run("export_receipts", paid.pk, "--json")
    facts = json.loads(printed)
    assert (error, facts["import_id"], len(facts["receipts"])) == ("", paid.pk, 2)
    assert facts["receipts"][0]["email"] == people(3)[0]


def test_an_import_that_is_not_there_is_said_to_be(paid: Import) -> None:
    assert run("export_receipts", 999) == (
        "", "There is no import 999 in this workspace. Its page shows its number. (1)"
    )  # fmt: skip


def imported(path: Path, *, by: str = "admin") -> tuple[dict[str, Any], str]:
    printed, error = run("import_receipts", path, "--as", f"{by}@example.com", "--json")
    return json.loads(printed or "{}"), error


def test_what_was_exported_is_imported(paid: Import, tmp_path: Path) -> None:
    path = tmp_path / "spring.csv"
    path.write_text(run("export_receipts", paid.pk)[0])
    Row.objects.update(receipt=None, state="new")
    Receipt.objects.all().delete()
    facts, error = imported(path)
    assert (error, facts) == (
        "",
        {
            "file": "spring.csv", "lines": 2, "imported": 2, "fresh": 2, "stale": 0, "known": 0, "kept_newer": 0,
            "refused": 0, "refused_lines": [],
        },
    )  # fmt: skip
    assert AuditEvent.objects.get(action="receipt:file:imported").via == "cli"
    assert imported(path)[0]["known"] == 2


def test_a_refused_line_is_named_and_the_exit_code_is_1(paid: Import, tmp_path: Path) -> None:
    path = tmp_path / "spring.csv"
    path.write_text("email,verdict,catch_all,when\n" + "ada@example.com,fine,no,2026-11-01\n" * 6)
    facts, error = imported(path)
    assert [one["line"] for one in facts["refused_lines"]] == [2, 3, 4, 5, 6, 7]
    assert error.startswith("6 not imported: line 2: “fine” is no verdict that is known")
    assert error.endswith("; and 1 more. (1)")
    assert "ada@" not in error


@pytest.mark.parametrize(
    ("by", "words"),
    [("approver", "approver"), ("nobody", "nobody@example.com")],
)
def test_only_an_admin_may(by: str, words: str, paid: Import, tmp_path: Path) -> None:
    before = Receipt.objects.count()
    facts, error = imported(tmp_path / "missing.csv", by=by)
    assert facts == {}
    assert words in error
    assert Receipt.objects.count() == before


def test_a_file_that_is_not_there_is_said_to_be(paid: Import, tmp_path: Path) -> None:
    _, error = imported(tmp_path / "missing.csv")
    assert error == "The file missing.csv cannot be opened: No such file or directory. Check the path. (1)"
