"""A rehearsal as text for a terminal. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from iexdg.rehearsals.caps import LABELS
from iexdg.rehearsals.labels import reason_words
from iexdg.rehearsals.rehearsing import Rehearsed
from iexdg.rehearsals.samples import text_of
from iexdg.ui.formatting import plural


def rehearsal_words(made: Rehearsed) -> str:
    """The result, day by day, then the e-mails of a few people."""
    report = made.report
    lines: list[str] = []
    for one in report["campaigns"]:
        lines += [*_campaign_lines(one), ""]
    why = next((one["why_nothing"] for one in report["campaigns"] if one["why_nothing"]), "")
    why = why if not report["emails"] else ""
    lines += [f"Left out: {reason_words(reason, why)}: {number:,}" for reason, number in report["skipped"].items()]
    lines += [f"Empty for {plural(number, 'person', 'people')}: {{{{{name}}}}}"
              for name, number in report["empty_variables"].items()]  # fmt: skip
    lines += [*report["cut"], *report["notes"], ""]
    for sample in made.samples:
        lines += [*_sample_lines(sample), ""]
    return "\n".join(lines).rstrip()


def _campaign_lines(one: Mapping[str, Any]) -> Iterator[str]:
    yield f"{one['name']}: {plural(one['emails'], 'e-mail')} to {plural(one['people'], 'person', 'people')}"
    yield f"  {one['schedule']}"
    if not one["days"]:
        yield f"  Nothing would leave. {one['why_nothing']}".rstrip()
    for day in one["days"]:
        by_sender = ", ".join(f"{sender} {number}" for sender, number in day["by_sender"].items())
        yield f"  {day['date']}  {day['sent']:>4}  {by_sender}"
    if one["last_email_on"]:
        last = "Last e-mail that was played" if one["is_cut"] else "Last e-mail"
        cut = "; the rehearsal was cut, more would follow" if one["is_cut"] else ""
        yield f"  {last} on {one['last_email_on']} ({one['zone']}){cut}"
    counted = Counter((cap["cap"], cap["sender"]) for cap in one["caps"])
    for (cap, sender), days in counted.most_common():
        who = f" ({sender})" if sender else ""
        yield f"  Limited by: {LABELS[cap]}{who}, on {plural(days, 'day')}"


def _sample_lines(sample: Mapping[str, Any]) -> Iterator[str]:
    yield f"--- {sample['name'] or sample['email']} <{sample['email']}>, {sample['campaign']}"
    for mail in sample["emails"]:
        letter = f" {mail['variant']}" if mail["variant"] else ""
        yield f"Step {mail['step']}{letter}, {mail['at']}, from {mail['sender']}"
        yield f"Subject: {text_of(mail['subject'])}"
        yield from (text_of(line) for line in mail["lines"])
        if mail["note"]:
            yield f"({mail['note']})"
