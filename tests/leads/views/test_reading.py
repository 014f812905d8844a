"""The part of an import's page that says how the file is read and lets that be changed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from leads.models import Import, ImportState
from tests.leads.importing.workbooks import Page, write_pages

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]
NOTES = "Our leads\n\nName;Email\nNames;Mails\nJosé;jose@example.com\n"
POLISH = "Email;Name\na@example.com;Łukasz\nb@example.com;Paweł\n".encode("cp1250")


def page_of(web: Web, imported: Import) -> str:
    return web("operator").get(f"/w/demo/imports/{imported.pk}/").content.decode()


def test_the_page_says_how_the_file_is_read_and_shows_its_first_lines(web: Web, upload: Callable[..., Import]) -> None:
    page = page_of(web, upload(NOTES.encode("cp1252")))
    assert "Read as Windows-1252 (Western), semicolons, header on line 3" in page
    assert 'name="header_line" value="3" checked>' in page
    assert '<b>Line 5</b> <span class="muted">José · jose@example.com</span>' in page
    assert "Windows-1250 (Central European): José" in page


@pytest.mark.parametrize(
    ("encoding", "column", "variable"),
    [
        ("shift_jis", "備考", "{{beiKao}}"),
        ("gb18030", "备注", "{{beiZhu}}"),
        ("cp1251", "Город", "{{gorod}}"),
        ("utf-8", "Πόλη", "{{poli}}"),
        ("utf-8", "مدينة", "{{mdynh}}"),
    ],
)
def test_a_column_in_another_script_says_its_variable_and_keeps_its_values(
    web: Web, upload: Callable[..., Import], encoding: str, column: str, variable: str
) -> None:
    imported = upload(f"Email,Name,{column}\nada@example.com,Ada,{column}\n".encode(encoding))
    sent = {"encoding": encoding}
    web("operator").post(f"/w/demo/imports/{imported.pk}/read-again/", sent)
    page = page_of(web, imported)
    assert f"<b>{column}</b>" in page
    assert f"As a variable: <code>{variable}</code>, the name of the column in Latin letters" in page


def test_a_column_in_latin_letters_says_its_variable_alone(web: Web, upload: Callable[..., Import]) -> None:
    page = page_of(web, upload("Email,Recent news,Prénomination\nada@example.com,x,y\n"))
    assert "As a variable: <code>{{recentNews}}</code></div>" in page
    assert "As a variable: <code>{{prenomination}}</code></div>" in page


def test_the_header_line_is_moved_by_a_click(web: Web, upload: Callable[..., Import]) -> None:
    imported = upload(NOTES)
    sent = {"encoding": "utf-8", "delimiter": ";", "header_line": "4"}
    answer = web("operator").post(f"/w/demo/imports/{imported.pk}/read-again/", sent)
    imported.refresh_from_db()
    assert answer.status_code == 302
    assert (imported.header_line, imported.header, imported.delimiter) == (4, ["Names", "Mails"], ";")


def test_another_encoding_or_delimiter_finds_the_header_again(web: Web, upload: Callable[..., Import]) -> None:
    imported = upload("Email,a|b\nada@example.com,x|y\n")
    sent = {"encoding": "utf-8", "delimiter": "|", "header_line": "1"}
    web("operator").post(f"/w/demo/imports/{imported.pk}/read-again/", sent)
    imported.refresh_from_db()
    assert (imported.state, imported.delimiter, imported.header) == (ImportState.UPLOADED, "|", ["Email,a", "b"])


def test_an_open_question_is_shown_with_previews_and_the_mapping_only_after_it(
    web: Web, upload: Callable[..., Import]
) -> None:
    imported = upload(POLISH)
    page = page_of(web, imported)
    assert "The file does not say how its letters are encoded. Choose the one in which they are right." in page
    assert '<b>Windows-1250 (Central European)</b> <span class="muted">Łukasz · Paweł</span>' in page
    # The operator chooses: an answer that was chosen beforehand would be sent unread.
    assert '<input type="radio" name="encoding" value="cp1250" required> ' in page
    assert "Column mapping" not in page
    # Nor does a guess stand in the head of the page as if it were known.
    assert "</a> · uploaded" in page
    web("operator").post(f"/w/demo/imports/{imported.pk}/read-again/", {"encoding": "cp1250"})
    imported.refresh_from_db()
    assert (imported.asks, imported.encoding) == ([], "cp1250")
    assert "Column mapping" in page_of(web, imported)


def test_a_question_that_was_not_answered_stays_open(web: Web, upload: Callable[..., Import]) -> None:
    imported = upload(POLISH)
    web("operator").post(f"/w/demo/imports/{imported.pk}/read-again/", {"delimiter": ";"})
    imported.refresh_from_db()
    assert [ask["what"] for ask in imported.asks] == ["encoding"]


def test_the_sheet_is_named_and_can_be_changed(web: Web, upload: Callable[..., Import], tmp_path: Path) -> None:
    leads = [["Email"], ["ada@example.com"]]
    book = write_pages(
        tmp_path / "x", [Page("Read me", [["Hello"]]), Page("Leads", leads), Page("Old", leads, state="hidden")]
    )
    imported = upload(book.read_bytes(), name="book.xlsx")
    page = page_of(web, imported)
    assert "Read as Excel workbook, sheet “Leads”, header on line 1" in page
    assert '<option value="Leads" selected>Leads</option>' in page
    assert "Old" not in page
    answer = web("operator").post(
        f"/w/demo/imports/{imported.pk}/read-again/", {"sheet": "Read me", "header_line": "1"}
    )
    assert answer.status_code == 422
    assert "No e-mail address was found" in answer.content.decode()
    imported.refresh_from_db()
    assert imported.sheet == "Leads"


@pytest.mark.parametrize(
    "sent",
    [{"encoding": "klingon"}, {"header_line": "99"}, {"header_line": "0"}, {"header_line": "-3"}, {"sheet": "x"}],
)
def test_what_the_file_does_not_have_is_refused_and_changes_nothing(
    web: Web, upload: Callable[..., Import], sent: dict[str, str]
) -> None:
    imported = upload(NOTES)
    assert web("operator").post(f"/w/demo/imports/{imported.pk}/read-again/", sent).status_code == 422
    imported.refresh_from_db()
    assert (imported.encoding, imported.header_line, imported.sheet) == ("utf-8", 3, "")


def test_a_viewer_changes_nothing(web: Web, upload: Callable[..., Import]) -> None:
    imported = upload(NOTES)
    assert web("viewer").post(f"/w/demo/imports/{imported.pk}/read-again/", {"header_line": "4"}).status_code == 403
    imported.refresh_from_db()
    assert imported.header_line == 3


def test_the_header_below_notes_with_addresses_is_chosen_by_a_click(web: Web, upload: Callable[..., Import]) -> None:
    imported = upload(
        "Owner,olive@example.com\nSent,2 May\nWho,Where to,Firm\nJo,jo@example.com,A\nAl,al@example.com,B\n"
    )
    page = page_of(web, imported)
    assert "Choose the line of the column names." in page
    assert 'name="header_line" value="3" required> <span><b>Line 3</b>' in page
    assert "Column mapping" not in page
    web("operator").post(f"/w/demo/imports/{imported.pk}/read-again/", {"header_line": "3"})
    imported.refresh_from_db()
    assert (imported.asks, imported.header_line, imported.header) == ([], 3, ["Who", "Where to", "Firm"])
    assert "Column mapping" in page_of(web, imported)
