"""Tags are given to mailboxes and taken away from their list and page; who sends by tag is shown as a sender."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from iexdg.mailboxes.models import Mailbox
from iexdg.workspace_objects.carry_out import carry_out
from iexdg.workspace_objects.lists import kept, read_lists
from iexdg.workspace_objects.models import ObjectChange, ObjectKind
from iexdg.workspace_objects.tags import labels_of_accounts
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import campaign as plain_campaign
from tests.sandbox_worlds import SandboxClock

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]
ONE, TWO = "exec@peers.example.com", "team@peers.example.com"


@pytest.fixture
def tags(office: Workspace) -> dict[str, str]:
    """The ids of the demo's tags by their labels."""
    read_lists(office)
    return {one["label"]: one["id"] for one in kept(office, ObjectKind.TAG)[0].items}


def post(web: Web, role: str = "operator", **data: Any) -> Any:
    boxes = list(Mailbox.objects.filter(email__in=[ONE, TWO]).values_list("pk", flat=True))
    return web(role).post("/w/demo/mailboxes/tags/", {"mailbox": boxes, **data})


def test_a_tag_is_added_to_many_and_removed_again_and_the_table_shows_it(
    office: Workspace, web: Web, tags: dict[str, str], sandbox_clock: SandboxClock
) -> None:
    for step, has_it in (("add", True), ("remove", False)):
        answer = post(web, tag=tags["Events"], step=step)
        change = ObjectChange.objects.latest("pk")
        assert answer["Location"] == f"/w/demo/requests/{change.pk}/"
        assert change.values["resources"] == [ONE, TWO]
        carry_out(change.pk, sleep=sandbox_clock.advance)
        change.refresh_from_db()
        assert change.state == "confirmed"
        labels = labels_of_accounts(office)
        assert ["Events" in labels[ONE], "Events" in labels[TWO]] == [has_it] * 2
        page = web("viewer").get("/w/demo/mailboxes/?q=exec").content.decode()
        assert ("Events</div>" in page or "Events, " in page or ", Events" in page) is has_it


def test_several_tags_are_requests_of_their_own(office: Workspace, web: Web, tags: dict[str, str]) -> None:
    answer = post(web, tag=list(tags.values()), step="add")
    assert answer["Location"] == "/w/demo/tags/"
    assert sorted(ObjectChange.objects.values_list("name", flat=True)) == ["Events", "Voices"]


def test_before_a_tag_is_chosen_nothing_changes(office: Workspace, web: Web, tags: dict[str, str]) -> None:
    html = post(web).content.decode()
    assert "2 mailboxes chosen" in html
    assert "Voices" in html
    assert post(web, step="add").status_code == 422
    assert post(web, step="add", tag="no-such-tag").status_code == 422
    assert not ObjectChange.objects.exists()


def test_a_viewer_is_denied_and_nothing_changes(office: Workspace, web: Web, tags: dict[str, str]) -> None:
    assert post(web, "viewer", tag=tags["Events"], step="add").status_code == 403
    assert not ObjectChange.objects.exists()
    assert "/mailboxes/tags/" not in web("viewer").get("/w/demo/mailboxes/").content.decode()


def test_a_tag_that_chooses_the_senders_of_a_live_campaign_is_refused(
    office: Workspace, web: Web, tags: dict[str, str]
) -> None:
    live = plain_campaign(office, flags={"email_tag_list": [tags["Events"]]}, remote_status=1)
    answer = post(web, tag=tags["Events"], step="add")
    assert (answer.status_code, ObjectChange.objects.exists()) == (422, False)
    assert live.name in answer.content.decode()


def test_a_campaign_that_chooses_senders_by_tag_is_served_by_the_mailboxes_with_it(
    office: Workspace, web: Web, tags: dict[str, str]
) -> None:
    chosen = next(email for email, labels in labels_of_accounts(office).items() if "Events" in labels)
    campaign = plain_campaign(
        office, name="By tag", senders=[ONE], flags={"email_tag_list": [tags["Events"], "one that is gone"]}
    )
    box = Mailbox.objects.get(email=chosen)
    page = web("viewer").get(f"/w/demo/mailboxes/{box.pk}/").content.decode()
    assert "By tag</a> <span" in page
    only = web("viewer").get(f"/w/demo/mailboxes/?campaign={campaign.pk}").content.decode()
    assert (f">{chosen}</a>" in only, f">{ONE}</a>" in only, f">{TWO}</a>" in only) == (True, True, False)
    assert "By tag" in web("admin").get(f"/w/demo/mailboxes/{box.pk}/delete/").content.decode()
    settings = web("viewer").get(f"/w/demo/campaigns/{campaign.pk}/settings/").content.decode()
    assert f"{chosen} <span" in settings
