"""Hostile files over HTTP: the running web server stays small and answers others meanwhile."""

import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.crash.stack import ROOT, Stack, wait_until
from tests.leads.importing.workbooks import Cell, Options, Page, write_pages

MOST_MB = 300
# Less than this is a process that has not even loaded the product.
LEAST_MB = 60
MEGABYTE = 1_000_000
# Each is a smaller one of its kind: the limit that stops it is reached within it.
SENTENCES = {
    "far.xlsx": "a row has more than 500 columns",
    "shared.xlsx": "The workbook has too much text",
    "commas.csv": "a row has more than",
    "newlines.csv": "The file has more than 5,000,000 lines",
    "columns.csv": "a row has more than 500 columns",
}


def far_apart(folder: Path) -> None:
    """Two cells in opposite corners of a sheet."""
    plain, far = folder / "plain.xlsx", folder / "far.xlsx"
    write_pages(plain, [Page("L", [["Email"]])])
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    with zipfile.ZipFile(plain) as before, zipfile.ZipFile(far, "w", zipfile.ZIP_DEFLATED) as book:
        for name in before.namelist():
            text = before.read(name).decode()
            head, start, rest = text.partition("<sheetData>")
            end = rest.partition("</sheetData>")[2]
            book.writestr(name, f"{head}<sheetData>{rows}</sheetData>{end}" if start else text)


def shared_texts(folder: Path) -> None:
    """Few bytes that unpack to hundreds of megabytes of text for all cells to share."""
    text = f"<t>{'long ' * 10_000}</t>"
    pages = [Page("L", [["Email"], [Cell("0", "s")]])]
    write_pages(folder / "shared.xlsx", pages, Options(shared=[text] * 5_600))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    far_apart(folder)
    shared_texts(folder)
    (folder / "commas.csv").write_bytes(b"Email\n" + b"," * 20 * MEGABYTE)
    (folder / "newlines.csv").write_bytes(b"Email\na@example.com\n" + b"\n" * 6 * MEGABYTE)
    (folder / "columns.csv").write_bytes(b",".join([b"c"] * 20_001) + b"\n")
    return folder


@pytest.fixture
def web() -> Iterator[tuple[Stack, httpx.Client]]:
    """The web server of a stack without workers, and an operator's browser."""
    stack = Stack()
    try:
        stack.start("broker", "sandbox")
        stack.ask("prepare")
        stack.ask("sync")
        static = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
        subprocess.run(static, env=stack.environment, cwd=ROOT, check=True)
        stack.start("web")
        cookies = {"sessionid": stack.ask("sign_in")["session"]}
        with httpx.Client(base_url=f"http://127.0.0.1:{stack.web_port}", cookies=cookies, timeout=120) as browser:
            wait_until(lambda: answers(browser), what="the web server")
            yield stack, browser
    finally:
        sys.stdout.write(stack.all_output())
        stack.end()


def answers(browser: httpx.Client) -> bool:
    try:
        return browser.get("/healthz").status_code == 200
    except httpx.TransportError:
        return False


def test_the_web_server_stays_small_and_answers_while_hostile_files_are_uploaded(
    web: tuple[Stack, httpx.Client], folder: Path
) -> None:
    stack, browser = web
    form = browser.get("/w/demo/imports/new/")
    assert form.status_code == 200
    with ThreadPoolExecutor(len(SENTENCES)) as uploaders:
        uploads = {name: uploaders.submit(upload, browser, folder / name) for name in SENTENCES}
        meanwhile = [page(browser) for _ in until(uploads.values())]
    found = {name: one.result() for name, one in uploads.items()}
    assert {name: (found[name].status_code, said in found[name].text) for name, said in SENTENCES.items()} == (
        dict.fromkeys(SENTENCES, (422, True))
    )
    assert set(meanwhile) == {200}
    assert LEAST_MB < stack.peak_mb_of("web") < MOST_MB


def until(uploads: Iterable[Future[httpx.Response]]) -> Iterator[None]:
    """Goes on as long as an upload does, and at least once."""
    waiting = list(uploads)
    yield
    while not all(one.done() for one in waiting):
        yield


def page(browser: httpx.Client) -> int:
    return browser.get("/w/demo/campaigns/").status_code


def upload(browser: httpx.Client, path: Path) -> httpx.Response:
    """Post the form of the upload page."""
    headers = {"X-CSRFToken": browser.cookies["csrftoken"]}
    with path.open("rb") as file:
        return browser.post(
            "/w/demo/imports/new/", data={"campaign": "1"}, files={"file": (path.name, file)}, headers=headers
        )
