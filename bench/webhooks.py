"""Measures how fast the receiver of webhooks answers beside a bare insert, and whether the backlog is routed.

python bench/webhooks.py [--database sqlite|postgres] [--per-minute 1000] [--minutes 0.5] [--port 8850]

`make up` runs beside it with the demo on ports of its own. Deliveries are sent evenly, each with another content, every
tenth a reply; then every one of them must be stored once and routed. The bare insert is the same row, stored by this
process. The load that the product is built for is 1,000 a minute for five: --minutes 5 --database postgres.
"""

import argparse
import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench._databases import KINDS, database  # noqa: E402

READY_S, DRAINED_S = 180.0, 300.0
SENDERS = 8
INSERTS = 200


def payload(number: int, workspace: str) -> dict[str, Any]:
    """One delivery of its own."""
    return {
        "timestamp": f"2026-11-23T15:00:00.{number:06d}Z",
        "event_type": "reply_received" if number % 10 == 0 else "email_opened",
        "workspace": workspace,
        "campaign_id": "bench",
        "lead_email": f"person{number}@bench.example.com",
        "reply_text": "Sounds good, please send me more about it. " * 10,
        "number": number,
    }


def sent(url: str, headers: dict[str, str], body: bytes) -> float:
    """Send one delivery over a connection of its own, as Instantly does; returns milliseconds, or raises."""
    parts, began = urlsplit(url), time.perf_counter()
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        connection.request("POST", parts.path, body, {"Content-Type": "application/json", **headers})
        status = connection.getresponse().status
    finally:
        connection.close()
    if status != 200:
        raise SystemExit(f"The receiver answered {status}.")
    return (time.perf_counter() - began) * 1000


def figures(took: list[float]) -> dict[str, float]:
    """Median, 95th percentile and slowest, in milliseconds."""
    return {"median": round(median(took), 1), "p95": round(quantiles(took, n=20)[-1], 1), "most": round(max(took), 1)}


def inserted() -> list[float]:
    """Milliseconds of inserts of the same row by this process, deleted afterwards."""
    from django.utils import timezone  # noqa: PLC0415  Django is set up by then

    from iexdg.webhooks.models import Delivery  # noqa: PLC0415
    from iexdg.workspaces.models import Workspace  # noqa: PLC0415

    workspace, took, pks = Workspace.objects.earliest("pk"), [], []
    for number in range(INSERTS):
        now, began = timezone.now(), time.perf_counter()
        row = Delivery.objects.create(
            workspace=workspace, received_at=now, changed_at=now, kind="opened", body=payload(number, ""),
            fingerprint=f"bench-{number}",
        )  # fmt: skip
        took.append((time.perf_counter() - began) * 1000)
        pks.append(row.pk)
    Delivery.objects.filter(pk__in=pks).delete()
    return took


def wait_for(what: str, is_so: Any, within_s: float) -> float:
    """Wait until something holds; returns the seconds that it took."""
    began = time.monotonic()
    while not is_so():
        if time.monotonic() - began > within_s:
            raise SystemExit(f"{what} did not happen within {within_s:.0f} s.")
        time.sleep(0.25)
    return time.monotonic() - began


def measure(args: argparse.Namespace) -> dict[str, Any]:
    """Send the load to a product that runs, and wait until everything is routed."""
    import django  # noqa: PLC0415

    django.setup()
    from django.db import Error, connection  # noqa: PLC0415

    from iexdg.webhooks.models import Delivery, Receiver  # noqa: PLC0415
    from iexdg.webhooks.receivers import address_of, headers_of  # noqa: PLC0415

    def has_receiver() -> bool:
        try:
            return Receiver.objects.exists()
        except Error:
            # Not migrated yet.
            connection.close()
            return False

    wait_for("The receiver", has_receiver, READY_S)
    receiver = Receiver.objects.select_related("workspace").earliest("pk")
    url, headers, workspace = address_of(receiver), headers_of(receiver), receiver.workspace.remote_id
    wait_for("The web server", lambda: answers(url), READY_S)
    bare = inserted()
    total, every_s = int(args.per_minute * args.minutes), 60 / args.per_minute
    bodies = [json.dumps(payload(number, workspace)).encode() for number in range(total)]
    began, took, lock = time.monotonic(), [], threading.Lock()

    def send(number: int) -> None:
        time.sleep(max(0.0, began + number * every_s - time.monotonic()))
        milliseconds = sent(url, headers, bodies[number])
        with lock:
            took.append(milliseconds)

    with ThreadPoolExecutor(SENDERS) as pool:
        list(pool.map(send, range(total)))
    sending_s = time.monotonic() - began
    mine = Delivery.objects.filter(body__campaign_id="bench")
    left = mine.filter(state="stored").count()
    drained_s = wait_for("Routing", lambda: not mine.filter(state="stored").exists(), DRAINED_S)
    return {
        "bench": "webhooks", "database": args.database, "load": round(os.getloadavg()[0], 1),
        "deliveries": total, "stored": mine.count(), "routed": mine.filter(state="routed").count(),
        "ignored": mine.filter(state="ignored").count(), "failed": mine.filter(state="failed").count(),
        "per_minute": round(total / sending_s * 60),
        "receiver_ms": figures(took), "bare_insert_ms": figures(bare), "backlog": left,
        "drained_s": round(drained_s, 1),
    }  # fmt: skip


def answers(url: str) -> bool:
    """Whether the web server is there."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def main() -> None:
    """Start the product, measure, end it, print the figures; the last line is JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--per-minute", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=0.5)
    parser.add_argument("--port", type=int, default=8850, help="of the product; its sandbox has the next hundred")
    args = parser.parse_args()
    with database(args.database) as url, tempfile.TemporaryDirectory(prefix="bench-webhooks-") as var_dir:
        environment = {
            "VAR_DIR": var_dir, "PORT": str(args.port), "SANDBOX_PORT": str(args.port + 100), "DATABASE_URL": url,
            "DEMO_WORKSPACES": "1", "DJANGO_SETTINGS_MODULE": "iexdg.settings.dev", "LOG_LEVEL": "WARNING",
        }  # fmt: skip
        os.environ.update(environment)
        up = subprocess.Popen([sys.executable, "manage.py", "up", "--with-parent"], cwd=ROOT, stdout=sys.stderr)
        try:
            found = measure(args)
        finally:
            up.send_signal(signal.SIGINT)
            up.wait(60)
    lost = found["deliveries"] - found["stored"]
    print(f"{found['deliveries']} deliveries, {found['per_minute']} a minute, {lost} lost, {found['failed']} failed")
    print(f"receiver p95 {found['receiver_ms']['p95']} ms, a bare insert {found['bare_insert_ms']['p95']} ms")
    print(f"backlog of {found['backlog']} routed after {found['drained_s']} s")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
