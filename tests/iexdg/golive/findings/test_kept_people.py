"""The findings about people are kept until something that they depend on changes: one case per dependency."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import OperationalError
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.golive.audience import audience_of, people_facts
from iexdg.golive.findings import people as module
from iexdg.golive.findings.people import kept_people_findings, people_findings
from iexdg.workspaces.models import Workspace
from leads.models import (
    BlockListLook,
    CatchAll,
    Import,
    ImportState,
    KeptResult,
    Lead,
    LeadStatus,
    Receipt,
    Row,
    RowState,
    Suppression,
    Verdict,
)
from tests.campaigns.factories import campaign
from tests.leads.factories import checked_import, people

pytestmark = pytest.mark.django_db


def lead(of: Campaign, email: str, **fields: Any) -> Lead:
    known = {"first_name": "Ada", "company_name": "Firm", "company_domain": email.partition("@")[2], **fields}
    facts = {"status": LeadStatus.ACTIVE, "synced_at": timezone.now(), **known}
    return Lead.objects.create(workspace=of.workspace, campaign=of, remote_id=email, email=email, **facts)


def receipted(imported: Import, state: str, *, age_days: int = 1) -> None:
    """Move every row to a state, with a receipt of this age."""
    when = timezone.now() - timedelta(days=age_days)
    for row in Row.objects.filter(imported=imported):
        row.receipt = Receipt.objects.create(
            workspace=imported.workspace, email=row.email, verdict=Verdict.VERIFIED, catch_all=CatchAll.NO,
            asked_at=when, answered_at=when,
        )  # fmt: skip
        row.state = state
        row.save()


@pytest.fixture
def one(workspace: Workspace) -> Campaign:
    """A campaign with a loaded import, a held one, people at Instantly and a block list that was just read."""
    body = "<div>Hi {{firstName}}</div>"
    made = campaign(workspace, sequences=[{"steps": [{"variants": [{"subject": "Hi", "body": body}]}]}])
    loaded = checked_import(made, people(3))
    receipted(loaded, RowState.LOADED)
    held = checked_import(made, people(2, prefix="held", domain="other.example.com"))
    receipted(held, RowState.VERIFIED)
    Import.objects.filter(pk=held.pk).update(state=ImportState.VERIFIED)
    for email in people(3):
        lead(made, email)
    BlockListLook.objects.create(workspace=workspace, read_at=timezone.now())
    return made


def current(one: Campaign) -> Any:
    one = Campaign.objects.get(pk=one.pk)
    facts = people_facts(one)
    return kept_people_findings(one, facts), audience_of(one, facts)


def computed(one: Campaign) -> Any:
    """Without anything kept."""
    KeptResult.objects.all().delete()
    return people_findings(Campaign.objects.get(pk=one.pk)), audience_of(one, people_facts(one))


def elsewhere(one: Campaign) -> Campaign:
    return Campaign.objects.filter(remote_id="elsewhere").first() or campaign(one.workspace, remote_id="elsewhere")


def held_import(one: Campaign) -> Import:
    return Import.objects.get(campaign=one, state=ImportState.VERIFIED)


def loaded_import(one: Campaign) -> Import:
    return Import.objects.exclude(state=ImportState.VERIFIED).get(campaign=one)


CHANGES: dict[str, Callable[[Campaign], object]] = {
    "a lead of the campaign gets an empty name": lambda one: Lead.objects.filter(email=people(1)[0]).update(
        first_name=""
    ),
    "a lead of the campaign is added": lambda one: lead(one, "new@third.example.com", first_name=""),
    "a lead of the campaign is finished": lambda one: Lead.objects.filter(email=people(1)[0]).update(
        status=LeadStatus.COMPLETED
    ),
    "a lead of the campaign vanishes": lambda one: Lead.objects.filter(email=people(1)[0]).update(
        vanished_at=timezone.now()
    ),
    "a lead of the campaign is written to": lambda one: Lead.objects.filter(email=people(1)[0]).update(
        last_contact_at=timezone.now()
    ),
    "a lead of the campaign is deleted here": lambda one: Lead.objects.filter(email=people(1)[0]).delete(),
    "the same person is added to another campaign": lambda one: lead(elsewhere(one), people(1)[0]),
    "a colleague is added to another campaign": lambda one: lead(elsewhere(one), "boss@firm.example.com"),
    "a person unsubscribes from another campaign": lambda one: lead(
        elsewhere(one), people(1)[0], status=LeadStatus.UNSUBSCRIBED
    ),
    "a held person is added to another campaign": lambda one: lead(elsewhere(one), "held0@other.example.com"),
    "a held row loses a value that the copy needs": lambda one: Row.objects.filter(imported=held_import(one)).update(
        first_name=""
    ),
    "held rows are loaded": lambda one: Row.objects.filter(imported=held_import(one)).update(state=RowState.LOADED),
    "held rows are deleted": lambda one: Row.objects.filter(imported=held_import(one)).delete(),
    "the held import is released": lambda one: Import.objects.filter(pk=held_import(one).pk).update(
        state=ImportState.LOADING
    ),
    "loaded rows are found not to be loaded": lambda one: Row.objects.filter(imported=loaded_import(one)).update(
        state=RowState.LOAD_FAILED
    ),
    "another file is verified and held": lambda one: Import.objects.filter(
        pk=_verified(checked_import(one, ["late@late.example.com"])).pk
    ).update(state=ImportState.VERIFIED),
    "an answered receipt is changed": lambda one: Receipt.objects.filter(email=people(1)[0]).update(
        catch_all=CatchAll.YES
    ),
    "an answered receipt is dated back": lambda one: Receipt.objects.filter(email=people(1)[0]).update(
        answered_at=timezone.now() - timedelta(days=40)
    ),
    "an address is blocked": lambda one: Suppression.objects.create(
        workspace=one.workspace, value=people(1)[0], is_domain=False, synced_at=timezone.now()
    ),
    "a held person's domain is blocked": lambda one: Suppression.objects.create(
        workspace=one.workspace, value="other.example.com", is_domain=True, synced_at=timezone.now()
    ),
    "the copy needs another variable": lambda one: Campaign.objects.filter(pk=one.pk).update(
        sequences=[{"steps": [{"variants": [{"subject": "Hi", "body": "<div>{{jobTitle}}</div>"}]}]}]
    ),
    "the block list was never read": lambda one: BlockListLook.objects.all().delete(),
}


def _verified(imported: Import) -> Import:
    receipted(imported, RowState.VERIFIED)
    Row.objects.filter(imported=imported).update(first_name="")
    return imported


@pytest.mark.parametrize("change", list(CHANGES))
def test_a_change_of_what_they_depend_on_is_seen_at_once(one: Campaign, change: str) -> None:
    before = current(one)
    CHANGES[change](one)
    after = current(one)
    assert after != before
    assert after == computed(one)


@pytest.mark.parametrize(("name", "value"), [("RECEIPT_LIFE_DAYS", 1), ("COMPANY_LIMIT", 2)])
def test_a_changed_setting_is_seen_at_once(one: Campaign, settings: Any, name: str, value: int) -> None:
    before = current(one)
    setattr(settings, name, value)
    after = current(one)
    assert after != before
    assert after == computed(one)


@pytest.mark.parametrize("days", [29, 40])
def test_a_receipt_that_becomes_too_old_is_seen_at_that_moment(one: Campaign, days: int) -> None:
    before = current(one)
    last = Receipt.objects.order_by("answered_at").values_list("answered_at", flat=True)[0]
    assert last is not None
    moment = last + timedelta(days=30)
    with time_machine.travel(moment - timedelta(seconds=1), tick=False):
        BlockListLook.objects.update(read_at=timezone.now())
        assert current(one) == before
    with time_machine.travel(last + timedelta(days=30 if days == 29 else days, seconds=1), tick=False):
        BlockListLook.objects.update(read_at=timezone.now())
        after = current(one)
        assert after != before
        assert after == computed(one)


def test_a_block_list_that_becomes_too_old_and_is_read_again_is_seen(one: Campaign) -> None:
    before = current(one)
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
        stale = current(one)
        assert stale != before
        assert stale == computed(one)
        BlockListLook.objects.update(read_at=timezone.now())
        assert current(one) == before


def test_they_are_computed_once_per_change(one: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    times: list[int] = []

    def counting(campaign: Campaign) -> Any:
        times.append(campaign.pk)
        return people_findings(campaign)

    monkeypatch.setattr(module, "people_findings", counting)
    for _ in range(3):
        current(one)
    assert len(times) == 1
    # Opens and clicks change all day and are in no finding; another campaign's import is none of this one's people.
    Lead.objects.update(opens=4, synced_at=timezone.now())
    checked_import(elsewhere(one), people(2, prefix="x"))
    current(one)
    assert len(times) == 1
    Lead.objects.filter(email=people(1)[0]).update(status=LeadStatus.COMPLETED)
    current(one)
    assert len(times) == 2


def test_a_result_that_cannot_be_kept_is_shown_nevertheless(one: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: Any) -> Any:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(KeptResult.objects, "update_or_create", full)
    assert current(one) == computed(one)
