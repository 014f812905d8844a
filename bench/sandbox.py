"""Measures how many requests a second the sandbox answers, so that it never limits a measurement of the product.

python bench/sandbox.py [--seconds 3] [--connections 4]

The sandbox runs in a process of its own with the demo world and 10,000 more leads; this process sends prepared bytes
over kept connections and reads the answers without looking into them.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
# Source: docs/api/instantly-facts.md §1, Rate limits: 100 a second; the aim is ten times that for reads.
AIM_PER_S = 1000
LEADS, BATCH = 10_000, 1000


class Connection:
    """One kept connection."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb")

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send a request and return status and body."""
        self._socket.sendall(request)
        status, length = int(self._file.readline().split(b" ")[1]), 0
        while (line := self._file.readline()) != b"\r\n":
            if line[:15].lower() == b"content-length:":
                length = int(line[15:])
        return status, self._file.read(length)

    def close(self) -> None:
        """End the connection."""
        self._file.close()
        self._socket.close()


def request_of(method: str, path: str, body: Any = None) -> bytes:
    """Return the bytes of a request."""
    raw = b"" if body is None else json.dumps(body).encode()
    head = f"{method} /api/v2{path} HTTP/1.1\r\nHost: sandbox\r\nUser-Agent: Mozilla/5.0\r\n"
    head += "Authorization: Bearer sandbox-key\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(raw)}\r\n" if body is not None else ""
    return head.encode() + b"\r\n" + raw


def measured(port: int, requests: Iterator[bytes], *, seconds: float, connections: int) -> dict[str, float]:
    """Send requests over several connections for some seconds and return the rate and the times of answers."""
    took: list[float] = []
    lock = threading.Lock()
    until = time.perf_counter() + seconds

    def work() -> None:
        connection = Connection(port)
        while (began := time.perf_counter()) < until:
            with lock:
                request = next(requests)
            status, _ = connection.ask(request)
            if status != 200:
                raise SystemExit(f"answered {status}")
            took.append(time.perf_counter() - began)
        connection.close()

    began = time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - began
    p95 = quantiles(took, n=20)[-1]
    return {
        "per_s": round(len(took) / spent, 1),
        "p50_ms": round(median(took) * 1000, 2),
        "p95_ms": round(p95 * 1000, 2),
    }


def again(request: bytes) -> Iterator[bytes]:
    """Repeat one request."""
    while True:
        yield request


def batches(campaign: str) -> Iterator[bytes]:
    """Add a thousand new people with each request."""
    number = 0
    while True:
        people = [
            {"email": f"p{number}x{n}@bench.example.com", "first_name": f"P{n}", "custom_variables": {"line": "Hi"}}
            for n in range(BATCH)
        ]
        number += 1
        yield request_of("POST", "/leads/add", {"campaign_id": campaign, "leads": people})


def rates(port: int, seconds: float, connections: int) -> dict[str, dict[str, float]]:
    """Return what is measured, by its name."""
    connection = Connection(port)
    page = json.loads(connection.ask(request_of("GET", "/campaigns?limit=100"))[1])
    campaign = next(one["id"] for one in page["items"] if one["status"] == 0)
    fill = batches(campaign)
    for _ in range(LEADS // BATCH):
        connection.ask(next(fill))
    busy = next(one["id"] for one in page["items"] if one["status"] == 2)
    reads = {
        "campaign": request_of("GET", f"/campaigns/{busy}"),
        "campaigns, 10": request_of("GET", "/campaigns"),
        "leads/list, 10": request_of("POST", "/leads/list", {"campaign": campaign}),
        "leads/list, 100": request_of("POST", "/leads/list", {"campaign": campaign, "limit": 100}),
        "analytics of one campaign": request_of("GET", f"/campaigns/analytics?id={busy}"),
        "analytics of all": request_of("GET", "/campaigns/analytics"),
        "analytics by day": request_of("GET", f"/campaigns/analytics/daily?campaign_id={busy}"),
        "accounts, 10": request_of("GET", "/accounts"),
        "emails, 10": request_of("GET", "/emails"),
    }
    found = {
        name: measured(port, again(read), seconds=seconds, connections=connections) for name, read in reads.items()
    }
    found["leads/add, 1,000"] = measured(port, fill, seconds=seconds, connections=1)
    connection.close()
    return found


def main() -> None:
    """Start a sandbox, measure, and print the result as a table and as one line of JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--connections", type=int, default=4)
    args = parser.parse_args()
    command = [sys.executable, "-m", "iexdg.sandbox", "--port", "0", "--limits", "off"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().rpartition(":")[2])
        found = rates(port, args.seconds, args.connections)
        process.terminate()
    for name, one in found.items():
        print(f"{name:28} {one['per_s']:9,.1f}/s   p50 {one['p50_ms']:7.2f} ms   p95 {one['p95_ms']:7.2f} ms")
    load = round(os.getloadavg()[0], 2)
    print(json.dumps({"bench": "sandbox", "database": "none", "load": load, "rates": found}))


if __name__ == "__main__":
    main()
