"""What is rehearsed: a campaign as a blueprint would leave it, or as it was last read. Asks nothing of Instantly."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from campaigns.models import Campaign
from iexdg.blueprints import parsing
from iexdg.blueprints.facts import Facts, Names, current_facts, field_of, wanted_facts
from iexdg.blueprints.planning import keeps_senders
from iexdg.blueprints.vendor_body import body_of
from iexdg.mailboxes.queries import CONNECTED, senders
from iexdg.rehearsals.errors import RehearsalError
from iexdg.rehearsals.world import WorldSender
from iexdg.workspace_objects.interests import interest_choices
from iexdg.workspace_objects.tags import accounts_by_tag, tags_of
from iexdg.workspaces.models import Workspace

# What a mailbox may send a day where the mirror does not know: Instantly's default, as the sandbox has it.
ASSUMED_DAILY_LIMIT = 30
_PAUSED = 2
# In the world of a rehearsal senders stand by their addresses.
_LEFT_OUT = frozenset({"email_tag_list"})
_SERVED_PROVIDERS = frozenset({1, 2, 3, 4, 8, 11})


@dataclass(frozen=True)
class Subject:
    """One campaign to rehearse.

    Shapes: body - as POST /campaigns takes it, with the senders that its tags mean; senders, tags - as the campaign
        itself has them; campaign - its mirror, None where it is not at Instantly; is_as_read - nothing is changed.
    """

    name: str
    body: Mapping[str, Any]
    senders: tuple[str, ...]
    tags: tuple[str, ...]
    campaign: Campaign | None = None
    is_as_read: bool = False

    @property
    def addresses(self) -> tuple[str, ...]:
        """Whom it sends from, by tag or by name."""
        return tuple(self.body["email_list"])


@dataclass(frozen=True)
class CastSender:
    """One mailbox of a rehearsal, and how far it is known. Shapes: words - its state; is_known - the mirror has it."""

    world: WorldSender
    is_known: bool
    words: str

    @property
    def is_ready(self) -> bool:
        """Whether it can send."""
        return self.world.status == CONNECTED

    @property
    def facts(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "email": self.world.email,
            "daily_limit": self.world.daily_limit,
            "assumed": not self.is_known,
            "ready": self.is_ready,
            "state": self.words,
        }


def subject_as_read(campaign: Campaign) -> Subject:
    """The campaign as it was last read.

    Raises: RehearsalError - it has no steps or no sending hours.
    """
    facts = current_facts(raw_of(campaign))
    return _subject(campaign.name, facts, campaign.workspace, campaign, is_as_read=True)


def subjects_of(workspace: Workspace, blueprint: parsing.Blueprint) -> list[Subject]:
    """The campaigns of a blueprint; what it does not name stays as it was last read at Instantly.

    Raises: RehearsalError - one has no steps or no sending hours, or several campaigns have its name.
    """
    names = Names(tags_of(workspace)[1], dict(interest_choices(workspace)))
    today = timezone.now().date()
    return [_of_blueprint(workspace, one, names, today) for one in blueprint.campaigns]


def _of_blueprint(workspace: Workspace, one: parsing.Campaign, names: Names, today: date) -> Subject:
    there = _mirrored(workspace, one)
    facts = wanted_facts(one.content, names, today=today)
    if there is not None:
        facts = overlaid(current_facts(raw_of(there)), facts, keeps=keeps_senders(one))
    try:
        return _subject(one.content.name, facts, workspace, there)
    except RehearsalError as error:
        raise RehearsalError(f"line {one.line('name')}: {error}") from None


def _mirrored(workspace: Workspace, one: parsing.Campaign) -> Campaign | None:
    known = Campaign.objects.filter(workspace=workspace, vanished_at__isnull=True).select_related("workspace")
    if one.content.id is not None:
        return known.filter(remote_id__iexact=one.content.id).first()
    found = list(known.filter(name__iexact=one.content.name.strip())[:2])
    if len(found) > 1:
        raise RehearsalError(f"Several campaigns are called {one.content.name}. Say which one: `id:`.")
    return found[0] if found else None


def overlaid(current: Facts, wanted: Facts, *, keeps: bool) -> Facts:
    """Return what a campaign has once a blueprint is applied: lists that it names replace those that are there. Pure.

    Shapes: keeps - whether senders that only Instantly has stay.
    """
    replaced = [path for path in (("steps",), ("schedule", "windows")) if path in wanted]
    kept = {path: value for path, value in current.items() if all(path[: len(one)] != one for one in replaced)}
    merged = {**kept, **wanted}
    if keeps:
        for path in (("senders",), ("senders", "tags")):
            merged[path] = tuple(sorted({*current.get(path, ()), *wanted.get(path, ())}))
    return merged


def _subject(
    name: str, facts: Facts, workspace: Workspace, campaign: Campaign | None, *, is_as_read: bool = False
) -> Subject:
    _require_playable(name, facts)
    given, tags = tuple(facts.get(("senders",), ())), tuple(facts.get(("senders", "tags"), ()))
    body = body_of(facts, None, [path for path in facts if field_of(path) not in {"", *_LEFT_OUT}])
    body = {field: value for field, value in body.items() if value is not None}
    body["email_list"] = _with_tagged(workspace, given, tags)
    return Subject(name, body, given, tags, campaign, is_as_read)


def _require_playable(name: str, facts: Facts) -> None:
    if not any(path[:1] == ("steps",) and len(path) == 2 for path in facts):
        raise RehearsalError(f"{name} has no steps, so there is nothing to rehearse.")
    windows = [path for path in facts if path[:2] == ("schedule", "windows") and len(path) == 3]
    if not windows or any((*path, "hours") not in facts for path in windows):
        raise RehearsalError(f"{name} has no sending hours that Instantly can keep. Plan it first: it says why.")


def _with_tagged(workspace: Workspace, given: tuple[str, ...], tags: tuple[str, ...]) -> list[str]:
    tagged = accounts_by_tag(workspace) if tags else {}
    return list(dict.fromkeys([*given, *(one.lower() for tag in tags for one in tagged.get(tag, []))]))


def cast_of(workspace: Workspace, subjects: list[Subject]) -> list[CastSender]:
    """The mailboxes of all campaigns, as last read; one that was never read gets `ASSUMED_DAILY_LIMIT`."""
    wanted = dict.fromkeys(address for one in subjects for address in one.addresses)
    return [
        CastSender(
            WorldSender(
                one.email,
                ASSUMED_DAILY_LIMIT if one.daily_limit is None else one.daily_limit,
                CONNECTED if one.mailbox is None or one.is_ready else _PAUSED,
                _provider(one.mailbox.provider_code if one.mailbox else None),
                one.mailbox.first_name if one.mailbox else "",
                one.mailbox.last_name if one.mailbox else "",
            ),
            is_known=one.daily_limit is not None,
            words=one.words,
        )
        for one in senders(workspace, wanted)
    ]


def _provider(code: int | None) -> int:
    return code if code in _SERVED_PROVIDERS else 1


def raw_of(campaign: Campaign) -> dict[str, Any]:
    """A mirrored campaign in the shape in which Instantly returned it."""
    return {
        "name": campaign.name,
        "campaign_schedule": campaign.schedule,
        "sequences": campaign.sequences,
        "email_list": campaign.senders,
        "daily_limit": campaign.daily_limit,
        "daily_max_leads": campaign.daily_max_leads,
        **campaign.flags,
    }
