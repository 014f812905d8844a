"""Makes, saves and discards drafts. Every save names the revision that it is based on, and makes or extends a version.

Nothing here asks Instantly for anything or changes anything there.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.blueprints.drafts.content import Content
from iexdg.blueprints.errors import DraftConflictError, DraftRefusedError
from iexdg.blueprints.models import OPEN_APPLY, ApplyRequest, Draft, DraftVersion
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.workspaces.models import Workspace

# What one person types in a row is one version.
_ONE_VERSION = timedelta(minutes=1)
TYPED = "Edited"


def create_draft(
    workspace: Workspace, content: Mapping[str, Any], *, by: Member, what: str, campaign: Campaign | None = None
) -> Draft:
    """Store a new draft with its first version.

    Shapes: content - without `id`; what - where it comes from, in a few words; campaign - the one that it is of.
    Raises: NotAllowedError; DraftRefusedError - the campaign has a draft.
    """
    require(by, Action.BLUEPRINTS, workspace)
    now, name = timezone.now(), _name_of(content)
    try:
        with transaction.atomic():
            draft = Draft.objects.create(
                workspace=workspace,
                campaign=campaign,
                name=name,
                content=dict(content),
                by=by,
                saved_by=by,
                made_at=now,
                saved_at=now,
                changed_at=now,
            )
            _add_version(draft, 1, content, what, by)
            _record(draft, "made", f"Draft of the campaign {name}", by, note=what)
    except IntegrityError:
        raise DraftRefusedError("This campaign has a draft already. Open it on the page Drafts.") from None
    return draft


def draft_of(campaign: Campaign) -> Draft | None:
    """The draft of a campaign; it has one at most."""
    return Draft.objects.filter(campaign=campaign).select_related("workspace", "campaign").first()


def save(draft: Draft, content: Mapping[str, Any], *, revision: int, by: Member, what: str = TYPED) -> Draft:
    """Store changed content. Unchanged content is no save, whatever its revision.

    Shapes: revision - of the draft as it was opened; what - what was done; typing extends the version before it.
    Raises: NotAllowedError; DraftConflictError - somebody saved since; nothing was changed.
    """
    require(by, Action.BLUEPRINTS, draft.workspace)
    if dict(content) == draft.content:
        return draft
    with transaction.atomic():
        _move_on(draft, revision, content=dict(content), name=_name_of(content), by=by)
        number = _version_to_extend(draft, what, by)
        if number is not None:
            there = DraftVersion.objects.filter(draft=draft, number=number)
            there.update(content=dict(content), saved_at=timezone.now())
        else:
            number = _newest(draft) + 1
            _add_version(draft, number, content, what, by)
        Draft.objects.filter(pk=draft.pk).update(shown_version=number)
    draft.refresh_from_db()
    return draft


def same_revision(draft: Draft, revision: int) -> None:
    """Raises: DraftConflictError - the draft has another revision than the one that it was opened with."""
    if draft.revision != revision:
        raise DraftConflictError(_conflict_words(draft))


def step_back(draft: Draft, *, revision: int, by: Member, forward: bool = False) -> DraftVersion | None:
    """Show the version before the one that is shown, or the one after it; None where there is none.

    Raises: NotAllowedError; DraftConflictError - somebody saved since; nothing was changed.
    """
    require(by, Action.BLUEPRINTS, draft.workspace)
    there = DraftVersion.objects.filter(draft=draft)
    shown = draft.shown_version
    later = there.filter(number__gt=shown).order_by("number")
    found = (later if forward else there.filter(number__lt=shown).order_by("-number")).first()
    if found is None:
        return None
    with transaction.atomic():
        _move_on(draft, revision, content=found.content, name=_name_of(found.content), by=by)
        Draft.objects.filter(pk=draft.pk).update(shown_version=found.number)
    draft.refresh_from_db()
    return found


def restore(draft: Draft, number: int, *, revision: int, by: Member) -> Draft:
    """Save an old version as the newest one.

    Raises: NotAllowedError; DraftRefusedError - there is no such version. DraftConflictError; nothing was changed.
    """
    found = DraftVersion.objects.filter(draft=draft, number=number).first()
    if found is None:
        raise DraftRefusedError("There is no such version. Nothing was changed.")
    return save(draft, found.content, revision=revision, by=by, what=f"Restored version {number}")


def take_over(draft: Draft, content: Mapping[str, Any], *, by: Member, what: str) -> Draft:
    """Save what was read elsewhere as the newest version, whoever saved before. Raises: NotAllowedError."""
    draft.refresh_from_db()
    return save(draft, content, revision=draft.revision, by=by, what=what)


def discard(draft: Draft, *, by: Member) -> None:
    """Delete a draft with its versions; its campaign stays as it is.

    Raises: NotAllowedError; DraftRefusedError - it is being applied.
    """
    require(by, Action.BLUEPRINTS, draft.workspace)
    if ApplyRequest.objects.filter(draft=draft, state__in=OPEN_APPLY).exists():
        raise DraftRefusedError("It is being applied. Wait until that is done, then discard it.")
    with transaction.atomic():
        _record(draft, "discarded", f"Discarded the draft {draft.name}", by)
        Draft.objects.filter(pk=draft.pk).delete()


def belongs_to(draft: Draft, campaign: Campaign) -> None:
    """Note the campaign that a draft became; another draft of it stays the one that it has."""
    there = Draft.objects.filter(pk=draft.pk, campaign__isnull=True)
    if not Draft.objects.filter(campaign=campaign).exists():
        there.update(campaign=campaign, changed_at=timezone.now())


def _move_on(draft: Draft, revision: int, *, content: Content, name: str, by: Member) -> None:
    """Raises: DraftConflictError - the draft has another revision."""
    now = timezone.now()
    this = Draft.objects.filter(pk=draft.pk, revision=revision)
    moved = this.update(
        revision=F("revision") + 1, content=content, name=name, saved_by=by, saved_at=now, changed_at=now
    )
    if not moved:
        raise DraftConflictError(_conflict_words(draft))


def _conflict_words(draft: Draft) -> str:
    now = Draft.objects.filter(pk=draft.pk).select_related("saved_by").first()
    if now is None:
        return "The draft was discarded meanwhile. Nothing was saved."
    who = now.saved_by.name if now.saved_by else "Somebody"
    return f"{who} saved this draft elsewhere since you opened it, so what you typed was not saved."


def _version_to_extend(draft: Draft, what: str, by: Member) -> int | None:
    """The number of the version that typing goes on with; None where it begins a new one."""
    if what != TYPED:
        return None
    newest = DraftVersion.objects.filter(draft=draft).first()
    if newest is None or newest.number != draft.shown_version or newest.what != TYPED or newest.by_id != by.pk:
        return None
    return newest.number if timezone.now() - newest.begun_at < _ONE_VERSION else None


def _newest(draft: Draft) -> int:
    return int(DraftVersion.objects.filter(draft=draft).aggregate(most=Max("number"))["most"] or 0)


def _add_version(draft: Draft, number: int, content: Mapping[str, Any], what: str, by: Member) -> None:
    now = timezone.now()
    DraftVersion.objects.create(
        draft=draft, number=number, content=dict(content), what=what[:300], by=by, begun_at=now, saved_at=now
    )


def _name_of(content: Mapping[str, Any]) -> str:
    return str(content.get("name") or "Without a name")[:300]


def _record(draft: Draft, verb: str, summary: str, by: Member, *, note: str = "") -> None:
    record(
        f"draft:{verb}",
        summary,
        subject=f"blueprint:{draft.workspace_id}:draft-{draft.pk}",
        campaign_ref=draft.campaign_id,
        by=by,
        note=note,
    )
