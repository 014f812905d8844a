"""In CI a skip is a failure unless its reason is known."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.plugins.skips import KNOWN

ROOT = Path(__file__).resolve().parents[2]
PLUGIN = 'import pytest\npytest_plugins = ["tests.plugins.skips"]\n'
SKIPS = {
    "call": 'def test_it(): pytest.skip("not today")\n',
    "mark": '@pytest.mark.skip(reason="not today")\ndef test_it(): pass\n',
    "skipif": '@pytest.mark.skipif(True, reason="not today")\ndef test_it(): pass\n',
    "module_mark": 'pytestmark = pytest.mark.skipif(True, reason="not today")\ndef test_it(): pass\n',
    "fixture": '@pytest.fixture\ndef need(): pytest.skip("not today")\ndef test_it(need): pass\n',
    "module": 'pytest.skip("not today", allow_module_level=True)\n',
    "import": 'pytest.importorskip("no_such_module_anywhere", reason="not today")\n',
    "unittest": 'import unittest\nclass TestIt(unittest.TestCase):\n def test_it(self): self.skipTest("not today")\n',
}
KNOWN_SKIP = f'def test_it(): pytest.skip("{next(iter(KNOWN))}")\n'
NO_SKIP = '@pytest.mark.xfail(reason="not today")\ndef test_it(): assert False\ndef test_fine(): pass\n'


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "conftest.py").write_text(PLUGIN, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:django",
        "-p",
        "no:cacheprovider",
        "-q",
        *arguments,
        str(folder),
    ]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", **environment}
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)


def write(folder: Path, name: str, body: str) -> None:
    (folder / f"test_{name}.py").write_text(f"import pytest\n{body}", encoding="utf-8")


def test_elsewhere_a_skip_is_a_skip(tmp_path: Path) -> None:
    for name, body in SKIPS.items():
        write(tmp_path, name, body)
    for environment in ({}, {"ONLY_KNOWN_SKIPS": "0"}):
        done = run(tmp_path, **environment)
        assert (done.returncode, f"{len(SKIPS)} skipped" in done.stdout) in {(0, True), (5, True)}, done.stdout


@pytest.mark.parametrize("arguments", [(), ("-n", "1")])
def test_in_ci_every_form_of_skipping_fails(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    for name, body in SKIPS.items():
        write(tmp_path, name, body)
    done = run(tmp_path, "--continue-on-collection-errors", *arguments, ONLY_KNOWN_SKIPS="1")
    assert done.returncode == 1, done.stdout
    refused = set(re.findall(r"ONLY_KNOWN_SKIPS is set, but test_(\w+)\.py\S* was skipped: not today", done.stdout))
    assert refused == set(SKIPS)
    assert "skipped" not in done.stdout.splitlines()[-1]


def test_a_known_reason_and_an_expected_failure_pass(tmp_path: Path) -> None:
    write(tmp_path, "known", KNOWN_SKIP)
    write(tmp_path, "expected", NO_SKIP)
    done = run(tmp_path, ONLY_KNOWN_SKIPS="1")
    assert done.returncode == 0, done.stdout
    assert "1 passed, 1 skipped, 1 xfailed" in done.stdout


@pytest.mark.parametrize("reason", KNOWN)
def test_a_known_reason_is_one_that_a_test_gives(reason: str) -> None:
    giving = [path for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__)]
    assert any(f'"{reason}"' in path.read_text(encoding="utf-8") for path in giving)


def test_ci_asks_for_it() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    asked, first_tests = script.find("export ONLY_KNOWN_SKIPS=1"), script.find("make --no-print-directory test")
    assert 0 <= asked < first_tests
