"""Writes docs/performance.md from the results of the benchmarks."""

import os
import platform
from datetime import UTC, datetime
from typing import Any

from bench.pages import MOST_CPU_MS, MOST_QUERIES, USUAL_PACE_MS, million_steps_ms, remark
from bench.sandbox import AIM_PER_S

Results = dict[str, dict[str, Any]]
_HEAD = """# Performance

Written by `make bench`, which runs every benchmark of `bench/` on SQLite and on Postgres, each on a database of its own
that is dropped afterwards. One alone: `python bench/pages.py --database postgres --leads 1000000`; its last line is
added to this page with `python bench/all.py --add FILE`. Every benchmark explains itself in its first lines.

Figures of one machine are compared within one run only. CPU time is that of the process that answers; what Postgres
works in processes of its own shows in the wall time. Tests assert numbers of queries and plans, never times.
"""


def page(results: Results) -> str:
    """The whole document."""
    parts = [_HEAD, *(_PARTS[name](_of(results, name)) for name in _PARTS if _of(results, name))]
    return "\n".join(parts)


def facts() -> dict[str, Any]:
    """Where and when a result was measured."""
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    # The best of five: machines differ by a factor of three.
    pace = round(min(million_steps_ms() for _ in range(5)))
    return {"measured": f"{datetime.now(UTC):%Y-%m-%d}", "machine": machine, "million_steps_ms": pace}


def _of(results: Results, bench: str) -> list[dict[str, Any]]:
    return [result for result in results.values() if result["bench"] == bench]


def _where(result: dict[str, Any]) -> str:
    steps = result.get("million_steps_ms")
    pace = f", a million steps of Python in {steps} ms" if steps else ""
    return f"{result['measured']}, {result['machine']}{pace}, load {result['load']}"


def _pages(found: list[dict[str, Any]]) -> str:
    lines = ["## Pages", "", f"Aim: at most {MOST_CPU_MS:.0f} ms of CPU and {MOST_QUERIES} queries each, whatever the"
             f" number of leads and campaigns, at a pace of {USUAL_PACE_MS:.0f} ms for a million steps of Python: this"
             " machine's pace is measured around every request. “CPU” is as measured. “Tenth”: with a tenth of both."
             " “In queries”: the wall time of the queries alone, on SQLite a part of the CPU time.", ""]  # fmt: skip
    for result in found:
        lines += [
            f"### {result['database']}: {result['leads']:,} leads, {result['campaigns']:,} campaigns", "",
            f"{_where(result)}. A tenth of all people are in one campaign; its pages are the ones measured.", "",
            "| page | p50 ms | p95 | tenth p50 | CPU p50 ms | wall p50 ms | in queries | queries | tenth | |",
            "|---|---:|---:|---:|---:|---:|---:|---:|---:|---|",
        ]  # fmt: skip
        for name, one in result["pages"].items():
            full, small = one["full"], one["small"]
            lines.append(
                f"| {name} | {full['even_p50_ms']} | {full['even_p95_ms']} | {small['even_p50_ms']} |"
                f" {full['cpu_p50_ms']} | {full['wall_p50_ms']} | {full['sql_p50_ms']} |"
                f" {full['queries']} | {small['queries']} | {remark(one)} |"
            )
        lines.append("")
    return "\n".join(lines)


def _importing(found: list[dict[str, Any]]) -> str:
    lines = ["## Staging a file", "", "Aim: at most twice the time of a bare insert of the same rows into the same"
             " database, and at most 100 MB. Staging itself takes what is between the two figures of memory: a process"
             " of the product has the first one before it begins.", "",
             "| database | rows | check s | bare insert s | times | CPU s | bare CPU s | MB before, at most | |",
             "|---|---:|---:|---:|---:|---:|---:|---:|---|"]  # fmt: skip
    for result in found:
        staged = result["staged"]
        lines.append(
            f"| {result['database']} | {staged['rows']:,} | {staged['check_s']} | {staged['bare_insert_s']} |"
            f" {staged['times_the_bare_insert']} | {staged['check_cpu_s']} | {staged['bare_insert_cpu_s']} |"
            f" {staged['at_rest_mb']}, {staged['peak_mb']} | {_where(result)} |"
        )
    return "\n".join([*lines, ""])


