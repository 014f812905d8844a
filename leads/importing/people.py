"""Reads who of a file an import would take, without storing anything and without asking Instantly.

The rules are those of the check of an import (`stage.py`): what differs is that leads are known as they were last read.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from campaigns.models import Campaign
from iexdg.workspaces.models import Workspace
from leads.blocklist.mirror import blocked_among
from leads.importing.check import plan_for
from leads.importing.errors import OpenQuestionError
from leads.importing.guess import MAPPING_ASKS, answered
from leads.importing.lines import FIELDS, Line
from leads.importing.mapping import check_mapping, parse_pairs
from leads.importing.offer import offer_for
from leads.importing.records import cleaned_lines
from leads.importing.sniffing import read_table
from leads.models import Import, Reason
from leads.models.row import MARKED
from leads.queries import ROW_COLUMN_OF, collisions
from leads.verification.receipts import fresh_receipts
from leads.verification.verdicts import row_decision

_CHUNK_LINES = 1000


@dataclass(frozen=True)
class PersonOfFile:
    """One person whom an import would take. Shapes: fields - of `lines.FIELDS`; variables - custom ones."""

    email: str
    line: int
    fields: dict[str, str]
    variables: dict[str, str]

    @property
    def merge_values(self) -> dict[str, str]:
        """What the merge tags of the copy are filled with, by their names."""
        own = {name: self.fields[column] for name, column in ROW_COLUMN_OF.items()}
        domain = self.email.rpartition("@")[2]
        return {**self.variables, **own, "email": self.email, "companyDomain": domain}


@dataclass
class PeopleOfFile:
    """Who of a file an import would take, and why others are left out.

    Shapes: unread - lines beyond the most; to_verify - people without a fresh receipt, taken as verified.
    """

    people: list[PersonOfFile] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    lines: int = 0
    unread: int = 0
    to_verify: int = 0


def people_of_file(
    path: Path, *, workspace: Workspace, campaign: Campaign | None, pairs: Sequence[str] = (), most: int
) -> PeopleOfFile:
    """Read a file as an import into the campaign would; the mirror and the block list as last read decide.

    Shapes: campaign - None where it does not exist yet; pairs - `Column=field`, over what the header suggests;
        most - people; lines after the last of them are only counted.
    Raises: UnreadableFileError, MappingError; OpenQuestionError - a person has to say how it is read, with a pair.
        OSError - it is not there, a directory, or may not be read.
    """
    # The reader is another process, which could only say that it failed.
    path.open("rb").close()
    table = read_table(path)
    offer = offer_for(table, into=None, by=None)
    reading = [ask for ask in offer.asks if ask.what not in MAPPING_ASKS]
    full, still_open = answered(parse_pairs(pairs, table.header, offer.mapping), offer.asks)
    if reading or still_open:
        raise OpenQuestionError(reading or still_open)
    plan = plan_for(table.header, check_mapping(full, table.header))
    # Never stored: it says whose rules apply.
    sorting = _Sorting(Import(workspace=workspace, campaign=campaign))
    stream = cleaned_lines(path, table.shape, plan)
    found = PeopleOfFile(skipped=sorting.skipped)
    while len(sorting.taken) < most and (chunk := list(islice(stream, _CHUNK_LINES))):
        found.lines += len(chunk)
        sorting.take(chunk)
    kept = sorting.kept()
    found.unread = table.count - found.lines + len(kept[most:])
    found.people = [_person(one) for one in kept[:most]]
    found.to_verify = sum(one.email not in sorting.verified for one in found.people)
    return found


@dataclass
class _Sorting:
    """Who is taken so far, and why others are not. Shapes: marked - address -> what a line of the file says of it."""

    imported: Import
    taken: dict[str, Line] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    marked: dict[str, str] = field(default_factory=dict)
    verified: set[str] = field(default_factory=set)

    def take(self, chunk: Sequence[Line]) -> None:
        """Sort the lines of a chunk."""
        reasons = self._reasons({one.email for one in chunk if one.email and not one.reason})
        for one in chunk:
            why = one.reason or (Reason.DUPLICATE_IN_FILE if one.email in self.taken else reasons.get(one.email, ""))
            if not why:
                self.taken[one.email] = one
                continue
            self.skipped[str(why)] += 1
            if why in MARKED and one.email:
                self.marked.setdefault(one.email, str(why))

    def kept(self) -> list[Line]:
        """Those who are taken, without those whom another line of the file marks."""
        for email in self.marked.keys() & self.taken.keys():
            del self.taken[email]
            self.skipped[self.marked[email]] += 1
        return list(self.taken.values())

    def _reasons(self, emails: Collection[str]) -> dict[str, str]:
        """Why addresses are left out: blocked, somewhere already, or refused by an earlier verification."""
        workspace_pk = self.imported.workspace_id
        receipts = fresh_receipts(workspace_pk, emails)
        decided = {
            email: row_decision(one.verdict, one.catch_all, accept_catch_all=False)[1]
            for email, one in receipts.items()
        }
        self.verified |= {email for email, reason in decided.items() if not reason}
        there = {email: one.reason for email, one in collisions(self.imported, emails).items()}
        blocked = dict.fromkeys(blocked_among(workspace_pk, emails), Reason.IN_BLOCKLIST)
        return {**{email: str(reason) for email, reason in decided.items() if reason}, **there, **blocked}


def _person(one: Line) -> PersonOfFile:
    return PersonOfFile(one.email, one.line, dict(zip(FIELDS, one.fields, strict=True)), one.variables)


def labels_of(reasons: Iterable[str]) -> dict[str, str]:
    """The words of reasons."""
    known = {str(one.value): str(one.label) for one in Reason}
    return {reason: known.get(reason, reason) for reason in reasons}
