"""Measures how close verification gets to Instantly's rate limit, in both ways, compared with a sequential client.

python bench/pipeline.py [--leads 10000] [--sample 30] [--latency-ms 120] [--pending-share 0.3]
                         [--database sqlite|postgres]

Real processes: sandbox with limits on, broker, two workers, beat. The figures come from the sandbox's log.
"""

import argparse
import json
import os
import sys
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench._databases import KINDS, database
from tests.crash.stack import Stack, wait_until

LIMIT_PER_S = 100.0  # Source: instantly-facts.md §1, Rate limits.
POLL_EVERY_S = 7.0  # Source: the owner's snippet: poll every 7 s while pending.
KNOBS = {
    "VERIFY_POLL_S": str(POLL_EVERY_S),
    "VERIFY_THREADS": "32",
    "IMPORT_LEASE_S": "20",
    "SETTLE_WATCH_S": "1200",
    "VERIFY_GIVE_UP_S": "60",
}


def people(count: int, prefix: str) -> list[str]:
    """Invented addresses that are valid in the sandbox."""
    return [f"{prefix}{number}@firm{number % 400}.example.com" for number in range(count)]


def at(entry: dict[str, Any]) -> float:
    """The time of a request."""
    return datetime.fromisoformat(entry["at"]).timestamp()


def run_product(stack: Stack, count: int) -> dict[str, Any]:
    """Import `count` leads with the product's workers; returns figures from the sandbox's log."""
    stack.ask("sync")
    began = time.time()
    begun = stack.ask("begin", campaign="05A", emails=people(count, "product"))
    wait_until(
        lambda: stack.ask("state", imported=begun["import"])["state"] in {"settling", "done"},
        within_s=600,
        every_s=0.5,
        what="the load",
    )
    seconds = time.time() - began
    facts = stack.ask("facts", imported=begun["import"])
    log = [entry for entry in stack.control.log() if at(entry) >= began]
    asked = [entry for entry in log if "/email-verification" in entry["path"]]
    spent_s = at(asked[-1]) - at(asked[0])
    per_second = Counter(int(at(entry)) for entry in asked)
    loads = [entry for entry in log if entry["path"].endswith("/leads/add")]
    return {
        "leads": count,
        "loaded": facts["loaded"],
        "reconciled": facts["reconciled"],
        "credits": facts["credits_used"],
        "verification_calls": len(asked),
        "verification_s": round(spent_s, 1),
        "calls_per_s": round(len(asked) / spent_s, 1),
        "share_of_limit": round(len(asked) / spent_s / LIMIT_PER_S, 3),
        "median_second": median(per_second.values()),
        "answers_429": sum(entry["status"] == 429 for entry in log),
        "load_s": round(at(loads[-1]) + loads[-1]["ms"] / 1000 - at(asked[-1]), 1),
        "total_s": round(seconds, 1),
        "leads_per_minute": round(count / seconds * 60),
    }


def run_by_list(stack: Stack, count: int) -> dict[str, Any]:
    """Import `count` other leads, verified in temporary lists; returns figures from the sandbox's log."""
    stack.ask("sync")
    began = time.time()
    begun = stack.ask("begin", campaign="05B", emails=people(count, "listed"), verify_by="list", hold=True)
    wait_until(
        lambda: stack.ask("state", imported=begun["import"])["state"] == "verified",
        within_s=600,
        every_s=0.5,
        what="the last verdict",
    )
    seconds = time.time() - began
    wait_until(lambda: not open_lists(stack), within_s=60, every_s=1, what="the deletion of the lists")
    facts = stack.ask("facts", imported=begun["import"])
    log = [entry for entry in stack.control.log() if at(entry) >= began]
    asked = [entry for entry in log if is_of_lists(entry["path"])]
    return {
        "leads": count,
        "verified": facts["verified"],
        "credits": facts["credits_used"],
        "verification_calls": len(asked),
        "calls_per_verified_lead": round(len(asked) / facts["verified"], 4),
        "verification_s": round(seconds, 1),
        "leads_per_minute": round(count / seconds * 60),
    }


def is_of_lists(path: str) -> bool:
    """Whether a request belongs to the verification of lists: the list, filling it, and reading it."""
    return any(part in path for part in ("/lead-lists", "/leads/add", "/leads/list", "/email-verification"))


def open_lists(stack: Stack) -> list[str]:
    """Temporary lists that are still at Instantly."""
    headers = {"Authorization": "Bearer sandbox-key", "User-Agent": "Mozilla/5.0 (bench)"}
    base = stack.control.http.base_url
    with httpx.Client(base_url=base, headers=headers, timeout=30, trust_env=False) as client:
        answer = client.get("/api/v2/lead-lists", params={"limit": 100, "search": "temporary"})
    return [item["id"] for item in answer.json()["items"]]


def run_sequentially(stack: Stack, count: int) -> dict[str, Any]:
    """Do what the owner's snippet does: verify one address after the other, wait while pending, load all at the end."""
    began, pending = time.time(), 0
    headers = {"Authorization": "Bearer sandbox-key", "User-Agent": "Mozilla/5.0 (sequential)"}
    campaign = next(item["id"] for item in stack.control.state()["campaigns"] if item["name"].startswith("05B"))
    emails = people(count, "one-by-one")
    with httpx.Client(base_url=stack.control.http.base_url, headers=headers, timeout=30, trust_env=False) as client:
        for email in emails:
            status = verified(client, email)
            pending += status == "pending"
            while status == "pending":
                time.sleep(POLL_EVERY_S)
                status = verified(client, email)
        body = {"campaign_id": campaign, "leads": [{"email": email} for email in emails]}
        client.post("/api/v2/leads/add", json=body).raise_for_status()
    seconds = time.time() - began
    return {"sample": count, "pending_at_first": pending, "sample_s": round(seconds, 1),
            "leads_per_minute": round(count / seconds * 60, 1)}  # fmt: skip


def verified(client: httpx.Client, email: str) -> str:
    """Verify one address."""
    answer = client.post("/api/v2/email-verification", json={"email": email})
    answer.raise_for_status()
    return str(answer.json()["verification_status"])


def main() -> None:
    """Measure both, and print a table and one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--leads", type=int, default=10_000)
    parser.add_argument("--sample", type=int, default=30, help="addresses for the sequential client")
    parser.add_argument("--latency-ms", type=float, default=120)
    parser.add_argument("--pending-share", type=float, default=0.3)
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    args = parser.parse_args()
    sandbox = ("--latency-ms", str(args.latency_ms), "--pending-share", str(args.pending_share))
    with database(args.database) as url:
        stack = Stack(database_url=url, sandbox=sandbox, knobs=KNOBS)
        try:
            stack.start_all()
            stack.control.settings(credits=100_000)
            product = run_product(stack, args.leads)
            by_list = run_by_list(stack, args.leads)
            sequential = run_sequentially(stack, args.sample)
        finally:
            stack.end()
    ratio = round(product["leads_per_minute"] / sequential["leads_per_minute"], 1)
    for name, value in {
        **product,
        **{f"by list: {key}": value for key, value in by_list.items()},
        **{f"one by one: {key}": value for key, value in sequential.items()},
    }.items():
        print(f"{name:32} {value}")
    print(f"{'times as fast':32} {ratio}  (the sequential figure is extrapolated from its sample)")
    facts = {"bench": "pipeline", "database": args.database, "load": round(os.getloadavg()[0], 1)}
    print(json.dumps({**facts, "product": product, "by_list": by_list, "sequential": sequential, "ratio": ratio}))


if __name__ == "__main__":
    main()
