"""Why nothing of a campaign leaves in a rehearsal, in a sentence. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from campaigns.sending.windows import earliest_day, next_windows, read_schedule, zones
from iexdg.rehearsals.playing import MOST_DAYS, Play, Played
from iexdg.rehearsals.subjects import CastSender


def why_nothing(one: Played, play: Play, cast: Sequence[CastSender]) -> str:
    """Return why a campaign sent nothing; "" where it did."""
    if one.mails:
        return ""
    if not one.people:
        return "Nobody is in it."
    if not one.taken:
        return "Everybody was refused when they were loaded."
    return (
        _of_senders(one, cast)
        or _of_caps(one.raw)
        or _of_schedule(one.raw["campaign_schedule"], play)
        or "The gap between e-mails, its flags or the daily limits of its senders kept everything back."
    )


def _of_senders(one: Played, cast: Sequence[CastSender]) -> str:
    if not one.subject.addresses:
        return "It has no sender: name a mailbox or a tag that has one."
    own = [sender for sender in cast if sender.world.email in one.subject.addresses]
    if not any(sender.is_ready for sender in own):
        states = ", ".join(f"{sender.world.email} ({sender.words.lower()})" for sender in own)
        return f"No sender can send: {states or 'none is connected'}."
    if not any(sender.world.daily_limit for sender in own if sender.is_ready):
        return "The daily limit of every sender that can send is 0."
    return ""


def _of_caps(raw: Mapping[str, Any]) -> str:
    if raw.get("daily_limit") == 0:
        return "The daily cap of the campaign is 0."
    if raw.get("daily_max_leads") == 0:
        return "The cap of new leads a day is 0."
    return ""


def _of_schedule(schedule: Mapping[str, Any], play: Play) -> str:
    """Name missing days or hours, or dates that are not among the days that were played."""
    first, last = (_date(schedule.get(name)) for name in ("start_date", "end_date"))
    own = zones(schedule)
    began, ended = earliest_day(play.starts_at, own), earliest_day(play.until, own)
    if last is not None and last < began:
        return f"Its last day, {last.isoformat()}, is before the first day that was played, {began.isoformat()}."
    if first is not None and first > ended:
        return f"Its first day, {first.isoformat()}, is after the last day that was played, {ended.isoformat()}."
    if not read_schedule(schedule).rules:
        return "It has no day or no hours on which it sends."
    if not next_windows(schedule, play.starts_at, MOST_DAYS):
        return "None of its sending hours is within the days that were played: its days, hours and dates leave none."
    return ""


def _date(raw: Any) -> date | None:
    try:
        return date.fromisoformat(str(raw)[:10])
    except ValueError:
        return None
