"""A replay after a correction sends what the automation says now, and no note twice."""

from typing import Any

import pytest
from django.utils import timezone

from iexdg.crm.automations import activate, change
from iexdg.crm.carry_out import drain
from iexdg.crm.ledger import replay
from iexdg.crm.models import EntryState, LedgerEntry
from iexdg.crm.trying import clean_up, run_test
from tests.iexdg.crm.automation_fixtures import Stage

pytestmark = pytest.mark.django_db
UPSERT = {"match": {"path": "/contacts/upsert"}}


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"world": "demo"}


def corrected(stage: Stage, **facts: Any) -> None:
    """Change the automation, test it, and have it active again."""
    automation = stage.automation
    automation.refresh_from_db()
    kept = {name: getattr(automation, name) for name in ("name", "trigger", "filter", "actions", "field_map")}
    automation = change(automation, by=stage.admin, facts={**kept, "tag_template": automation.tag_template, **facts})
    run_test(automation, by=stage.admin)
    clean_up(automation, by=stage.admin)
    automation.refresh_from_db()
    activate(automation, by=stage.admin)


def refused(stage: Stage) -> LedgerEntry:
    """A contact that GoHighLevel refused, with the tags and the note that follow it."""
    email = stage.reply()
    stage.control.faults(UPSERT | {"do": "status", "value": 400})
    stage.work()
    entry = LedgerEntry.objects.get(lead=email, kind="contact")
    assert entry.state == EntryState.REFUSED
    return entry


def test_a_refused_contact_is_replayed_with_the_field_map_and_the_tags_as_they_are_now(stage: Stage) -> None:
    entry = refused(stage)
    note = LedgerEntry.objects.get(lead=entry.lead, kind="note").request
    corrected(stage, field_map={"email": "email", "lastName": "=Corrected"}, tag_template="corrected-{code}")
    replay([entry], by=stage.admin)
    drain(stage.workspace)
    contact = stage.contact(entry.lead)
    assert (contact["lastName"], contact.get("companyName"), contact["tags"]) == ("Corrected", None, ["corrected-05a"])
    assert LedgerEntry.objects.get(lead=entry.lead, kind="note").request == note


def test_an_action_that_the_automation_has_no_more_is_replayed_as_it_was(stage: Stage) -> None:
    entry = refused(stage)
    tags = LedgerEntry.objects.get(lead=entry.lead, kind="tags")
    corrected(stage, actions=[{"kind": "contact"}, {"kind": "note"}], tag_template="")
    replay([entry], by=stage.admin)
    drain(stage.workspace)
    tags.refresh_from_db()
    assert (tags.state, tags.request) == ("done", {"tags": ["instantly-05a"]})
    assert len([one for one in stage.notes() if one["contactId"] == tags.contact_id]) == 1


def test_an_entry_about_a_lead_without_a_conversation_is_built_from_the_mirrored_lead(stage: Stage) -> None:
    entry, now = refused(stage), timezone.now()
    LedgerEntry.objects.filter(pk=entry.pk).update(thread=None, request={"fields": {}}, changed_at=now)
    replay([LedgerEntry.objects.get(pk=entry.pk)], by=stage.admin)
    fields = LedgerEntry.objects.get(pk=entry.pk).request["fields"]
    assert (fields["email"], fields["firstName"]) == (entry.lead, "Ada")
