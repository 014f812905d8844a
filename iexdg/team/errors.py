"""What can go wrong with people and permissions."""

from iexdg.team.roles import Action


class TeamError(Exception):
    """Root of this app's errors; `code` is stable."""

    code = "team"


class NotAllowedError(TeamError):
    """The member's role does not allow the action; nothing was changed."""

    code = "not_allowed"

    def __init__(self, role: str, action: Action) -> None:
        article = "An" if role[:1] in "aeiou" else "A"
        super().__init__(
            f"{article} {role} may not {action}. Ask someone with that role, or ask an admin to change yours."
        )
        self.action = action


class UnknownMemberError(TeamError):
    """No active member has this address; nothing was changed."""

    code = "unknown_member"
