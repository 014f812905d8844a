"""Instantly's audit log: mirrored with the time of the read, codes that are not known kept, filtered, as a file."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from iexdg.workspace_objects.lists import kept, read_list
from iexdg.workspace_objects.models import ListReading, ObjectKind
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import campaign as plain_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]
AT = "2026-11-01T09:00:00+00:00"


def entry(activity: int | None = 4, **values: Any) -> dict[str, Any]:
    return {
        "id": "e", "at": AT, "activity": activity, "campaign": "", "api": False, "key": "", "who": "Olive",
        "affected": None,
    } | values  # fmt: skip


def text_of(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode()


def mirrored(workspace: Workspace, *entries: dict[str, Any]) -> None:
    ListReading.objects.create(workspace=workspace, kind=ObjectKind.AUDIT, items=list(entries), read_at=timezone.now())


def table(web: Web, query: str = "") -> str:
    html = web("viewer").get(f"/w/demo/audit/instantly/{query}").content.decode()
    return html.partition('id="vendor-entries"')[2]


def test_it_is_read_from_the_sandbox_without_network_addresses(office: Workspace, control: SandboxControl) -> None:
    control.set_status(control.state()["campaigns"][0]["id"], 1)
    assert read_list(office, ObjectKind.AUDIT) is True
    (found,) = kept(office, ObjectKind.AUDIT)
    assert found.items[0]["activity"] == 4
    assert set(found.items[0]) == set(entry())


def test_a_code_that_is_not_known_is_kept_and_can_be_filtered(workspace: Workspace, web: Web) -> None:
    mirrored(workspace, entry(), entry(99), entry(None))
    every = table(web)
    assert all(words in every for words in ("Campaign launched", "Unknown activity 99", "Activity not named"))
    assert ("Unknown activity 99" in table(web, "?activity=99"), "<td>Campaign" in table(web, "?activity=99")) == (
        True,
        False,
    )
    assert "1 entry<" in table(web, "?activity=none")
    assert "3 entries<" in table(web, "?activity=no-code&via=nowhere")


def test_filters_leave_what_fits_and_the_campaign_leads_to_its_page(workspace: Workspace, web: Web) -> None:
    campaign = plain_campaign(workspace, name="05A", remote_id="c-1")
    mirrored(workspace, entry(campaign="c-1"), entry(9, api=True, who="Ada", affected=40), entry(2, campaign="c-9"))
    assert f'href="/w/demo/campaigns/{campaign.pk}/">05A</a>' in table(web, "?q=05a")
    assert "1 entry<" in table(web, "?via=api")
    assert "2 entries<" in table(web, "?via=app")
    assert "one that is not known here" in table(web, "?activity=2")
    assert "Nothing fits" in table(web, "?q=nobody-like-this")


def test_a_failed_read_keeps_what_was_read(office: Workspace, web: Web, control: SandboxControl) -> None:
    mirrored_at = kept(office, ObjectKind.AUDIT)[0].read_at
    control.faults({"match": {"path": "/audit-logs"}, "do": "status", "value": 403, "times": 9})
    assert read_list(office, ObjectKind.AUDIT) is False
    assert kept(office, ObjectKind.AUDIT)[0].read_at == mirrored_at
    assert "The audit log of Instantly could not be read since" in table(web)


def test_both_records_lead_to_each_other_and_nothing_read_is_said(workspace: Workspace, web: Web) -> None:
    assert 'href="/w/demo/audit/instantly/"' in web("viewer").get("/w/demo/audit/").content.decode()
    assert "Not read yet" in table(web)


def test_the_file_has_what_the_filters_leave_and_no_formula(workspace: Workspace, web: Web) -> None:
    mirrored(workspace, entry(who="=1+1"), entry(99, api=True, key="k-1", affected=3))
    answer = web("viewer").get("/w/demo/audit/instantly.csv")
    lines = text_of(answer).splitlines()
    assert lines[1:] == [
        f"{AT},4,Campaign launched,'=1+1,in Instantly's app,,,,",
        f"{AT},99,Unknown activity 99,Olive,through an API key,k-1,,,3",
    ]
    few = text_of(web("viewer").get("/w/demo/audit/instantly.csv?via=api"))
    assert len(few.splitlines()) == 2


def test_hostile_words_stay_words_and_queries_do_not_grow(
    workspace: Workspace, web: Web, django_assert_max_num_queries: Any
) -> None:
    mirrored(workspace, *[entry(who="<script>alert(1)</script>") for _ in range(500)])
    client = web("viewer")
    assert "<script>alert" not in table(web)
    client.get("/w/demo/audit/instantly/")
    with django_assert_max_num_queries(12):
        client.get("/w/demo/audit/instantly/")
