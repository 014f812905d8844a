"""The settings page as its template reads it. The key is never shown, only where it comes from."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.ui.formatting import plural, span_words
from iexdg.workspaces.connected import limiter_for
from iexdg.workspaces.credits import Burn, burn_of
from iexdg.workspaces.models import Mode, Workspace

# What Instantly allows a workspace, all processes and both API versions together.
# Source: instantly-facts.md §1 rate limits (read 2026-11-22).
API_LIMIT_PER_MINUTE = 6000

KEY_SOURCES = {
    "sandbox": "the sandbox's own; it opens nothing real",
    "file": "read from the file that INSTANTLY_API_KEY_FILE names",
    "environment": "read from the environment, INSTANTLY_API_KEY",
    "stored": "entered by an admin, stored encrypted",
}
CONSEQUENCES = {
    Mode.WRITE: (
        "Leads are verified, which costs credits, and loaded.",
        "Approved go-lives activate their campaigns, and e-mail is sent.",
        "Nothing starts automatically: each import and each go-live still needs a person.",
    ),
    Mode.OBSERVE: (
        "Running imports stop: nothing more is verified or loaded; what is loaded stays.",
        "No one can activate a campaign from here.",
        "Campaigns that are sending continue. Pausing works as before, by hand and after a flip.",
    ),
}


@dataclass(frozen=True)
class Setting:
    """One setting from the environment: its meaning, value and variable."""

    what: str
    value: str
    variable: str


@dataclass(frozen=True)
class WorkspacePage:
    """Everything the page shows; None is unknown."""

    workspace: Workspace
    burn: Burn
    host: str
    key_source: str
    calls_last_minute: int | None
    calls_limit: int
    other_mode: str
    other_label: str
    consequences: tuple[str, ...]
    may_change: bool
    limits: list[Setting]


def workspace_page(workspace: Workspace, member: Member) -> WorkspacePage:
    """Gather the facts of the connection for one member."""
    other = Mode.OBSERVE if workspace.may_write else Mode.WRITE
    return WorkspacePage(
        workspace=workspace,
        burn=burn_of(workspace, timezone.now()),
        host=urlsplit(workspace.base_url).netloc,
        key_source=KEY_SOURCES.get(workspace.key_source, workspace.key_source),
        calls_last_minute=limiter_for(workspace).used_last_minute(),
        calls_limit=API_LIMIT_PER_MINUTE,
        other_mode=other.value,
        other_label=other.label,
        consequences=CONSEQUENCES[other],
        may_change=member.may(Action.SETTINGS),
        limits=_limits(),
    )


def _limits() -> list[Setting]:
    return [
        Setting("Calls a second, at most", f"{settings.API_LIMIT_PER_S:g}", "API_LIMIT_PER_S"),
        Setting("Leads in one batch, at most", f"{settings.LOAD_BATCH_ROWS:,}", "LOAD_BATCH_ROWS"),
        Setting("A receipt is used again for", plural(settings.RECEIPT_LIFE_DAYS, "day"), "RECEIPT_LIFE_DAYS"),
        Setting(
            "A pending address is given up after",
            span_words(timedelta(seconds=settings.VERIFY_GIVE_UP_S)),
            "VERIFY_GIVE_UP_S",
        ),
        Setting(
            "The status is watched after a load for",
            span_words(timedelta(seconds=settings.SETTLE_WATCH_S)),
            "SETTLE_WATCH_S",
        ),
        Setting("A go-live request is valid for", f"{settings.APPROVAL_LIFE_H} h", "APPROVAL_LIFE_H"),
        Setting("People at one company before it is flagged", f"{settings.COMPANY_LIMIT}", "COMPANY_LIMIT"),
    ]
