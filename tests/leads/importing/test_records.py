"""Files are read in a child process with limits."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from leads.importing import records as parent
from leads.importing.check import Plan
from leads.importing.errors import UnreadableFileError
from leads.importing.lines import Line
from leads.importing.reading import child, limits
from leads.importing.reading.shape import Shape
from leads.importing.records import cleaned_lines, survey

ROOT = Path(__file__).resolve().parents[3]
PLAN = Plan(2, 0, (("first_name", 1),), ())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "leads.csv"
    path.write_text("Notes\n\nEmail;Name\n" + "".join(f"p{n}@example.com;Käthe\n" for n in range(2500)))
    return path


def test_a_survey_and_the_records_come_from_a_child(path: Path) -> None:
    found = survey(path, Shape())
    assert (found.shape, found.header, found.count) == (Shape("utf-8", ";", "", 3), ["Email", "Name"], 2500)
    assert found.top[:2] == [(1, "Notes"), (3, "Email · Name")]
    lines = list(cleaned_lines(path, found.shape, PLAN))
    assert (len(lines), lines[0].line) == (2500, 4)
    last = ["p2499@example.com", "Käthe"]
    assert lines[-1] == Line(2503, last, last[0], {}, [], "", "", [last[1], "", "", "", "", "", ""])


def test_a_check_that_goes_on_gets_the_lines_behind_those_it_has(path: Path) -> None:
    lines = cleaned_lines(path, Shape("utf-8", ";", "", 3), PLAN, skipped=2498)
    assert [one.email for one in lines] == ["p2498@example.com", "p2499@example.com"]


def test_the_notes_are_the_same_if_a_check_goes_on(path: Path) -> None:
    path.write_text("Email,Name,City\nada@example.com,Ada,Oslo\n\n,,help@example.com\n")
    [note] = cleaned_lines(path, Shape("utf-8", ",", "", 1), Plan(3, 2, (), ()), skipped=1)
    assert (note.email, note.flags) == ("help@example.com", ["role", "note"])


def test_a_plan_reaches_the_child_however_long_it_is(path: Path) -> None:
    marks = tuple(("unsubscribed", 1, f"{number}{'ü' * 1000}") for number in range(490))
    lines = list(cleaned_lines(path, Shape("utf-8", ";", "", 3), Plan(2, 0, (), (), marks)))
    assert {one.reason for one in lines} == {"marked_unsubscribed"}


def test_the_childs_error_is_raised_here_with_its_line(path: Path) -> None:
    path.write_text('Email,Name\nada@example.com,"Ada\n')
    with pytest.raises(UnreadableFileError, match="Line 2: a quote opens here") as caught:
        survey(path, Shape())
    assert caught.value.line == 2


def test_a_missing_file_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        next(cleaned_lines(tmp_path / "nix.csv", Shape("utf-8", ","), PLAN))


def test_a_reader_that_is_left_early_leaves_no_child(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def remembered(*arguments: object, **options: object) -> subprocess.Popen[bytes]:
        started.append(popen(*arguments, **options))  # type: ignore[call-overload]
        return started[-1]

    monkeypatch.setattr(parent.subprocess, "Popen", remembered)
    stream = cleaned_lines(path, Shape("utf-8", ";", "", 3), PLAN)
    next(stream)
    assert started[0].returncode is None
    stream.close()
    assert started[0].returncode is not None


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "takes more than 640 MB of memory"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "takes more than 150 seconds"),
        ("import os; os.abort()", "reading it failed"),
        ("raise SystemExit(3)", "reading it failed"),
        ("import sys; sys.stdout.buffer.write(b'\\xff\\xff\\xff\\xff'); sys.stdout.flush()", "reading it failed"),
        ("import time; time.sleep(60)", "takes more than 150 seconds"),
    ],
)
def test_a_child_that_dies_or_hangs_is_one_clear_error(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str, words: str
) -> None:
    (tmp_path / "broken_child.py").write_text(program)
    monkeypatch.setattr(parent, "_ROOT", tmp_path)
    monkeypatch.setattr(child, "__name__", "broken_child")
    monkeypatch.setattr(limits, "SILENCE_S", 2.0)
    with pytest.raises(UnreadableFileError, match=words):
        survey(path, Shape())


def test_the_child_knows_no_secret_of_the_product(path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("INSTANTLY_SECRET", "x")
    (tmp_path / "broken_child.py").write_text(f"import os; open({str(tmp_path / 'env')!r}, 'w').write(str(os.environ))")
    monkeypatch.setattr(parent, "_ROOT", tmp_path)
    monkeypatch.setattr(child, "__name__", "broken_child")
    with pytest.raises(UnreadableFileError):
        survey(path, Shape())
    assert "PATH" in (tmp_path / "env").read_text()
    assert "INSTANTLY_SECRET" not in (tmp_path / "env").read_text()


LIMITED = """
import sys
from leads.importing.reading import child, limits
limits.MEMORY_BYTES, limits.CPU_S = 200 * 1024**2, 1
child.limit_this_process(limits.CPU_S)
{what}
"""


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("try: bytearray(300 * 1024**2)\nexcept MemoryError: sys.exit(7)", 7),
        ("while True: pass", -24),
        ("try: open(sys.argv[1], 'w').write('x' * 9999)\nexcept OSError: sys.exit(7)", -25),
    ],
)
def test_the_child_limits_its_memory_its_time_and_its_files(tmp_path: Path, what: str, code: int) -> None:
    command = [sys.executable, "-c", LIMITED.format(what=what), str(tmp_path / "x")]
    ended = subprocess.run(command, cwd=ROOT, env={"PATH": os.environ["PATH"]}, capture_output=True, check=False)
    assert ended.returncode in {code, 7}


HOSTILE = {
    "commas": b"Email\n" + b"," * 20_000_000,
    "newlines": b"Email\na@example.com\n" + b"\n" * 20_000_000,
    "one line": b"x" * 20_000_000,
    "quotes": b'"' * 20_000_000,
    "columns": b",".join([b"c"] * 20_001) + b"\n",
    "zeros": bytes(20_000_000),
}
MEASURE = """
import sys
from pathlib import Path
from leads.importing.errors import UnreadableFileError
from leads.importing.reading.shape import Shape
from leads.importing.records import survey
for name in sys.argv[1:]:
    try:
        survey(Path(name), Shape())
        print("accepted", name)
    except UnreadableFileError as error:
        assert str(error)
print([line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")][0].split()[1])
"""


def test_whatever_the_file_the_reading_process_stays_small(tmp_path: Path) -> None:
    names = []
    for name, content in HOSTILE.items():
        (tmp_path / name).write_bytes(content)
        names.append(str(tmp_path / name))
    command = [sys.executable, "-c", MEASURE, *names]
    output = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=120).stdout
    assert "accepted" not in output
    assert int(output.split()[-1]) < 100 * 1024


def test_the_child_may_be_some_thousand_rows_ahead_where_the_machine_allows_it(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as stream, os.fdopen(writing, "wb"):
        parent._let_it_run_ahead(stream)
        assert fcntl.fcntl(stream, fcntl.F_GETPIPE_SZ) == 1 << 20
    (tmp_path / "no pipe").touch()
    with (tmp_path / "no pipe").open("rb") as stream:
        parent._let_it_run_ahead(stream)