def _pipeline(found: list[dict[str, Any]]) -> str:
    lines = ["## Verification", "", "Aim: at least 0.97 of Instantly's limit over 10,000 leads, no answer 429, at most"
             " 1.35 calls per lead where 30 % are pending at first. The loss is at the start and the end, so the share"
             " grows with the file.", "",
             "| database | leads | share of the limit | median second | 429 | calls per lead | |",
             "|---|---:|---:|---:|---:|---:|---|"]  # fmt: skip
    for result in found:
        one = result["product"]
        calls = round(one["verification_calls"] / one["leads"], 2)
        lines.append(
            f"| {result['database']} | {one['leads']:,} | {one['share_of_limit']} | {one['median_second']} |"
            f" {one['answers_429']} | {calls} | {_where(result)} |"
        )
    return "\n".join([*lines, ""])


def _people(found: list[dict[str, Any]]) -> str:
    lines = ["## People on the pages while a file loads", "", "Aim: 50 people, 20,000 rows, p95 of at most 200 ms, no"
             " error, no “database is locked”. A person opens a page about every five seconds; an open page"
             " asks for what it asks for in a browser. Browsers, workers and sandbox run on the same machine.", "",
             "| database | people | requests | p50 ms | p95 ms | longest | pages | their p95 | errors | locked | |",
             "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|"]  # fmt: skip
    for result in found:
        lines.append(
            f"| {result['database']} | {result['people']} | {result['requests']:,} | {result['p50_ms']} |"
            f" {result['p95_ms']} | {result['longest_ms']} | {result['pages']['requests']:,} |"
            f" {result['pages']['p95_ms']} | {len(result['errors'])} | {result['database_is_locked']} |"
            f" {_where(result)} |"
        )
    return "\n".join([*lines, ""])


def _webhooks(found: list[dict[str, Any]]) -> str:
    lines = ["## Webhooks", "", "Aim: 1,000 deliveries a minute for five minutes, none lost, the backlog routed. A bare"
             " insert is the same row, stored by a process that does nothing else. Sender, web server, workers and"
             " sandbox run on the same machine.", "",
             "| database | deliveries | a minute | lost | failed | receiver p50 ms | p95 | longest | bare insert p50 |"
             " p95 | backlog at the end | routed after s | |",
             "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|"]  # fmt: skip
    for result in found:
        receiver, bare = result["receiver_ms"], result["bare_insert_ms"]
        lines.append(
            f"| {result['database']} | {result['deliveries']:,} | {result['per_minute']:,} |"
            f" {result['deliveries'] - result['stored']} | {result['failed']} | {receiver['median']} |"
            f" {receiver['p95']} | {receiver['most']} | {bare['median']} | {bare['p95']} | {result['backlog']} |"
            f" {result['drained_s']} | {_where(result)} |"
        )
    return "\n".join([*lines, ""])


def _sandbox(found: list[dict[str, Any]]) -> str:
    lines = [
        "## Sandbox", "",
        f"Aim: {AIM_PER_S:,} reads a second, ten times what Instantly allows, so that the sandbox never limits a"
        " measurement. Demo world and 10,000 more leads, four connections, one for leads/add.", "",
    ]  # fmt: skip
    for result in found:
        lines += [f"{_where(result)}.", "", "| request | per second | p50 ms | p95 ms |", "|---|---:|---:|---:|"]
        lines += [
            f"| {name} | {one['per_s']:,.0f} | {one['p50_ms']} | {one['p95_ms']} |"
            for name, one in result["rates"].items()
        ]
        lines.append("")
    return "\n".join(lines)


def _blueprints(found: list[dict[str, Any]]) -> str:
    lines = ["## Blueprints", "", "A file of many new campaigns of three steps: each command in a process of its own,"
             " its start of about three seconds included. A plan reads the list of campaigns once, a request for each"
             " hundred: with those of the demo there are more than a hundred to read once they are applied.",
             ""]  # fmt: skip
    lines += ["| campaigns | command | seconds | requests | |", "|---:|---|---:|---:|---|"]
    for result in found:
        lines += [
            f"| {result['campaigns']} | {step['what']} | {step['seconds']} | {sum(step['calls'].values())} |"
            f" {_where(result)} |"
            for step in result["steps"]
        ]
    return "\n".join([*lines, ""])


_PARTS = {
    "pages": _pages,
    "importing": _importing,
    "pipeline": _pipeline,
    "people": _people,
    "webhooks": _webhooks,
    "sandbox": _sandbox,
    "blueprints": _blueprints,
}
