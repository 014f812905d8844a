"""Rehearses campaigns and keeps the result of each; nothing of it asks Instantly."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from campaigns.mirror.sync import as_mirrored
from campaigns.sending.fingerprint import fingerprint, parts_of
from campaigns.sending.windows import read_schedule
from iexdg.rehearsals import orders, people
from iexdg.rehearsals.errors import RehearsalError
from iexdg.rehearsals.models import Rehearsal
from iexdg.rehearsals.people import People
from iexdg.rehearsals.playing import MOST_DAYS, Play, Played, dealt, play
from iexdg.rehearsals.report import Left, report_of
from iexdg.rehearsals.samples import samples_of
from iexdg.rehearsals.subjects import Subject, cast_of, subject_as_read
from iexdg.team.audit.models import Via
from iexdg.workspaces.models import Workspace
from leads.errors import LeadsError


@dataclass(frozen=True)
class Rehearsed:
    """A rehearsal as it ended. Shapes: fingerprints - in the order of `report["campaigns"]`."""

    report: dict[str, Any]
    samples: list[dict[str, Any]]
    fingerprints: tuple[str, ...]

    @property
    def facts(self) -> dict[str, Any]:
        """For JSON."""
        return {**self.report, "samples": self.samples}


def rehearse(
    workspace: Workspace,
    subjects: Sequence[Subject],
    who: People,
    *,
    starts_on: date | None = None,
    on_progress: Callable[[date, int], None] = lambda day, mails: None,
) -> Rehearsed:
    """Play campaigns with people; nothing is stored.

    Raises: RehearsalError - it cannot be played from that day on; WorldError - the private sandbox failed.
    """
    cast = cast_of(workspace, list(subjects))
    starts_at = _starts_at(subjects[0], starts_on)
    played = play(dealt(subjects, who.people), cast, starts_at=starts_at, on_progress=on_progress)
    report = report_of(played, cast, Left(who.skipped, who.cut, who.to_verify))
    prints = tuple(_fingerprint(workspace, one) for one in played.campaigns)
    return Rehearsed(report, samples_of(played, cast, seed=_seed(played, prints)), prints)


def _starts_at(first: Subject, starts_on: date | None) -> datetime | None:
    """The beginning of a day in the zone of the campaign."""
    if starts_on is None:
        return None
    zone = read_schedule(first.body["campaign_schedule"]).rules[0].zone
    today = timezone.now().astimezone(zone).date()
    if not today <= starts_on <= today + timedelta(days=MOST_DAYS):
        raise RehearsalError(f"{starts_on.isoformat()} is not within the next {MOST_DAYS} days.")
    return datetime.combine(starts_on, time(0), ZoneInfo(zone.key))


def _seed(played: Play, prints: Sequence[str]) -> str:
    return "|".join([*prints, *(str(one.taken) for one in played.campaigns)])


def _fingerprint(workspace: Workspace, one: Played) -> str:
    """The fingerprint of what was played: of the mirror, or of what the world read back of a blueprint."""
    if one.subject.is_as_read and one.subject.campaign is not None:
        return fingerprint(parts_of(one.subject.campaign))
    own = {"email_list": list(one.subject.senders), "email_tag_list": list(one.subject.tags)}
    return fingerprint(parts_of(as_mirrored(workspace, {**one.raw, **own})))


def rehearse_and_keep(
    workspace: Workspace,
    subjects: Sequence[Subject],
    who: People,
    *,
    source: str,
    leads_source: str,
    starts_on: date | None = None,
) -> Rehearsed:
    """Rehearse the campaigns of a blueprint in this process, and keep what each came to.

    Raises: RehearsalError, WorldError - what was begun is marked as failed.
    """
    rows: list[Rehearsal] = []
    named = {"source": source, "leads_source": leads_source}
    try:
        for one in subjects:
            rows.append(orders.begin(workspace, one.campaign, one.name, starts_on=starts_on, via=Via.CLI, **named))
        made = rehearse(workspace, subjects, who, starts_on=starts_on, on_progress=_renewing(rows))
    except BaseException as error:
        for row in rows:
            orders.fail(row, str(error) if isinstance(error, RehearsalError) else "It was ended before it was done.")
        raise
    for place, row in enumerate(rows):
        _keep(row, made, place)
    return made


def _renewing(rows: Sequence[Rehearsal]) -> Callable[[date, int], None]:
    def renew(day: date, mails: int) -> None:
        for row in rows:
            orders.renew(row, day, mails)

    return renew


def carry_out(pk: int) -> None:
    """Play one that was asked for on the page, unless another process has it."""
    row = orders.claim(pk)
    if row is None or row.campaign is None:
        return
    try:
        subject = subject_as_read(row.campaign)
        who = _people_of(row)
        made = rehearse(row.workspace, [subject], who, starts_on=row.starts_on, on_progress=_renewing([row]))
    except (RehearsalError, LeadsError) as error:
        orders.fail(row, str(error))
    except OSError:
        orders.fail(row, "The file of the people is no longer there. Upload it again.")
    except BaseException:
        orders.fail(row, "It ended with an error of its own; the log has it. Rehearse it again.")
        raise
    else:
        _keep(row, made, 0)


def _people_of(row: Rehearsal) -> People:
    if row.campaign is None or not row.leads_source:
        return people.of_campaign(row.campaign) if row.campaign is not None else People()
    path = Path(settings.MEDIA_ROOT) / row.file_path
    return people.of_file(path, workspace=row.workspace, campaign=row.campaign, pairs=row.pairs)


def _keep(row: Rehearsal, made: Rehearsed, place: int) -> None:
    name = made.report["campaigns"][place]["name"]
    own = [one for one in made.samples if one["campaign"] == name]
    orders.finish(row, result=_of_one(made.report, place), samples=own, fingerprint=made.fingerprints[place])


def _of_one(report: Mapping[str, Any], place: int) -> dict[str, Any]:
    """The part of a report that is about one campaign; who of the file was left out counts for each."""
    shared = {name: report[name] for name in ("senders", "to_verify", "cut", "notes", "starts_at")}
    own = report["campaigns"][place]
    others = {name for one in report["campaigns"] for name in one["skipped"]}
    of_file = {reason: number for reason, number in report["skipped"].items() if reason not in others}
    return {**own, **shared, "skipped": {**of_file, **own["skipped"]}}
