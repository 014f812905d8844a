"""The e-mails of a few people as they would read them. Pure."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from campaigns.copy.body import Segment
from campaigns.copy.preview import PreviewVariant, preview
from campaigns.copy.sequence import read_sequence
from campaigns.copy.shown_text import Piece, shown_line
from iexdg.rehearsals.people import Person
from iexdg.rehearsals.playing import Play, Played
from iexdg.rehearsals.report import zone_of
from iexdg.rehearsals.subjects import CastSender
from iexdg.rehearsals.world import SentMail

HOW_MANY = 5


def samples_of(play: Play, cast: Sequence[CastSender], *, seed: str, most: int = HOW_MANY) -> list[dict[str, Any]]:
    """Return every e-mail of a few people, chosen at random by a seed: the same seed chooses the same people.

    Shapes: [{campaign, email, name, emails: [{step, variant, at, sender, subject, lines, note}]}]; subject and each
        line are lists of [text, href, whether the person has no value there]; note - why Liquid is not rendered.
    """
    reached: list[tuple[Played, Person]] = []
    for one in play.campaigns:
        addresses = {mail.email for mail in one.mails}
        reached += [(one, person) for person in one.people if person.email in addresses]
    chosen = Random(seed).sample(reached, min(most, len(reached)))  # noqa: S311  (a choice of examples)
    names = {one.world.email: one for one in cast}
    return [_sample(one, person, names) for one, person in chosen]


def _mails_of(one: Played, person: Person) -> list[SentMail]:
    return [mail for mail in one.mails if mail.email == person.email]


def _sample(one: Played, person: Person, names: Mapping[str, CastSender]) -> dict[str, Any]:
    zone = zone_of(one)
    full = " ".join(part for part in (person.values.get("firstName"), person.values.get("lastName")) if part)
    return {
        "campaign": one.subject.name,
        "email": person.email,
        "name": full,
        "emails": [
            {
                "step": mail.step + 1,
                "at": mail.at.astimezone(zone).isoformat(timespec="minutes"),
                "sender": mail.sender,
                **_words(one, person, mail, names.get(mail.sender)),
            }
            for mail in _mails_of(one, person)
        ],
    }


def _words(one: Played, person: Person, mail: SentMail, sender: CastSender | None) -> dict[str, Any]:
    values = {**person.values, **_of_sender(sender)}
    steps = preview(one.raw["sequences"], (), values)
    variant = _variant(steps[mail.step].variants, mail.variant)
    if variant is None:
        return {"variant": "", "subject": [], "lines": [], "note": ""}
    subject = _plain(variant.subject)
    if not subject:
        thread = read_sequence(one.raw["sequences"]).thread_subject(mail.step + 1)
        subject = [["Re: ", "", False], *_plain(shown_line(Segment(thread), values)[0])]
    lines = [_plain(line.pieces) for line in variant.lines]
    return {"variant": variant.letter, "subject": subject, "lines": lines, "note": variant.note}


def _variant(variants: Sequence[PreviewVariant], place: int) -> PreviewVariant | None:
    return next((one for one in variants if one.place == place), None)


def _plain(pieces: Sequence[Piece]) -> list[list[Any]]:
    return [[piece.text, piece.href, piece.is_gap] for piece in pieces]


def _of_sender(sender: CastSender | None) -> dict[str, str]:
    if sender is None:
        return {}
    first, last = sender.world.first_name, sender.world.last_name
    full = f"{first} {last}".strip()
    return {
        "sendingAccountFirstName": first,
        "sendingAccountLastName": last,
        "sendingAccountName": full,
        "sendingAccountEmail": sender.world.email,
        "accountSignature": f"(signature of {full or sender.world.email})",
    }


def text_of(pieces: Sequence[Sequence[Any]]) -> str:
    """A line as text."""
    return "".join(str(piece[0]) for piece in pieces)
