"""Drafts: nobody overwrites what they have not seen, every change is a version, and a version can be had back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.blueprints.drafts.verbs import create_draft, discard, restore, save, step_back
from iexdg.blueprints.errors import DraftConflictError, DraftRefusedError
from iexdg.blueprints.models import ApplyRequest, Draft, DraftVersion
from iexdg.team.audit.models import AuditEvent
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from tests.iexdg.blueprints.drafts.conftest import CONTENT
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
Team = Callable[..., Member]


def named(name: str) -> dict[str, object]:
    return CONTENT | {"name": name}


def test_a_save_of_an_older_revision_is_refused_and_names_who_saved(draft: Draft, member: Team) -> None:
    save(draft, named("Mine"), revision=1, by=member("operator"))
    with pytest.raises(DraftConflictError, match="Operator Person saved this draft elsewhere"):
        save(Draft.objects.get(), named("Theirs"), revision=1, by=member("admin"))
    assert (Draft.objects.get().name, Draft.objects.get().revision) == ("Mine", 2)
    assert DraftVersion.objects.filter(draft=draft).count() == 2


def test_a_save_that_changes_nothing_is_none(draft: Draft, member: Team) -> None:
    save(draft, CONTENT, revision=99, by=member("operator"))
    assert (Draft.objects.get().revision, DraftVersion.objects.count()) == (1, 1)


def test_what_one_person_types_within_a_minute_is_one_version(draft: Draft, member: Team) -> None:
    for revision, name in enumerate(("A", "B", "C"), 1):
        save(draft, named(name), revision=revision, by=member("operator"))
    assert list(DraftVersion.objects.values_list("number", "content__name")) == [(2, "C"), (1, "10 Founders")]
    save(draft, named("D"), revision=4, by=member("admin"))
    DraftVersion.objects.filter(number=3).update(begun_at=timezone.now() - timedelta(minutes=2))
    save(draft, named("E"), revision=5, by=member("admin"))
    assert [one.number for one in DraftVersion.objects.all()] == [4, 3, 2, 1]


def test_undo_goes_back_version_by_version_and_redo_forward(draft: Draft, member: Team) -> None:
    by = member("operator")
    save(draft, named("A"), revision=1, by=by, what="One")
    save(draft, named("B"), revision=2, by=by, what="Two")
    names = []
    for forward in (False, False, False, True, True, True):
        step_back(draft, revision=draft.revision, by=by, forward=forward)
        names.append(draft.name)
    assert names == ["A", "10 Founders", "10 Founders", "A", "B", "B"]
    assert DraftVersion.objects.count() == 3


def test_what_is_typed_after_an_undo_is_a_new_version_and_loses_none(draft: Draft, member: Team) -> None:
    by = member("operator")
    save(draft, named("A"), revision=1, by=by)
    step_back(draft, revision=2, by=by)
    save(draft, named("B"), revision=3, by=by)
    assert list(DraftVersion.objects.values_list("number", "content__name")) == [
        (3, "B"),
        (2, "A"),
        (1, "10 Founders"),
    ]


def test_an_undo_of_an_older_revision_is_refused(draft: Draft, member: Team) -> None:
    save(draft, named("A"), revision=1, by=member("operator"))
    with pytest.raises(DraftConflictError):
        step_back(draft, revision=1, by=member("operator"))
    assert Draft.objects.get().name == "A"


def test_a_restored_version_is_the_newest_one(draft: Draft, member: Team) -> None:
    by = member("operator")
    save(draft, named("A"), revision=1, by=by)
    restore(draft, 1, revision=2, by=by)
    newest = DraftVersion.objects.first()
    assert newest is not None
    assert (newest.number, newest.what, draft.name) == (3, "Restored version 1", "10 Founders")
    with pytest.raises(DraftRefusedError, match="no such version"):
        restore(draft, 9, revision=draft.revision, by=by)


def test_a_campaign_has_one_draft(campaign: Campaign, member: Team) -> None:
    create_draft(campaign.workspace, CONTENT, by=member("operator"), what="One", campaign=campaign)
    with pytest.raises(DraftRefusedError, match="has a draft already"):
        create_draft(campaign.workspace, CONTENT, by=member("operator"), what="Two", campaign=campaign)
    assert Draft.objects.count() == 1


def test_what_is_being_applied_is_not_discarded(draft: Draft, member: Team) -> None:
    now = timezone.now()
    request = ApplyRequest.objects.create(
        workspace=draft.workspace, draft=draft, name="X", key="x", text="", by=member("operator"), asked_at=now,
        changed_at=now,
    )  # fmt: skip
    with pytest.raises(DraftRefusedError, match="being applied"):
        discard(draft, by=member("operator"))
    request.delete()
    discard(draft, by=member("operator"))
    assert not Draft.objects.exists()
    assert AuditEvent.objects.filter(action="draft:discarded").exists()


def test_a_viewer_changes_nothing(draft: Draft, member: Team, control: SandboxControl) -> None:
    viewer = member("viewer")
    before = Draft.objects.values().get()
    for act in (
        lambda: create_draft(draft.workspace, CONTENT, by=viewer, what="x"),
        lambda: save(draft, named("A"), revision=1, by=viewer),
        lambda: step_back(draft, revision=1, by=viewer),
        lambda: restore(draft, 1, revision=1, by=viewer),
        lambda: discard(draft, by=viewer),
    ):
        with pytest.raises(NotAllowedError):
            act()
    assert Draft.objects.values().get() == before
