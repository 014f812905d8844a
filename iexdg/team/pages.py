"""The team as its template reads it."""

from dataclasses import dataclass

from iexdg.team.models import Member
from iexdg.team.queries import members
from iexdg.team.roles import Role

MAY = {
    Role.VIEWER: "sees everything, pauses",
    Role.OPERATOR: "also imports leads, syncs, requests go-lives",
    Role.APPROVER: "also decides go-lives, activates",
    Role.ADMIN: "also changes settings and the team",
}


@dataclass(frozen=True)
class MemberLine:
    """One member; no one can change themselves."""

    member: Member
    may: str
    is_oneself: bool
    roles: list[tuple[str, str]]


def team_lines(reader: Member) -> list[MemberLine]:
    """All members, active ones first."""
    roles = [(str(value), str(label)) for value, label in Role.choices]
    return [MemberLine(member, MAY.get(Role(member.role), ""), member.pk == reader.pk, roles) for member in members()]
