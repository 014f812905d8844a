"""Plays campaigns to their end in a private world; everything it needs is handed in, and nothing is stored."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from iexdg.rehearsals.people import Person
from iexdg.rehearsals.subjects import CastSender, Subject
from iexdg.rehearsals.world import PrivateWorld, SentMail, private_world

MOST_DAYS = 366
MOST_S = 120.0
_STEP_DAYS = 14
_DAY_S = 86_400


@dataclass(frozen=True)
class Role:
    """One campaign and those who are in it."""

    subject: Subject
    people: Sequence[Person]


@dataclass(frozen=True)
class Played:
    """What one campaign sent. Shapes: raw - the campaign as the world reads it back; taken - people it took."""

    subject: Subject
    people: Sequence[Person]
    raw: Mapping[str, Any]
    taken: int
    mails: tuple[SentMail, ...]


@dataclass(frozen=True)
class Play:
    """A whole rehearsal. Shapes: until - the world's time at the end; still_open - people an e-mail may still follow;
    out_of_time - it was cut off by its own limit of seconds.
    """

    campaigns: tuple[Played, ...]
    starts_at: datetime
    until: datetime
    still_open: int
    out_of_time: bool

    @property
    def is_cut(self) -> bool:
        """Whether it was ended before everything that may be sent was sent."""
        return self.out_of_time or self.still_open > 0


def play(
    roles: Sequence[Role],
    cast: Sequence[CastSender],
    *,
    starts_at: datetime | None = None,
    most_s: float = MOST_S,
    clock: Callable[[], float] = time.monotonic,
    on_progress: Callable[[date, int], None] = lambda day, mails: None,
) -> Play:
    """Build the campaigns in a world of their own, load the people, activate, and let time pass until all is sent.

    Shapes: starts_at - None is now; a moment that is past counts as now; on_progress - (day reached, e-mails so far).
    Raises: WorldError - the world did not start or refused something. It is ended in every case.
    """
    deadline = clock() + most_s
    with private_world() as world:
        begins = _begin(world, starts_at)
        on_progress(begins.date(), 0)
        built = _build(world, roles, cast)
        for raw, _ in built:
            world.activate(str(raw["id"]))
        mails, still_open = world.sent()
        days = 0
        while still_open and days < MOST_DAYS and clock() < deadline:
            step = min(_STEP_DAYS, MOST_DAYS - days)
            world.advance(step * _DAY_S)
            days += step
            mails, still_open = world.sent()
            on_progress((begins + timedelta(days=days)).date(), len(mails))
        out_of_time = bool(still_open) and days < MOST_DAYS
    played = tuple(
        Played(role.subject, role.people, raw, taken, tuple(one for one in mails if one.campaign == raw["id"]))
        for role, (raw, taken) in zip(roles, built, strict=True)
    )
    return Play(played, begins, begins + timedelta(days=days), still_open, out_of_time)


def _begin(world: PrivateWorld, starts_at: datetime | None) -> datetime:
    now = world.now
    if starts_at is None or starts_at <= now:
        return now
    world.advance((starts_at - now).total_seconds())
    return starts_at


def _build(world: PrivateWorld, roles: Sequence[Role], cast: Sequence[CastSender]) -> list[tuple[dict[str, Any], int]]:
    """Connect the mailboxes, create the campaigns as drafts and load the people: (campaign, people taken) of each."""
    for sender in cast:
        world.connect(sender.world)
    world.allow_people(sum(len(role.people) for role in roles) + 1)
    built = []
    for role in roles:
        raw = world.create_campaign(role.subject.body)
        built.append((raw, world.load(str(raw["id"]), [one.lead for one in role.people])))
    return built


def dealt(subjects: Sequence[Subject], people: Sequence[Person]) -> list[Role]:
    """Deal people in turn over campaigns, because nobody is in two at a time."""
    return [Role(one, people[place :: len(subjects)]) for place, one in enumerate(subjects)]
