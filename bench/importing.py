"""Measures how fast a large file is read, checked and staged, and its memory, compared with a bare csv.reader.

python bench/importing.py [--rows 1000000] [--database-url postgres://…]
"""

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

HEADER = ["Email", "First Name", "Last Name", "Company Name", "Job Title", "City"]
COMPANIES = 300_000
# One of every hundred lines has no usable address, and two repeat an earlier one.
BAD_EVERY, REPEAT_EVERY = 100, 50


def write_file(path: Path, rows: int) -> None:
    """Write a file of invented people at invented companies."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(rows):
            person = number - 7 if number % REPEAT_EVERY == 49 else number
            email = f"sam.{person}@c{person % COMPANIES}.example.com"
            if number % BAD_EVERY == 50:
                email = f"sam.{person}"
            writer.writerow([email, "Sam", f"Person {person}", f"Company {person % COMPANIES}", "Head of it", "Austin"])


def peak_mb() -> float:
    """The peak memory of this process in MB. (getrusage would include the parent's.)"""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return round(int(line.split()[1]) / 1024, 1)
    return 0.0


def bare_reader(path: Path) -> dict[str, Any]:
    """Measure csv.reader alone."""
    began = time.perf_counter()
    with path.open(encoding="utf-8", newline="") as file:
        rows = sum(1 for _ in csv.reader(file)) - 1
    return figures(rows, time.perf_counter() - began)


def stage(path: Path) -> dict[str, Any]:
    """Upload, map and check the file on a new database, as the worker does."""
    import django  # noqa: PLC0415  the parent has no Django

    django.setup()
    from django.core.files import File  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from campaigns.models import Campaign  # noqa: PLC0415
    from iexdg.connections.configured import configured_connection  # noqa: PLC0415
    from iexdg.workspaces.models import Workspace  # noqa: PLC0415
    from leads.importing.stage import check_import  # noqa: PLC0415
    from leads.importing.upload import choose_columns, store_upload  # noqa: PLC0415
    from leads.imports.counts import counts_of  # noqa: PLC0415

    call_command("migrate", interactive=False, verbosity=0)
    now = timezone.now()
    # Its list of leads was just read, so no call to Instantly is needed.
    connected_as = configured_connection().digest
    workspace = Workspace.objects.create(name="Bench", remote_id="bench", connected_as=connected_as)
    campaign = Campaign.objects.create(workspace=workspace, remote_id="bench", name="Bench", leads_mirrored_at=now)
    idle_mb = peak_mb()
    began = time.perf_counter()
    with path.open("rb") as file:
        imported = store_upload(File(file, name=path.name), campaign=campaign, by=None)
    uploaded = time.perf_counter()
    choose_columns(imported, imported.mapping)
    check_import(imported.pk)
    ended = time.perf_counter()
    imported.refresh_from_db()
    counts = counts_of(imported)
    return figures(counts.rows, ended - began) | {
        "state": imported.state,
        "upload_s": round(uploaded - began, 1),
        "check_s": round(ended - uploaded, 1),
        "rows_per_s_staged": round(counts.rows / (ended - uploaded)),
        "at_rest_mb": idle_mb,
        "skipped": counts.skipped,
        "adds_up": counts.adds_up,
    }


def figures(rows: int, seconds: float) -> dict[str, Any]:
    """Rows, seconds, speed and memory."""
    return {"rows": rows, "seconds": round(seconds, 1), "rows_per_s": round(rows / seconds), "peak_mb": peak_mb()}


def in_a_child(what: str, path: Path, environment: dict[str, str]) -> dict[str, Any]:
    """Run one measurement in a separate process, so that its memory is measured alone."""
    command = [sys.executable, __file__, "--measure", what, "--file", str(path)]
    output = subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    found: dict[str, Any] = json.loads(output.splitlines()[-1])
    return found


def main() -> None:
    """Measure both, and print a table and one line of JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--database-url", default="", help="postgres://… of an empty database; SQLite by default")
    parser.add_argument("--measure", choices=("stage", "bare"), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        print(json.dumps(stage(args.file) if args.measure == "stage" else bare_reader(args.file)))
        return
    folder = Path(tempfile.mkdtemp(prefix="iexdg-bench-"))
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    environment |= {"DJANGO_SETTINGS_MODULE": "iexdg.settings.dev", "VAR_DIR": str(folder / "var")}
    if args.database_url:
        environment["DATABASE_URL"] = args.database_url
    try:
        path = folder / "leads.csv"
        write_file(path, args.rows)
        size_mb = round(path.stat().st_size / 1e6, 1)
        bare, staged = in_a_child("bare", path, environment), in_a_child("stage", path, environment)
    finally:
        shutil.rmtree(folder)
    for name, value in {"file_mb": size_mb, **staged, **{f"bare reader: {k}": v for k, v in bare.items()}}.items():
        print(f"{name:26} {value}")
    print(json.dumps({"bench": "importing", "file_mb": size_mb, "staged": staged, "bare_reader": bare}))


if __name__ == "__main__":
    main()
