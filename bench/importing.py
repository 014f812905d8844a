"""Measures how fast a large file is read, checked and staged, and its memory.

python bench/importing.py [--database sqlite|postgres] [--rows 1000000]

Beside it: a bare insert of the same rows into the same database, and a bare csv.reader.
"""

import argparse
import csv
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench._databases import KINDS, database  # noqa: E402

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
    from django.utils import timezone  # noqa: PLC0415

    from campaigns.models import Campaign  # noqa: PLC0415
    from iexdg.connections.configured import configured_connection  # noqa: PLC0415
    from iexdg.workspaces.models import Workspace  # noqa: PLC0415
    from leads.importing.stage import check_import  # noqa: PLC0415
    from leads.importing.upload import choose_columns, store_upload  # noqa: PLC0415
    from leads.imports.counts import counts_of  # noqa: PLC0415

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
    worked = cpu_s()
    check_import(imported.pk)
    ended, worked = time.perf_counter(), cpu_s() - worked
    peak = peak_mb()
    bare_s, bare_cpu_s = bare_insert(imported)
    imported.refresh_from_db()
    counts = counts_of(imported)
    return figures(counts.rows, ended - began) | {
        "peak_mb": peak,
        "check_cpu_s": round(worked, 1),
        "bare_insert_s": round(bare_s, 1),
        "bare_insert_cpu_s": round(bare_cpu_s, 1),
        "times_the_bare_insert": round((ended - uploaded) / bare_s, 2),
        "state": imported.state,
        "upload_s": round(uploaded - began, 1),
        "check_s": round(ended - uploaded, 1),
        "rows_per_s_staged": round(counts.rows / (ended - uploaded)),
        "at_rest_mb": idle_mb,
        "skipped": counts.skipped,
        "adds_up": counts.adds_up,
    }


def bare_insert(imported: Any) -> tuple[float, float]:
    """Insert the same rows into another import, and nothing else; returns the seconds and the CPU seconds of that."""
    from django.db import transaction  # noqa: PLC0415

    from leads.importing.bulk import STAGED, insert_rows, json_list, json_object  # noqa: PLC0415
    from leads.importing.stage import CHUNK_ROWS  # noqa: PLC0415
    from leads.models import Row  # noqa: PLC0415

    source, first, took, worked = imported.pk, 0, 0.0, 0.0
    imported.pk = None
    imported.save(force_insert=True)
    encode = {"raw": json_list, "custom_variables": json_object, "flags": json_list}
    encoded = [(place, encode[name]) for place, name in enumerate(STAGED) if name in encode]
    while True:
        rows = Row.objects.filter(imported_id=source, pk__gt=first).order_by("pk")[:CHUNK_ROWS]
        found = list(rows.values_list("pk", *STAGED))
        if not found:
            imported.pk = source
            return took, worked
        first = found[-1][0]
        chunk = [[imported.pk, *row[2:]] for row in found]
        for row in chunk:
            for place, as_json in encoded:
                row[place] = as_json(row[place])
        began, began_work = time.perf_counter(), cpu_s()
        with transaction.atomic():
            insert_rows([tuple(row) for row in chunk])
        took += time.perf_counter() - began
        worked += cpu_s() - began_work


def cpu_s() -> float:
    """CPU seconds of this process and of the child processes that have ended, such as the one that read the file."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


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
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--measure", choices=("stage", "bare"), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        print(json.dumps(stage(args.file) if args.measure == "stage" else bare_reader(args.file)))
        return
    folder = Path(tempfile.mkdtemp(prefix="iexdg-bench-"))
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    environment |= {"DJANGO_SETTINGS_MODULE": "iexdg.settings.dev", "VAR_DIR": str(folder / "var")}
    try:
        path = folder / "leads.csv"
        write_file(path, args.rows)
        size_mb = round(path.stat().st_size / 1e6, 1)
        with database(args.database) as url:
            environment |= {"DATABASE_URL": url} if url else {}
            # In a process of its own: a worker does not carry what migrations load.
            migrate = [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"]
            subprocess.run(migrate, env=environment, cwd=ROOT, check=True)
            bare, staged = in_a_child("bare", path, environment), in_a_child("stage", path, environment)
    finally:
        shutil.rmtree(folder)
    for name, value in {"file_mb": size_mb, **staged, **{f"bare reader: {k}": v for k, v in bare.items()}}.items():
        print(f"{name:26} {value}")
    facts = {"bench": "importing", "database": args.database, "load": round(os.getloadavg()[0], 1)}
    print(json.dumps({**facts, "file_mb": size_mb, "staged": staged, "bare_reader": bare}))


if __name__ == "__main__":
    main()
