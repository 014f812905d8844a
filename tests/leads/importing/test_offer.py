"""The mapping that is offered for a file: a guess, or what the member chose for the last such file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.importing.errors import OpenQuestionError, UnreadableFileError
from leads.importing.upload import choose_columns, guess_again, store_upload
from leads.models import Import, ImportEvent, ImportState, LeadList, MappedBy, SavedMapping

pytestmark = pytest.mark.django_db
Upload = Callable[..., Import]
TWO = "Work Email,Personal Email\nada@north.example.com,ada@home.example.com\n"
MARKED = "Email,Unsubscribed\nada@example.com,yes\nbo@example.com,no\n"


@pytest.fixture
def olive(member: Callable[..., Member]) -> Member:
    return member("operator", "Olive")


def test_a_guess_that_was_only_confirmed_is_not_remembered(upload: Upload, olive: Member) -> None:
    imported = upload("Email,News\nada@example.com,won\n", by=olive)
    choose_columns(imported, imported.mapping, by=olive, remember=True)
    assert imported.mapped_by == MappedBy.HEADER
    assert not SavedMapping.objects.exists()


def test_an_answer_is_remembered_and_said_the_next_time(upload: Upload, olive: Member) -> None:
    first = upload(TWO, by=olive)
    choose_columns(first, {"Work Email": "custom:work", "Personal Email": "email"}, by=olive, remember=True)
    assert (first.mapped_by, first.asks) == (MappedBy.YOU, [])
    again = upload(TWO, by=olive)
    assert (again.mapped_by, again.asks) == (MappedBy.MEMORY, [])
    assert again.mapping == {"Work Email": "custom:work", "Personal Email": "email"}
    assert again.column_remarks[0] == "Questions about the columns are answered as you did for the last such file."


def test_a_choice_is_remembered_for_a_list_and_for_that_one_only(
    media: Path, campaign: Campaign, workspace: Workspace, olive: Member, member: Callable[..., Member]
) -> None:
    now = timezone.now()
    autumn, spring = (
        LeadList.objects.create(workspace=workspace, remote_id=name, name=name, synced_at=now)
        for name in ("Autumn", "Spring")
    )

    def stored(by: Member = olive, **into: Any) -> Import:
        return store_upload(ContentFile(TWO.encode(), name="fair.csv"), by=by, **into)

    first = stored(lead_list=autumn)
    guess = dict(first.mapping)
    chosen = {"Work Email": "custom:work", "Personal Email": "email"}
    # Only a choice on the page is kept.
    choose_columns(first, chosen, by=olive)
    assert (stored(lead_list=autumn).mapping, SavedMapping.objects.count()) == (guess, 0)

    choose_columns(stored(lead_list=autumn), chosen, by=olive, remember=True)

    again = stored(lead_list=autumn)
    assert (again.mapping, again.mapped_by) == (chosen, MappedBy.MEMORY)
    for other in (
        stored(lead_list=spring),
        stored(campaign=campaign),
        stored(lead_list=autumn, by=member("operator", "Otto")),
    ):
        assert (other.mapping, other.mapped_by) == (guess, MappedBy.HEADER)
    with pytest.raises(IntegrityError, match="saved_mapping_is_for_one_place"), transaction.atomic():
        SavedMapping.objects.update(campaign=campaign)
    # A list that goes takes them with it.
    Import.objects.all().delete()
    autumn.delete()
    assert not SavedMapping.objects.exists()


def test_a_remembered_address_column_without_addresses_is_asked_about(upload: Upload, olive: Member) -> None:
    first = upload(TWO, by=olive)
    choose_columns(first, {"Work Email": "email", "Personal Email": "ignore"}, by=olive, remember=True)
    again = upload("Work Email,Personal Email\nunknown,ada@home.example.com\n", by=olive)
    assert [(ask["what"], ask["choices"]) for ask in again.asks] == [("email", ["Personal Email", "Work Email"])]
    assert "holds no addresses in this one" in again.asks[0]["say"]
    with pytest.raises(OpenQuestionError):
        choose_columns(again, dict(again.mapping), by=olive)
    choose_columns(again, {**again.mapping, "Personal Email": "email"}, by=olive)
    assert again.state == ImportState.CHECKING


def test_memory_never_loads_people_whom_the_file_marks(upload: Upload, olive: Member) -> None:
    first = upload(MARKED, by=olive)
    choose_columns(first, {"Email": "email", "Unsubscribed": "ignore"}, by=olive, remember=True)
    again = upload(MARKED, by=olive)
    assert again.mapping["Unsubscribed"] == ""
    assert [(ask["what"], ask["choices"]) for ask in again.asks] == [
        ("left_out", ["Unsubscribed=unsubscribed", "Unsubscribed=ignore"])
    ]
    with pytest.raises(OpenQuestionError, match="Choose again for this file"):
        choose_columns(again, dict(again.mapping), by=olive)


def test_the_guess_is_offered_again_and_taking_it_forgets_the_memory(upload: Upload, olive: Member) -> None:
    text = "Email,News\nada@example.com,won\n"
    first = upload(text, by=olive)
    choose_columns(first, {"Email": "email", "News": "personalization"}, by=olive, remember=True)
    again = upload(text, by=olive)
    assert again.mapped_by == MappedBy.MEMORY
    guess_again(again)
    assert (again.mapped_by, again.mapping["News"], again.state) == (
        MappedBy.HEADER,
        "custom:news",
        ImportState.UPLOADED,
    )
    choose_columns(again, again.mapping, by=olive, remember=True)
    assert upload(text, by=olive).mapped_by == MappedBy.HEADER


def test_loading_marked_people_is_recorded_with_the_person(upload: Upload, olive: Member) -> None:
    imported = upload(MARKED, by=olive)
    choose_columns(imported, {"Email": "email", "Unsubscribed": "custom:unsub"}, by=olive)
    event = AuditEvent.objects.get(action="import:marks:ignored")
    assert (event.actor, event.after) == (olive, {"columns": ["Unsubscribed"]})
    assert ImportEvent.objects.filter(text="Olive chose not to leave out lines that “Unsubscribed” marks").exists()


def test_leaving_them_out_as_guessed_is_not(upload: Upload, olive: Member) -> None:
    imported = upload(MARKED, by=olive)
    choose_columns(imported, imported.mapping, by=olive)
    assert not AuditEvent.objects.filter(action="import:marks:ignored").exists()


def test_a_file_that_is_gone_cannot_be_guessed_again(upload: Upload, media: Path) -> None:
    imported = upload(MARKED)
    (media / imported.file_path).unlink()
    with pytest.raises(UnreadableFileError, match="no longer there"):
        guess_again(imported)
    imported.refresh_from_db()
    assert imported.mapping == {"Email": "email", "Unsubscribed": "unsubscribed"}
