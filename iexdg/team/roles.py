"""Who may do what: four roles, one table. The database stores the role, this module decides."""

from enum import StrEnum

from django.db import models


class Role(models.TextChoices):
    """A member's role; each one includes what the one above it may do."""

    VIEWER = "viewer", "Viewer"
    OPERATOR = "operator", "Operator"
    APPROVER = "approver", "Approver"
    ADMIN = "admin", "Admin"


class Action(StrEnum):
    """Something a person asks the product to do; the words complete "may not …"."""

    READ = "view campaigns"
    PAUSE = "pause a campaign"
    IMPORT = "import leads"
    SYNC = "sync with Instantly"
    BLOCK = "change the block list"
    PEOPLE = "change lists and people"
    ERASE = "erase a person"
    IMPORT_RECEIPTS = "import receipts"
    ANSWER = "answer e-mails"
    REQUEST_GO_LIVE = "request a go-live"
    DECIDE_GO_LIVE = "approve or reject a go-live"
    ACTIVATE = "activate a campaign"
    RESOLVE_INCIDENT = "close an incident"
    LIFT_KILL_SWITCH = "lift the kill switch"
    REARM = "re-arm a guardrail"
    RELEASE_CANARY = "load the rest of a canary that has not passed"
    ADOPT = "adopt a campaign or set what happens when it changes"
    BREAK_GLASS = "approve a go-live alone"
    MAILBOXES = "change mailboxes"
    CONNECT_MAILBOXES = "connect or delete mailboxes"
    TAGS = "change tags and labels"
    BLUEPRINTS = "write or apply a blueprint"
    DELETE_CAMPAIGNS = "archive or delete a campaign"
    REHEARSE = "rehearse a campaign"
    SUBSEQUENCES = "create a subsequence"
    PLACEMENT = "start placement tests"
    SUPERSEARCH = "spend credits on SuperSearch"
    WEBHOOKS = "change webhooks"
    KEYS = "create or delete API keys"
    SETTINGS = "change settings"
    CONNECT = "change connections"


# Everyone who is signed in may pause: stopping must never wait for a role.
_VIEWER = frozenset({Action.READ, Action.PAUSE})
_OPERATOR = _VIEWER | {
    Action.IMPORT,
    Action.SYNC,
    Action.BLOCK,
    Action.PEOPLE,
    Action.ANSWER,
    Action.REQUEST_GO_LIVE,
    Action.RESOLVE_INCIDENT,
    Action.MAILBOXES,
    Action.TAGS,
    Action.BLUEPRINTS,
    Action.DELETE_CAMPAIGNS,
    Action.REHEARSE,
    Action.SUBSEQUENCES,
    Action.PLACEMENT,
    Action.SUPERSEARCH,
}
_APPROVER = _OPERATOR | {
    Action.DECIDE_GO_LIVE,
    Action.ACTIVATE,
    Action.LIFT_KILL_SWITCH,
    Action.ADOPT,
    Action.REARM,
    Action.RELEASE_CANARY,
}
_ADMIN = _APPROVER | {
    Action.ERASE,
    Action.IMPORT_RECEIPTS,
    Action.BREAK_GLASS,
    Action.SETTINGS,
    Action.CONNECT,
    Action.CONNECT_MAILBOXES,
    Action.WEBHOOKS,
    Action.KEYS,
}

ALLOWED: dict[str, frozenset[Action]] = {
    Role.VIEWER: _VIEWER,
    Role.OPERATOR: _OPERATOR,
    Role.APPROVER: _APPROVER,
    Role.ADMIN: _ADMIN,
}


RANKS: tuple[str, ...] = (Role.VIEWER, Role.OPERATOR, Role.APPROVER, Role.ADMIN)


def rank_of(role: str) -> int:
    """How high a role stands, from 1; 0 for none and for an unknown one."""
    return RANKS.index(role) + 1 if role in RANKS else 0


def role_may(role: str, action: Action) -> bool:
    """Whether a role allows an action; an unknown role allows nothing."""
    return action in ALLOWED.get(role, frozenset())


def roles_that_may(action: Action) -> list[str]:
    """The roles that allow an action, lowest first; each one includes what the one before it may do."""
    return [role for role in RANKS if role_may(role, action)]
