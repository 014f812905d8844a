"""What can go wrong with people and permissions."""

from iexdg.team.roles import Action, roles_that_may


class TeamError(Exception):
    """Root of this app's errors; `code` is stable."""

    code = "team"


class NotAllowedError(TeamError):
    """The member's role does not allow the action; nothing was changed."""

    code = "not_allowed"

    def __init__(self, role: str, action: Action, *, everywhere: bool = False) -> None:
        article = "An" if role[:1] in "aeiou" else "A"
        who = f"{article} {role}" if role else "A member with no role for all workspaces"
        what = f"{action} for all workspaces" if everywhere else action
        able = [f"{'an' if one[:1] in 'aeiou' else 'a'} {one}" for one in roles_that_may(action)]
        ask = f"{', '.join(able[:-1])} or {able[-1]} to do it, or an admin" if able[1:] else "an admin to do it, or"
        super().__init__(f"{who} may not {what}. Ask {ask} to change your role.")
        self.action = action


class UnknownMemberError(TeamError):
    """No active member has this address; nothing was changed."""

    code = "unknown_member"


class UnknownWorkspaceError(TeamError):
    """No connected workspace has this slug; nothing was changed."""

    code = "unknown_workspace"

    def __init__(self, slug: str, known: list[str]) -> None:
        if known:
            super().__init__(f"Unknown workspace {slug}. Connected: {', '.join(known)}.")
        else:
            super().__init__(f"Unknown workspace {slug}. None is connected yet.")
