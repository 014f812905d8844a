"""The team as its template reads it."""

from dataclasses import dataclass

from iexdg.team.models import Member
from iexdg.team.queries import members, members_with_second_factor
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
    has_second_factor: bool
    roles: list[tuple[str, str]]


def team_lines(reader: Member) -> list[MemberLine]:
    """All members, active ones first."""
    roles = [(str(value), str(label)) for value, label in Role.choices]
    with_second_factor = members_with_second_factor()
    return [
        MemberLine(
            member=member,
            may=MAY.get(Role(member.role), ""),
            is_oneself=member.pk == reader.pk,
            has_second_factor=member.pk in with_second_factor,
            roles=roles,
        )
        for member in members()
    ]
