"""The search of a workspace: what is found, by whom, in which form, and with how many queries."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.incident_kinds import FLIP
from campaigns.models import Campaign
from iexdg.inbox.models import FIRST_MOMENT, Thread, ThreadWords
from iexdg.inbox.words import search_words
from iexdg.incidents.models import Incident
from iexdg.mailboxes.models import Mailbox
from iexdg.supersearch.models import Search
from iexdg.team.models import Member, Membership
from iexdg.workspace_objects.models import ListReading, ObjectKind
from iexdg.workspaces.models import Workspace
from leads.models import Import, ImportState, Lead, LeadList
from tests.workspaces import other_workspace

Web = Callable[..., Client]
pytestmark = pytest.mark.django_db


def campaign(workspace: Workspace, name: str, number: int = 1) -> Campaign:
    return Campaign.objects.create(workspace=workspace, name=name, remote_id=f"r{workspace.pk}-{number}")


def lead(of: Campaign, email: str, **fields: str) -> Lead:
    return Lead.objects.create(
        workspace=of.workspace, campaign=of, email=email, remote_id=f"l-{email}", synced_at=timezone.now(), **fields
    )


def imported_file(of: Campaign, name: str) -> Import:
    return Import.objects.create(
        workspace=of.workspace,
        campaign=of,
        file_name=name,
        file_size=1,
        state=ImportState.MAPPED,
        uploaded_at=timezone.now(),
    )


def conversation(of: Campaign, number: int = 1, subject: str = "About the zebra") -> Thread:
    thread = Thread.objects.create(
        workspace=of.workspace,
        campaign=of,
        remote_id=f"t{of.pk}-{number}",
        lead="ada@firm.example.com",
        subject=subject,
        listed_at=FIRST_MOMENT + timedelta(days=number),
    )
    ThreadWords.objects.create(thread=thread, words=" ".join(search_words(subject, "Überweisung")))
    return thread


def lead_list(workspace: Workspace, name: str) -> LeadList:
    return LeadList.objects.create(workspace=workspace, name=name, remote_id=name, synced_at=timezone.now())


def search(workspace: Workspace, name: str) -> Search:
    now = timezone.now()
    return Search.objects.create(workspace=workspace, name=name, made_at=now, asked_at=now, changed_at=now)


def tags(workspace: Workspace, **labels: str) -> None:
    items = [{"id": pk, "label": label, "description": ""} for pk, label in labels.items()]
    ListReading.objects.create(workspace=workspace, kind=ObjectKind.TAG, items=items)


def found(client: Client, words: str) -> dict[str, list[dict[str, str]]]:
    answer = client.get("/w/demo/search/", {"q": words}, headers={"accept": "application/json"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    return {group["kind"]: group["results"] for group in answer.json()["groups"]}


def test_each_kind_of_thing_is_found_with_the_address_of_its_page(workspace: Workspace, web: Web) -> None:
    spring = campaign(workspace, "Zebra spring")
    ada = lead(spring, "ada@zebra.example.com", first_name="Ada", company_name="Zebra Ltd")
    mailbox = Mailbox.objects.create(workspace=workspace, email="sam@zebra.example.com", status=1)
    imported = imported_file(spring, "zebra.csv")
    thread, listed = conversation(spring), lead_list(workspace, "Zebra list")
    searched = search(workspace, "Zebra founders")
    tags(workspace, t1="Zebra tag", t2="Other")
    incident = Incident.objects.create(
        workspace=workspace, kind=FLIP.code, dedupe_key="flip:1", summary="Zebra flipped", opened_at=timezone.now()
    )
    assert found(web("viewer"), " zebra ") == {
        "campaigns": [
            {"label": "Zebra spring", "detail": spring.status_label, "url": f"/w/demo/campaigns/{spring.pk}/"}
        ],
        "people": [
            {
                "label": "ada@zebra.example.com",
                "detail": "Ada, Zebra Ltd, Zebra spring",
                "url": f"/w/demo/people/{ada.pk}/",
            }
        ],
        "conversations": [
            {
                "label": "About the zebra",
                "detail": "ada@firm.example.com, Zebra spring",
                "url": f"/w/demo/inbox/{thread.pk}/",
            }
        ],
        "mailboxes": [
            {"label": "sam@zebra.example.com", "detail": "Connected", "url": f"/w/demo/mailboxes/{mailbox.pk}/"}
        ],
        "lists": [{"label": "Zebra list", "detail": "", "url": f"/w/demo/lists/{listed.pk}/"}],
        "imports": [
            {
                "label": "zebra.csv",
                "detail": f"{imported.get_state_display()}, into Zebra spring",
                "url": f"/w/demo/imports/{imported.pk}/",
            }
        ],
        "supersearch": [{"label": "Zebra founders", "detail": "", "url": f"/w/demo/supersearch/{searched.pk}/"}],
        "tags": [{"label": "Zebra tag", "detail": "", "url": "/w/demo/tags/t1/"}],
        "incidents": [{"label": "Zebra flipped", "detail": "open", "url": f"/w/demo/incidents/{incident.pk}/"}],
    }


def test_conversations_are_found_by_what_was_said_the_newest_first_and_lead_to_all_of_them(
    workspace: Workspace, web: Web
) -> None:
    spring = campaign(workspace, "Spring")
    for number in range(8):
        conversation(spring, number, f"Offer {number}")
    answer = web("viewer").get("/w/demo/search/?q=überw", headers={"accept": "application/json"}).json()
    (group,) = answer["groups"]
    assert [one["label"] for one in group["results"]] == [f"Offer {number}" for number in (7, 6, 5, 4, 3, 2)]
    assert group["more"] == "/w/demo/inbox/?show=all&q=%C3%BCberw"


@pytest.mark.parametrize("words", ["MĀLĪK", "Mālïk", "malik", "ÜNÏ", "Ünï", "uni"])
def test_upper_case_and_accents_make_no_difference(workspace: Workspace, web: Web, words: str) -> None:
    lead(campaign(workspace, "RV Long ünïcode"), "m@firm.example.com", first_name="Mālïk", company_name="Ünïon")
    lead_list(workspace, "Mālïk ünï")
    search(workspace, "Mālïk ünï")
    tags(workspace, t1="Mālïk ünï")
    groups = found(web("viewer"), words)
    assert {"people", "lists", "supersearch", "tags"} <= set(groups)
    assert ("campaigns" in groups) is words.lower().startswith(("ü", "u"))


def test_an_exact_address_finds_its_person_alone(workspace: Workspace, web: Web) -> None:
    spring = campaign(workspace, "Spring")
    lead(spring, "jo@firm.example.com")
    lead(spring, "xjo@firm.example.com")
    (only,) = found(web("viewer"), "Jo@Firm.example.com")["people"]
    assert only["label"] == "jo@firm.example.com"


def test_more_than_six_lead_to_the_list_with_the_same_words(workspace: Workspace, web: Web) -> None:
    for number in range(8):
        campaign(workspace, f"Long & list {number}", number)
    answer = web("viewer").get("/w/demo/search/?q=long+%26", headers={"accept": "application/json"}).json()
    (group,) = answer["groups"]
    assert (answer["words"], len(group["results"]), group["more"]) == ("long &", 6, "/w/demo/campaigns/?q=long+%26")


@pytest.mark.parametrize(
    ("role", "words", "labels"),
    [
        ("viewer", "settings", ["Settings", "Guardrails", "Approval policy", "Notifications", "Weekly report"]),
        (
            "admin",
            "settings",
            ["Settings", "Guardrails", "Approval policy", "Notifications", "Weekly report", "Team", "Connections"],
        ),
        ("viewer", "upload", ["Imports"]),
        ("operator", "upload", ["Upload leads", "Imports"]),
    ],
)
def test_what_a_role_may_not_open_is_not_offered_and_the_rest_opens(
    workspace: Workspace, web: Web, role: str, words: str, labels: list[str]
) -> None:
    client = web(role)
    groups = found(client, words)
    offered = [*groups.get("actions", []), *groups.get("pages", [])]
    assert [one["label"] for one in offered] == labels
    for one in offered:
        assert client.get(one["url"]).status_code == 200, one


@pytest.mark.parametrize("role", ["viewer", "operator", "approver", "admin"])
def test_without_words_every_page_and_action_that_is_offered_opens_and_no_one_is_listed(
    workspace: Workspace, web: Web, role: str
) -> None:
    lead(campaign(workspace, "Spring"), "jo@firm.example.com")
    client = web(role)
    groups = found(client, "")
    assert list(groups) == ["actions", "pages"]
    for one in [*groups["actions"], *groups["pages"]]:
        assert client.get(one["url"]).status_code == 200, one


def test_an_admin_of_this_workspace_alone_is_not_led_to_the_connections(
    workspace: Workspace, member: Callable[..., Member], web: Web
) -> None:
    Membership.objects.create(member=member("viewer"), workspace=workspace, role="admin")
    assert [one["label"] for one in found(web("viewer"), "settings")["pages"]][-1] == "Team"


def test_nothing_of_another_workspace_is_found(workspace: Workspace, web: Web) -> None:
    other = other_workspace("Acme")
    secret = campaign(other, "Hidden zebra")
    lead(secret, "ada@zebra.example.com")
    Mailbox.objects.create(workspace=other, email="sam@zebra.example.com")
    imported_file(secret, "zebra.csv")
    conversation(secret)
    lead_list(other, "Zebra list")
    search(other, "Zebra founders")
    tags(other, t1="Zebra tag")
    Incident.objects.create(
        workspace=other, kind=FLIP.code, dedupe_key="flip:1", summary="Zebra flipped", opened_at=timezone.now()
    )
    assert found(web("admin"), "zebra") == {}


def test_as_a_page_it_works_without_javascript_and_says_what_was_not_found(workspace: Workspace, web: Web) -> None:
    shown = web("viewer").get("/w/demo/search/", {"q": "<b>nobody</b>"}).content.decode()
    assert "Nothing is called “&lt;b&gt;nobody&lt;/b&gt;”." in shown
    assert '<form class="row wrap" method="get" action="/w/demo/search/"' in shown


def test_the_palette_gets_the_results_alone(workspace: Workspace, web: Web) -> None:
    campaign(workspace, "Spring")
    headers = {"HX-Request": "true", "HX-Target": "palette-results"}
    shown = web("viewer").get("/w/demo/search/?q=spring", headers=headers).content.decode()
    assert "Spring" in shown
    assert "<html" not in shown


def test_words_of_any_length_and_kind_are_answered(workspace: Workspace, web: Web) -> None:
    for words in ("a" * 5000, "'\"%_\\", "*", "a AND (", "日本"):
        assert isinstance(found(web("viewer"), words), dict)


def test_its_queries_do_not_grow(workspace: Workspace, web: Web, django_assert_max_num_queries: Any) -> None:
    client = web("admin")

    def add(first: int, last: int) -> None:
        for number in range(first, last):
            of = campaign(workspace, f"Zebra {number}", number)
            lead(of, f"zebra{number}@firm.example.com")
            imported_file(of, f"zebra{number}.csv")
            conversation(of, number)
            lead_list(workspace, f"Zebra list {number}")
            search(workspace, f"Zebra search {number}")

    headers = {"HX-Request": "true", "HX-Target": "palette-results"}
    add(0, 2)
    client.get("/w/demo/search/?q=zebra", headers=headers)
    with django_assert_max_num_queries(16):
        client.get("/w/demo/search/?q=zebra", headers=headers)
    add(2, 20)
    with django_assert_max_num_queries(16):
        client.get("/w/demo/search/?q=zebra", headers=headers)
