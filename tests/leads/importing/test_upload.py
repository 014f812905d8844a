"""An upload is stored completely or not at all."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from model_bakery import baker

from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.importing.errors import MappingError, NotCheckableError, OpenQuestionError, UnreadableFileError
from leads.importing.records import Shape
from leads.importing.upload import choose_columns, discard, guess_again, reread_file, sample_of
from leads.models import Import, ImportState, MappedBy, Row, SavedMapping
from tests.leads.importing.workbooks import write_workbook

pytestmark = pytest.mark.django_db
Upload = Callable[..., Import]
Members = Callable[..., Member]
GOOD = "E-mail;Vorname;Recent News\nada@example.com;Käthe;won\n"


def test_a_file_is_stored_with_its_shape_and_a_guess_at_its_columns(upload: Upload, media: Path) -> None:
    imported = upload(GOOD.encode("cp1252"), name="../../leads november.csv")
    assert (imported.state, imported.encoding, imported.delimiter) == (ImportState.UPLOADED, "cp1252", ";")
    assert imported.mapping == {"E-mail": "email", "Vorname": "first_name", "Recent News": "custom:recentNews"}
    assert imported.file_name == "leads november.csv"
    assert (media / imported.file_path).read_bytes() == GOOD.encode("cp1252")
    assert imported.file_size == len(GOOD.encode("cp1252"))
    assert AuditEvent.objects.get().action == "import:file:uploaded"


def test_a_workbook_is_stored_as_one(upload: Upload, tmp_path: Path) -> None:
    book = write_workbook(tmp_path / "book.xlsx", [[["Email"], ["ada@example.com"]]])
    imported = upload(book.read_bytes(), name="book.xlsx")
    assert (imported.encoding, imported.delimiter, imported.file_path[-5:]) == ("xlsx", "", ".xlsx")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "The file is empty"),
        ("Email\n", "header but no lead"),
        ("Name,City\nAda,London\n", "no column has e-mail addresses"),
        ('Email,Name\nada@example.com,"Ada\n', "Line 2: a quote opens here and is never closed"),
        ("Email,Name\nada@example.com,\0\n", "Line 2: it contains a NUL byte"),
        ("Email,Name\nada@example.com," + "x" * 1_000_000 + "\n", "Line 2: a cell has more than"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 100, "old Excel file"),
        (b"PK\x03\x04" + b"\x00" * 100, "This workbook or archive is damaged or not complete"),
    ],
)
def test_an_unreadable_upload_leaves_neither_an_import_nor_a_file(
    upload: Upload, media: Path, content: str | bytes, words: str
) -> None:
    with pytest.raises(UnreadableFileError, match=words):
        upload(content)
    assert not Import.objects.exists()
    assert not AuditEvent.objects.exists()
    assert list((media / "imports").iterdir()) == []


def test_a_file_over_the_limit_is_refused_during_the_upload(upload: Upload, media: Path, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 20
    with pytest.raises(UnreadableFileError, match="larger than 0 MB"):
        upload(GOOD)
    assert list((media / "imports").iterdir()) == []


def test_a_mapping_is_remembered_for_the_member_and_the_campaign_that_it_was_chosen_for(
    upload: Upload, member: Members, workspace: Workspace
) -> None:
    chosen = {"E-mail": "email", "Vorname": "ignore", "Recent News": "personalization"}
    olive, other = member("operator", "Olive"), member("operator", "Otto")
    elsewhere = baker.make("campaigns.Campaign", workspace=workspace, name="05B")
    first = upload(GOOD, by=olive)
    assert first.mapped_by == MappedBy.HEADER
    choose_columns(first, chosen, by=olive, remember=True)
    assert first.mapped_by == MappedBy.YOU
    again = upload(GOOD, by=olive)
    assert (again.mapping, again.mapped_by) == (chosen, MappedBy.MEMORY)
    assert upload(GOOD, by=other).mapped_by == MappedBy.HEADER
    assert upload(GOOD, by=olive, into=elsewhere).mapped_by == MappedBy.HEADER


def test_a_mapping_that_was_only_tried_is_not_remembered(upload: Upload, member: Members) -> None:
    olive = member("operator")
    choose_columns(upload(GOOD, by=olive), {"E-mail": "email"})
    assert upload(GOOD, by=olive).mapped_by == MappedBy.HEADER
    assert not SavedMapping.objects.exists()


def test_nothing_is_checked_while_a_question_is_open(upload: Upload) -> None:
    imported = upload(GOOD)
    imported.asks = [{"what": "sheet", "choices": ["May", "June"], "say": ""}]
    with pytest.raises(OpenQuestionError, match="Choose the sheet: May, June"):
        choose_columns(imported, {"E-mail": "email"})
    imported.refresh_from_db()
    assert imported.state == ImportState.UPLOADED


def test_choosing_columns_requests_the_check(upload: Upload) -> None:
    imported = upload(GOOD)
    choose_columns(imported, {"E-mail": "email"})
    assert imported.state == ImportState.CHECKING
    assert imported.due_at is not None
    assert imported.mapping == {"E-mail": "email", "Vorname": "ignore", "Recent News": "ignore"}


def test_a_mapping_without_an_address_changes_nothing(upload: Upload) -> None:
    imported = upload(GOOD)
    with pytest.raises(MappingError):
        choose_columns(imported, {"Vorname": "first_name"})
    imported.refresh_from_db()
    assert imported.state == ImportState.UPLOADED
    assert not SavedMapping.objects.exists()


def test_the_columns_of_a_running_import_cannot_be_changed(upload: Upload) -> None:
    imported = upload(GOOD)
    Import.objects.update(state=ImportState.VERIFYING)
    with pytest.raises(NotCheckableError):
        choose_columns(imported, {"E-mail": "email"})
    imported.refresh_from_db()
    assert imported.state == ImportState.VERIFYING


def test_a_wrong_guess_is_fixed_by_reading_the_file_again(upload: Upload) -> None:
    imported = upload("Email,a|b\nada@example.com,x|y\n")
    with pytest.raises(UnreadableFileError):
        reread_file(imported, Shape("utf-16", "|"))
    reread_file(imported, Shape("cp1252", "|"))
    assert (imported.encoding, imported.delimiter, imported.header) == ("cp1252", "|", ["Email,a", "b"])


def test_samples_are_kept_with_the_import_so_that_a_page_opens_no_file(upload: Upload, media: Path) -> None:
    imported = upload(GOOD)
    (media / imported.file_path).unlink()
    assert sample_of(imported) == [["ada@example.com", "Käthe", "won"]]
    imported.refresh_from_db()
    assert imported.reading["top"] == [[1, "E-mail · Vorname · Recent News"], [2, "ada@example.com · Käthe · won"]]
    with pytest.raises(UnreadableFileError, match="The stored file is no longer there"):
        reread_file(imported, Shape())


def test_what_is_wanted_of_a_file_is_not_guessed(upload: Upload) -> None:
    imported = upload("Our leads\nMail,Email\nEmail,Name\nada@example.com,Ada\n", wanted=Shape(header_line=3))
    assert (imported.header, imported.header_line) == (["Email", "Name"], 3)


def test_an_open_question_about_the_file_is_kept_until_it_is_answered(upload: Upload) -> None:
    imported = upload("Email;Name\na@example.com;Łukasz\nb@example.com;Paweł\n".encode("cp1250"))
    assert (imported.encoding, [ask["what"] for ask in imported.asks]) == ("cp1250", ["encoding"])
    with pytest.raises(OpenQuestionError, match=r"--encoding"):
        choose_columns(imported, imported.mapping)
    guess_again(imported)
    assert [ask["what"] for ask in imported.asks] == ["encoding"]
    reread_file(imported, Shape("cp1250"))
    assert (imported.asks, imported.encoding) == ([], "cp1250")
    choose_columns(imported, imported.mapping)
    assert imported.state == ImportState.CHECKING


def test_a_discarded_import_leaves_only_its_audit_events(checked: Upload, media: Path) -> None:
    imported = checked(GOOD)
    discard(imported, by=imported.uploaded_by)
    assert not Import.objects.exists()
    assert not Row.objects.exists()
    assert list((media / "imports").iterdir()) == []
    actions = list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["import:file:uploaded", "import:file:discarded"]


def test_an_import_that_started_cannot_be_discarded(checked: Upload) -> None:
    imported = checked(GOOD)
    Import.objects.update(state=ImportState.VERIFYING)
    with pytest.raises(NotCheckableError):
        discard(imported, by=None)
    assert Row.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "text", "remarks"),
    [
        (
            "unsubscribed_members.csv",
            "Email\nada@example.com\n",
            ["The name of the file says “unsubscribed_members.csv”: check that these people may be written to."],
        ),
        (
            "may.csv",
            "Do not contact, as of May\n\nEmail,Name\nada@example.com,Ada\nbo@example.com,Bo\n",
            ["Line 1 says “Do not contact · as of May”: check that these people may be written to."],
        ),
        ("may.csv", "Fair in May\n\nEmail,Name\nada@example.com,Ada\nbo@example.com,Bo\n", []),
    ],
)
def test_a_title_that_says_not_to_write_to_these_people_is_repeated(
    upload: Upload, name: str, text: str, remarks: list[str]
) -> None:
    imported = upload(text, name=name)
    assert imported.column_remarks == remarks
    assert reread_file(imported, Shape()).column_remarks == remarks
