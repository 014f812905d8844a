"""The team as its template reads it."""

from dataclasses import dataclass

from iexdg.team.current import Connected, among, connected
from iexdg.team.models import Member
from iexdg.team.queries import members, members_with_second_factor, with_own_roles
from iexdg.team.roles import Action, Role

MAY = {
    Role.VIEWER: "sees everything, pauses",
    Role.OPERATOR: "also imports leads, syncs, requests go-lives",
    Role.APPROVER: "also decides go-lives, activates",
    Role.ADMIN: "also changes settings and the team",
}


@dataclass(frozen=True)
class MemberLine:
    """One member, and what the reader may change; no one can change themselves.

    Shapes: role_here - label of the role in the current workspace; own_role - the role that a membership sets there,
        "" for none; may_change_all - the role in every workspace; may_change_here - the one in the current workspace;
        may_manage - how they sign in.
    """

    member: Member
    may: str
    is_oneself: bool
    has_second_factor: bool
    roles: list[tuple[str, str]]
    role_here: str
    own_role: str
    may_change_all: bool
    may_change_here: bool
    may_manage: bool


@dataclass(frozen=True)
class TeamPage:
    """The members that a reader sees. `has_several`: there are more workspaces than one to have a role in."""

    lines: list[MemberLine]
    workspace: Connected | None
    has_several: bool
    is_over_all: bool

    @property
    def offers_both(self) -> bool:
        """Whether a new member can have a role in one workspace or in all of them."""
        return self.has_several and self.is_over_all


def team_page(reader: Member) -> TeamPage:
    """Every member for an admin of all workspaces; for an admin of the current one, those with a role in it."""
    rows = connected()
    workspace = among(rows)
    is_over_all = reader.may_everywhere(Action.SETTINGS)
    found = with_own_roles(members())
    shown = [member for member in found if is_over_all or member.role_in(workspace)]
    has_several = len(rows) > 1 or any(member.own_roles for member in found)
    with_second_factor = members_with_second_factor()
    lines = [
        _line(member, reader, workspace, has_second_factor=member.pk in with_second_factor, over_all=is_over_all)
        for member in shown
    ]
    return TeamPage(lines, workspace, has_several=has_several, is_over_all=is_over_all)


def _line(
    member: Member, reader: Member, workspace: Connected | None, *, has_second_factor: bool, over_all: bool
) -> MemberLine:
    is_oneself = member.pk == reader.pk
    role = member.role_in(workspace)
    here = workspace.pk if workspace is not None else None
    own: dict[int | None, str] = {one.workspace: one.role for one in member.own_roles}
    is_only_here = not member.role and set(own) <= {here}
    return MemberLine(
        member=member,
        may=_may_words(role),
        is_oneself=is_oneself,
        has_second_factor=has_second_factor,
        roles=[(str(value), str(label)) for value, label in Role.choices],
        role_here=_label_of(role),
        own_role=own.get(here, ""),
        may_change_all=over_all and not is_oneself,
        may_change_here=not is_oneself and _may_change_in(workspace, member, over_all=over_all),
        may_manage=is_oneself or over_all or is_only_here,
    )


def _may_change_in(workspace: Connected | None, member: Member, *, over_all: bool) -> bool:
    """Whether the reader may set what role this member has in a workspace."""
    return workspace is not None and (over_all or not member.role)


def _label_of(role: str) -> str:
    return str(Role(role).label) if role else ""


def _may_words(role: str) -> str:
    return MAY[Role(role)] if role else ""
