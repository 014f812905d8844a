"""Every line of a file becomes a row with an outcome, even if the checking process is killed."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from model_bakery import baker

from campaigns.models import Campaign
from iexdg.clients.http.errors import ServerError
from iexdg.workspaces.models import Workspace
from leads.importing import stage
from leads.importing.stage import check_import
from leads.importing.upload import choose_columns
from leads.imports.counts import counts_of
from leads.models import Import, ImportState, Receipt, Row, RowState

pytestmark = pytest.mark.django_db
Upload = Callable[..., Import]


def row_outcomes(imported: Import) -> list[tuple[int, str, str]]:
    return list(Row.objects.filter(imported=imported).order_by("line").values_list("line", "email", "reason"))


def test_a_note_below_the_table_is_flagged(checked: Upload) -> None:
    imported = checked("First,Last,Email\nAda,Lee,ada@example.com\n\n,,olive@example.com\n")
    rows = Row.objects.filter(imported=imported).order_by("line")
    assert list(rows.values_list("line", "flags")) == [(2, []), (4, ["note"])]
    assert imported.flags == {"note": 1}


@pytest.mark.parametrize(
    ("column", "usual", "late"),
    [
        ("Stage", "Cold", "Blacklisted"),
        ("Tags", "customer", "customer;unsubscribed"),
        ("Lead Status", "New", "Bounced"),
    ],
)
def test_a_mark_far_below_the_first_lines_counts_as_one_at_the_top(
    checked: Upload, column: str, usual: str, late: str
) -> None:
    people = "".join(f"p{number}@example.com,{usual}\n" for number in range(600))
    imported = checked(f"Email,{column}\n{people}late@example.com,{late}\n")
    assert imported.mapping[column] == "status"
    assert Row.objects.get(email="late@example.com").reason.startswith("marked_")
    assert Row.objects.filter(imported=imported, reason="").count() == 600


def test_a_person_of_the_table_who_is_below_do_not_contact_too_is_left_out(checked: Upload) -> None:
    imported = checked(
        "Email,First name,City\nada@example.com,Ada,Oslo\nbo@example.com,Bo,Oslo\n\nDo not contact\nEmail,Reason\n"
        "bo@example.com,unsubscribed\ncy@example.com,bounced\n"
    )
    taken = Row.objects.filter(imported=imported, reason="").values_list("email", flat=True)
    assert list(taken) == ["ada@example.com"]
    assert row_outcomes(imported)[-2:] == [
        (7, "bo@example.com", "marked_do_not_mail"), (8, "cy@example.com", "marked_do_not_mail"),
    ]  # fmt: skip


def test_every_line_has_an_outcome(checked: Upload) -> None:
    imported = checked(
        "Email,Name\nAda@Example.com,Ada\n\nada@example.com,Again\n,Nobody\nnot an address,X\na@example.com,A,more\n"
    )
    assert row_outcomes(imported) == [
        (2, "ada@example.com", ""),
        (4, "ada@example.com", "duplicate_in_file"),
        (5, "", "no_email"),
        (6, "", "bad_email"),
        (7, "", "bad_shape"),
    ]
    assert (imported.state, imported.rows_total, imported.due_at) == (ImportState.MAPPED, 5, None)
    assert Row.objects.get(line=4).reason_detail == "first on line 2"


def test_a_duplicate_is_found_across_chunks(checked: Upload, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "CHUNK_ROWS", 2)
    imported = checked("Email\na@example.com\nb@example.com\nc@example.com\nA@example.com\n")
    assert [reason for _, _, reason in row_outcomes(imported)] == ["", "", "", "duplicate_in_file"]


def test_an_unusable_first_line_does_not_make_the_second_a_duplicate(checked: Upload) -> None:
    imported = checked("Email,First name\nada@example.com," + "A" * 300 + "\nada@example.com,Ada\n")
    assert [reason for _, _, reason in row_outcomes(imported)] == ["cell_too_long", ""]


def test_blocked_people_are_skipped_before_anything_is_paid(checked: Upload, workspace: Workspace) -> None:
    for value, is_domain in (("rival.example.net", True), ("no@firm.example.org", False)):
        baker.make("leads.Suppression", workspace=workspace, value=value, is_domain=is_domain)
    imported = checked("Email\na@rival.example.net\nNo@firm.example.org\nyes@firm.example.org\n")
    assert [reason for _, _, reason in row_outcomes(imported)] == ["in_blocklist", "in_blocklist", ""]
    assert Row.objects.get(line=2).reason_detail == "blocked by rival.example.net"


def test_people_of_this_and_of_other_campaigns_are_skipped(
    checked: Upload, workspace: Workspace, campaign: Campaign
) -> None:
    other = baker.make(
        "campaigns.Campaign", workspace=workspace, name="05B", remote_id="r-05b", leads_mirrored_at=timezone.now()
    )
    # Listed in the future: seen by this check, so that nothing is asked again.
    made = {"workspace": workspace, "synced_at": timezone.now() + timedelta(minutes=1)}
    baker.make("leads.Lead", campaign=campaign, email="here@example.com", **made)
    baker.make("leads.Lead", campaign=other, email="there@example.com", **made)
    baker.make("leads.Lead", campaign=other, email="gone@example.com", vanished_at=timezone.now(), **made)
    imported = checked("Email\nhere@example.com\nthere@example.com\ngone@example.com\n")
    found = Row.objects.filter(imported=imported).order_by("line").values_list("reason", "reason_detail")
    assert list(found) == [("in_campaign", "05A"), ("in_other_campaign", "05B"), ("", "")]


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (RowState.VERIFIED, "in_other_import"),
        (RowState.LOADING, "in_other_import"),
        (RowState.UNKNOWN, "in_other_import"),
        # Who was loaded is in the mirror for as long as Instantly lists them.
        (RowState.LOADED, ""),
        (RowState.REJECTED, ""),
        (RowState.LOAD_FAILED, ""),
    ],
)
def test_the_same_file_twice_stages_no_one_twice(
    checked: Upload, workspace: Workspace, state: RowState, reason: str
) -> None:
    first = checked("Email\nada@example.com\n")
    receipt = baker.make(Receipt, workspace=workspace, email="ada@example.com", asked_at=timezone.now())
    Row.objects.filter(imported=first).update(state=state, receipt=receipt)
    Import.objects.filter(pk=first.pk).update(state=ImportState.SETTLING, started_at=timezone.now())
    assert [found for _, _, found in row_outcomes(checked("Email\nada@example.com\n"))] == [reason]


def test_people_above_the_company_limit_are_flagged_and_not_skipped(
    checked: Upload, workspace: Workspace, campaign: Campaign, settings: Any
) -> None:
    settings.COMPANY_LIMIT = 2
    baker.make(
        "leads.Lead", campaign=campaign, workspace=workspace, email="old@firm.example.com",
        company_domain="firm.example.com", synced_at=timezone.now(),
    )  # fmt: skip
    imported = checked("Email,Company\na@firm.example.com,\nb@firm.example.com,\nc@gmail.com,Firm\nd@gmail.com,Other\n")
    rows = Row.objects.filter(imported=imported).order_by("line")
    assert [(row.flags, row.reason) for row in rows] == [([], ""), (["company"], ""), ([], ""), ([], "")]


def test_a_killed_check_resumes_where_it_stopped(upload: Upload, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "CHUNK_ROWS", 2)
    imported = upload(
        "Email\n" + "".join(f"p{number}@firm.example.com\n" for number in range(7)) + "p1@firm.example.com\n"
    )
    choose_columns(imported, imported.mapping)
    answers = iter([True, True, True, False])
    check_import(imported.pk, keep_going=lambda: next(answers))
    imported.refresh_from_db()
    assert (imported.state, imported.rows_total, Row.objects.count()) == (ImportState.CHECKING, 4, 4)
    staged = list(Row.objects.order_by("line").values_list("pk", flat=True))

    check_import(imported.pk)

    imported.refresh_from_db()
    assert (imported.state, imported.rows_total) == (ImportState.MAPPED, 8)
    rows = list(Row.objects.order_by("line"))
    assert [row.pk for row in rows[:4]] == staged
    assert [row.line for row in rows] == list(range(2, 10))
    assert [row.reason for row in rows] == [""] * 7 + ["duplicate_in_file"]
    assert [row.flags for row in rows] == [[]] * 3 + [["company"]] * 4 + [[]]


def test_other_columns_make_the_next_check_start_over(checked: Upload) -> None:
    imported = checked("Email,Work mail\nada@example.com,bo@example.com\n")
    choose_columns(imported, {"Work mail": "email"})
    check_import(imported.pk)
    assert row_outcomes(imported) == [(2, "bo@example.com", "")]


def test_an_import_in_any_other_state_is_not_changed(upload: Upload) -> None:
    imported = upload("Email\nada@example.com\n")
    check_import(imported.pk)
    imported.refresh_from_db()
    assert (imported.state, Row.objects.count()) == (ImportState.UPLOADED, 0)


def test_without_the_campaigns_leads_nothing_is_checked_and_the_error_is_shown(
    upload: Upload, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(campaign: Campaign, **options: Any) -> int:
        raise ServerError(method="POST", path="/api/v2/leads/list", status=500)

    monkeypatch.setattr(stage, "mirror_campaign_leads", fail)
    Campaign.objects.filter(pk=campaign.pk).update(leads_mirrored_at=None)
    imported = upload("Email\nada@example.com\n")
    choose_columns(imported, imported.mapping)
    check_import(imported.pk)
    imported.refresh_from_db()
    assert (imported.state, Row.objects.count()) == (ImportState.UPLOADED, 0)
    assert imported.error.startswith("The campaign's leads could not be read, so nothing was checked.")


def test_a_missing_file_fails_the_check(upload: Upload, media: Path) -> None:
    imported = upload("Email\nada@example.com\n")
    choose_columns(imported, imported.mapping)
    (media / imported.file_path).unlink()
    check_import(imported.pk)
    imported.refresh_from_db()
    assert imported.state == ImportState.FAILED
    assert imported.error


LINES = st.lists(
    st.sampled_from(
        ["a@example.com", "B@example.com", "c@example.com,x", "", ",", '"q', "nope", "ü@example.com", "info@x.example"]
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(lines=LINES)
def test_any_lines_add_up(checked: Upload, lines: list[str]) -> None:
    content = (
        "Email,Name\n"
        + "\n".join(line if '"' not in line else f"{line}{chr(34)}x" for line in lines)
        + "\nz@example.com,Z\n"
    )
    imported = checked(content)
    counts = counts_of(imported)
    assert counts.adds_up
    assert counts.rows == imported.rows_total == sum(1 for line in lines if line.replace(",", "").strip()) + 1
    assert counts.ok + counts.skipped_total == counts.rows
