"""`manage.py backup` and `restore`, as processes of their own, on SQLite and on Postgres."""

import io
import json
import os
import subprocess
import sys
import tarfile
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from iexdg.operations import heartbeat
from iexdg.operations.backup import FORMAT, Manifest
from iexdg.operations.restore import Restored

ROOT = Path(__file__).resolve().parents[3]
WRITE = """
from pathlib import Path
from django.conf import settings
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from django.contrib.sessions.backends.db import SessionStore
stored = Path(settings.MEDIA_ROOT) / "imports" / "1" / "leads ü.csv"
stored.parent.mkdir(parents=True)
stored.write_text("Email\\nada@example.com\\n", encoding="utf-8")
Member.objects.create_member("kept@example.com", name="Zoë ✓", role="viewer", password="a-long-password")
Workspace.objects.create(name="Peers", remote_id="w-1", mode="write")
SessionStore().create()
"""
SPOIL = """
from pathlib import Path
from django.conf import settings
from iexdg.team.models import Member
Member.objects.filter(email="kept@example.com").update(name="Somebody else")
Member.objects.create_member("later@example.com", name="Later", role="viewer", password="a-long-password")
next(Path(settings.MEDIA_ROOT).rglob("*.csv")).unlink()
(Path(settings.MEDIA_ROOT) / "later.csv").write_text("x")
"""
SHOW = """
import json
from pathlib import Path
from django.conf import settings
from django.contrib.sessions.models import Session
from iexdg.team.models import Member
from iexdg.team.audit.models import AuditEvent
from iexdg.workspaces.models import Workspace
media = Path(settings.MEDIA_ROOT)
print(json.dumps({
    "people": sorted(Member.objects.values_list("email", "name")),
    "files": {str(path.relative_to(media)): path.read_text() for path in media.rglob("*") if path.is_file()},
    "modes": sorted(Workspace.objects.values_list("name", "mode")),
    "sessions": Session.objects.count(),
    "restored": AuditEvent.objects.filter(action="workspace:restored").count(),
}))
"""
# Writes without a pause, one transaction after the other: in a copy of one moment both counts are the same.
WRITER = """
from django.db import transaction
from iexdg.team.models import Member
number = 0
print("writing", flush=True)
while True:
    number += 1
    with transaction.atomic():
        Member.objects.create(email=f"a{number}@example.com", name="A", role="viewer")
        Member.objects.create(email=f"b{number}@example.com", name="B", role="viewer")
"""
PAIRS = """
import json
from iexdg.team.models import Member
print(json.dumps([Member.objects.filter(name=name).count() for name in "AB"]))
"""


