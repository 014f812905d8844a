"""A running import: reloading is safe, it stops and resumes, and it works without JavaScript."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.crash.stack import wait_until
from tests.e2e.browsing import LONG_MS, OpenAs, button, link, open_campaign
from tests.e2e.stack import Stack

ROWS = 60
VERIFYING = re.compile(r"^Verifying, (\d+) of (\d+) answered$")


@pytest.fixture
def people(tmp_path: Path) -> Callable[[str], Path]:
    """people("reload") is a file of sixty valid addresses."""

    def make(word: str) -> Path:
        file = tmp_path / f"{word}.csv"
        lines = [f"fast.{word}{number}@firm{number}.example.org,Sam" for number in range(ROWS)]
        file.write_text("\n".join(["email,first_name", *lines]), encoding="utf-8")
        return file

    return make


def slow_down(stack: Stack) -> None:
    """Slow down every verification from now on: four at a time, seven seconds in all."""
    stack.control.faults({"match": {"path": "/email-verification*"}, "do": "latency_ms", "value": 450, "times": ROWS})


def start_import(page: Page, campaign: str, file: Path) -> Locator:
    """Upload, check and start; returns the headline of the run."""
    open_campaign(page, campaign)
    link(page, "Upload leads").first.click()
    page.get_by_label("Lead file", exact=True).set_input_files(file)
    button(page, "Upload").click()
    button(page, "Check file").click()
    button(page, "Start").click()
    return page.get_by_role("status").filter(has_text=re.compile("Verifying|Stopped|Loading|Settle|Done"))


def answered(headline: Locator) -> int:
    """The number of answered addresses in the headline."""
    expect(headline).to_have_text(VERIFYING)
    found = VERIFYING.match(headline.inner_text())
    assert found is not None
    return int(found.group(1))


def test_reloading_during_a_run_shows_its_progress(
    open_as: OpenAs, stack: Stack, people: Callable[[str], Path]
) -> None:
    remote_id = stack.new_campaign("31 Reloaded")
    slow_down(stack)
    page = open_as("operator")
    headline = start_import(page, "31 Reloaded", people("reload"))
    before, address = answered(headline), page.url

    page.reload()

    assert page.url == address
    assert answered(headline) >= before
    # It continues without a reload, in this window and in a colleague's.
    expect(headline).to_have_text(re.compile(rf"^Settle watch: {ROWS} loaded"), timeout=LONG_MS)
    colleague = open_as("viewer")
    colleague.goto(address)
    expect(colleague.get_by_role("region", name="Every line accounted for")).to_contain_text(
        f"{ROWS} = 0 + 0 + {ROWS} + 0 + 0 + 0"
    )
    inside = [email for email in stack.control.leads_in(remote_id) if "reload" in email]
    assert len(inside) == len(set(inside)) == ROWS


def test_after_stop_nothing_is_sent_and_resume_finishes_without_paying_twice(
    open_as: OpenAs, stack: Stack, people: Callable[[str], Path]
) -> None:
    remote_id = stack.new_campaign("32 Stopped")
    slow_down(stack)
    page = open_as("operator")
    headline = start_import(page, "32 Stopped", people("stopped"))
    wait_until(lambda: answered(headline) > 0, what="the first answer")

    button(page, "Stop").click()

    expect(headline).to_have_text(re.compile(r"^Stopped, \d+ (line is|lines are) open$"))
    expect(page.get_by_text("Stopped by Olive Operator").first).to_be_visible()
    page.reload()
    expect(headline).to_have_text(re.compile(r"^Stopped, \d+ (line is|lines are) open$"))
    assert not [email for email in stack.control.leads_in(remote_id) if "stopped" in email]

    button(page, "Resume").click()

    expect(headline).to_have_text(re.compile(rf"^Settle watch: {ROWS} loaded"), timeout=LONG_MS)
    inside = [email for email in stack.control.leads_in(remote_id) if "stopped" in email]
    assert len(inside) == len(set(inside)) == ROWS
    charged = {email: credits for email, credits in stack.control.charged().items() if "stopped" in email}
    assert len(charged) == ROWS
    assert set(charged.values()) == {0.25}


def test_without_javascript_a_file_is_uploaded_and_loaded(
    open_as: OpenAs, stack: Stack, people: Callable[[str], Path]
) -> None:
    remote_id = stack.new_campaign("33 Plain")
    page = open_as("operator", java_script_enabled=False)
    headline = start_import(page, "33 Plain", people("plain"))

    # The page reloads automatically while something runs.
    expect(headline).to_have_text(re.compile(rf"^Settle watch: {ROWS} loaded"), timeout=LONG_MS)
    assert len(stack.control.leads_in(remote_id)) == ROWS


def test_failed_rows_are_downloaded_with_their_original_columns_and_reasons(
    open_as: OpenAs, stack: Stack, tmp_path: Path
) -> None:
    file = tmp_path / "mixed.csv"
    file.write_text(
        "Mail;Vorname\nfast.fine@firm.example.org;Ada\ninvalid.gone@firm.example.org;Bo\nnobody;Cy\n",
        encoding="utf-8",
    )
    stack.new_campaign("34 Mixed")
    page = open_as("operator")
    headline = start_import(page, "34 Mixed", file)
    expect(headline).to_have_text(re.compile("^(Settle watch: 1 loaded|Done: 1 of 3)"), timeout=LONG_MS)

    with page.expect_download() as download:
        link(page, "Download failed rows").click()

    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert download.value.suggested_filename == "mixed-failed.csv"
    assert lines[0].startswith("Mail;Vorname;")
    assert [line.split(";")[0] for line in lines[1:]] == ["invalid.gone@firm.example.org", "nobody"]


def test_an_unreadable_file_is_reported_on_the_field(open_as: OpenAs, tmp_path: Path) -> None:
    file = tmp_path / "empty.csv"
    file.write_bytes(b"")
    page = open_as("operator")
    open_campaign(page, "05A Executive-Peer")
    link(page, "Upload leads").first.click()
    page.get_by_label("Lead file", exact=True).set_input_files(file)
    button(page, "Upload").click()

    field = page.get_by_label("Lead file", exact=True)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text(re.compile("empty", re.IGNORECASE)).first).to_be_visible()