class Product:
    """The product's commands, in processes of their own."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.environment = kept | {
            "DJANGO_SETTINGS_MODULE": "iexdg.settings.dev",
            "VAR_DIR": str(folder),
            # Nothing answers there: no process of the product is running.
            "REDIS_URL": "redis://127.0.0.1:1/0",
            **environment,
        }

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        whole = [sys.executable, "manage.py", *command]
        return subprocess.run(
            whole, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )

    def ask(self, script: str) -> Any:
        done = self.run("shell", "--no-imports", "-c", script)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.service)])
def product(request: pytest.FixtureRequest, tmp_path: Path) -> Product:
    if request.param == "sqlite":
        return Product(tmp_path / "var")
    return Product(tmp_path / "var", DATABASE_URL=request.getfixturevalue("postgres_url"))


@pytest.mark.parametrize("product", ["sqlite"], indirect=True)
def test_each_refusal_says_what_to_do_and_changes_nothing(product: Product, tmp_path: Path) -> None:
    assert product.run("migrate", "--verbosity=0").returncode == 0
    archive = tmp_path / "b.tar.gz"
    assert product.run("backup", "--to", str(archive)).returncode == 0
    for name, change, words in (
        ("later.tar.gz", {"format": FORMAT + 1}, "made by a later version"),
        ("newer.tar.gz", {"migrations": ["leads.0999_tomorrow"]}, "1 more migrations, leads.0999_tomorrow first"),
        ("other.tar.gz", {"engine": "postgresql"}, "is of postgresql and the configured database is sqlite"),
        ("odd.tar.gz", {"format": None, "what": 1}, "no backup of this product"),
    ):
        done = product.run("restore", str(changed(archive, tmp_path / name, change)), "--yes")
        assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
        assert words in done.stderr
    (tmp_path / "text.gz").write_text("no archive")
    assert "no backup of this product" in product.run("restore", str(tmp_path / "text.gz"), "--yes").stderr
    assert "There is no file" in product.run("restore", str(tmp_path / "none"), "--yes").stderr
    assert "exists already" in product.run("backup", "--to", str(archive)).stderr


def changed(archive: Path, copy: Path, change: dict[str, Any]) -> Path:
    """The same backup with another manifest."""
    with tarfile.open(archive) as source, tarfile.open(copy, "w:gz") as target:
        folder = copy.with_suffix(".d")
        source.extractall(folder, filter="data")
        manifest = json.loads((folder / "manifest.json").read_text()) | change
        (folder / "manifest.json").write_text(json.dumps(manifest))
        for path in folder.iterdir():
            target.add(path, path.name)
    return copy


@pytest.mark.timeout(400)
def test_what_was_backed_up_while_others_wrote_is_restored_and_nothing_else(product: Product, tmp_path: Path) -> None:
    assert product.run("migrate", "--verbosity=0").returncode == 0
    product.ask(WRITE)
    before = product.ask(SHOW)
    archive = tmp_path / "there" / "b.tar.gz"
    made = product.run("backup", "--to", str(archive), "--json")
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout) | {"bytes": 0} == {
        "path": str(archive),
        "bytes": 0,
        "files": 1,
        "engine": "postgresql" if "DATABASE_URL" in product.environment else "sqlite",
    }
    assert archive.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in archive.parent.iterdir()] == ["b.tar.gz"]

    product.ask(SPOIL)
    spoilt = product.ask(SHOW)
    refused = product.run("restore", str(archive))
    assert refused.returncode == 1
    assert "2 members and 1 stored files are here and would be replaced" in refused.stderr
    assert "Add --yes" in refused.stderr
    failed = product.run("restore", str(damaged(archive, tmp_path / "damaged.tar.gz")), "--yes")
    assert (failed.returncode, failed.stderr.count("\n")) == (1, 1), failed.stderr
    assert product.ask(SHOW) == spoilt

    done = product.run("restore", str(archive), "--yes")
    assert done.returncode == 0, done.stderr
    assert "Peers is in observe mode" in done.stdout
    after = product.ask(SHOW)
    assert (after["people"], after["files"]) == (before["people"], before["files"])
    assert (after["modes"], after["sessions"], after["restored"]) == ([["Peers", "observe"]], 0, 1)
    assert [path.name for path in product.folder.iterdir() if path.name.startswith("restore-")] == []
    assert product.run("migrate", "--check").returncode == 0

    assert_a_backup_of_one_moment(product, tmp_path)


def assert_a_backup_of_one_moment(product: Product, tmp_path: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", WRITER],
        cwd=ROOT,
        env=product.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert writer.stdout
        assert writer.stdout.readline() == "writing\n"
        made = product.run("backup", "--to", str(tmp_path / "busy.tar.gz"))
        assert made.returncode == 0, made.stderr
    finally:
        writer.kill()
        writer.wait()
        assert writer.stdout
        writer.stdout.close()
    assert product.run("restore", str(tmp_path / "busy.tar.gz"), "--yes").returncode == 0
    first, second = product.ask(PAIRS)
    assert first == second > 0


def damaged(archive: Path, copy: Path) -> Path:
    """The same backup with a database that is cut short."""
    folder = copy.with_suffix(".d")
    with tarfile.open(archive) as source, tarfile.open(copy, "w:gz") as target:
        source.extractall(folder, filter="data")
        database = folder / "database"
        database.write_bytes(database.read_bytes()[:5000] + b"\0" * 5000)
        for path in folder.iterdir():
            target.add(path, path.name)
    return copy


def test_a_product_that_runs_is_not_restored_under(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, db: None) -> None:
    heartbeat.record_heartbeat(heartbeat.worker_name("bulk"))
    archive = tmp_path / "b.tar.gz"
    monkeypatch.setattr("iexdg.operations.backup.dump", lambda target: target.write_bytes(b"x"))
    call_command("backup", to=archive)
    with pytest.raises(CommandError, match="The product is running: worker-bulk was seen 0 s ago"):
        call_command("restore", str(archive), yes=True)


class Terminal(io.StringIO):
    """What a person types."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("typed", "is_restored"),
    [
        ("replace\n", True),
        ("REPLACE\n", False),
        ("replace it\n", False),
        ("yes\n", False),
        ("\n", False),
        ("", False),
    ],
)
def test_what_is_there_is_replaced_only_if_exactly_this_word_is_typed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str, is_restored: bool
) -> None:
    command = "iexdg.operations.management.commands.restore"
    manifest = Manifest(1, "sqlite", "2026-11-27T06:00:00+00:00", "1", [])
    restored: list[Path] = []

    def restore(path: Path) -> Restored:
        restored.append(path)
        return Restored(manifest, 1, [])

    monkeypatch.setattr(f"{command}.manifest_of", lambda path: manifest)
    monkeypatch.setattr(f"{command}.require_stopped", lambda: None)
    monkeypatch.setattr(f"{command}.what_is_there", lambda: "2 members and 1 stored files")
    monkeypatch.setattr(f"{command}.restore", restore)
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    with nullcontext() if is_restored else pytest.raises(CommandError, match="Nothing was changed"):
        call_command("restore", "b.tar.gz")
    assert restored == [Path("b.tar.gz")] * is_restored
    question = "2 members and 1 stored files are here and would be replaced by the backup of 2026-11-27T06:00."
    assert f"{question} Type replace to go on: " in capsys.readouterr().err
