"""What the pages and exports of tags, labels, keys and webhooks show."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from campaigns.models import Subsequence
from iexdg.workspace_objects.forms import KeyForm
from iexdg.workspace_objects.keys import COSTS
from iexdg.workspace_objects.models import ListReading
from iexdg.workspaces.models import Workspace

pytestmark = pytest.mark.django_db


def rows(answer: Any) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode().removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text)))


def keep(workspace: Workspace, kind: str, *items: dict[str, Any]) -> None:
    ListReading.objects.filter(workspace=workspace, kind=kind).update(items=list(items))


def test_every_scope_that_is_used_here_can_be_chosen_beside_what_its_lack_costs(
    office: Workspace, web: Callable[..., Client]
) -> None:
    groups = KeyForm().groups
    assert [one.scope for group in groups for one in group.boxes] == sorted(
        COSTS, key=lambda scope: [group.resource for group in groups].index(scope.partition(":")[0])
    )
    assert len({group.resource for group in groups}) == len(groups)
    html = web("admin").get("/w/demo/keys/").content.decode()
    for scope, cost in COSTS.items():
        verb = scope.partition(":")[2]
        line = rf'<input type="checkbox" name="scopes" value="{scope}"[^>]*> <b>{verb}</b> <small>{re.escape(cost)}'
        assert re.search(line, html.replace("&#x27;", "'")), scope


def test_what_was_chosen_stays_chosen_where_the_name_is_missing(office: Workspace, web: Callable[..., Client]) -> None:
    answer = web("admin").post("/w/demo/keys/new/", {"name": "", "scopes": ["leads:read"]})
    assert answer.status_code == 422
    checked = re.findall(r'value="([^"]*)"[^>]* checked', answer.content.decode())
    assert checked == ["leads:read"]


def test_a_group_of_several_scopes_can_be_chosen_at_once_and_one_of_a_single_scope_not(
    office: Workspace, web: Callable[..., Client]
) -> None:
    html = web("admin").get("/w/demo/keys/").content.decode()
    assert html.count("data-check-all") == sum(len(group.boxes) > 1 for group in KeyForm().groups)


def test_the_tags_are_exported(office: Workspace, web: Callable[..., Client]) -> None:
    keep(office, "tag", {"id": "t-1", "label": "East", "description": "Eastern hours"})
    keep(office, "tagged", {"tag": "t-1", "kind": 1, "resource": "exec@peers.example.com"})
    assert rows(web("viewer").get("/w/demo/tags.csv")) == [
        ["Tag", "Description", "Mailboxes", "Campaigns", "Chooses senders of", "Id"],
        ["East", "Eastern hours", "1", "0", "", "t-1"],
    ]
    ListReading.objects.filter(kind="tagged").update(read_at=None)
    assert rows(web("viewer").get("/w/demo/tags.csv"))[1][2:4] == ["", ""]


def test_the_labels_are_exported(office: Workspace, web: Callable[..., Client]) -> None:
    keep(office, "label", {"id": "l-1", "label": "Spring", "kind": "neutral", "interest": 5000, "description": None})
    assert rows(web("viewer").get("/w/demo/labels.csv")) == [
        ["Label", "Counts as", "Number", "Description", "Id"],
        ["Spring", "neutral", "5000", "", "l-1"],
    ]


def test_the_keys_are_exported_for_admins_with_what_they_lack(office: Workspace, web: Callable[..., Client]) -> None:
    scopes = [scope for scope in COSTS if scope != "leads:delete"]
    item = {"id": "k-1", "name": "Reports", "scopes": scopes, "created": "2026-11-01T09:00:00+00:00", "is_ours": True}
    keep(office, "key", item)
    assert rows(web("admin").get("/w/demo/keys.csv")) == [
        ["Key", "In use here", "Scopes", "Missing scopes", "Created", "Id"],
        ["Reports", "yes", ", ".join(scopes), "leads:delete", "2026-11-01T09:00:00+00:00", "k-1"],
    ]
    assert web("approver").get("/w/demo/keys.csv").status_code == 403


def test_the_webhooks_are_exported_with_the_end_of_an_address_for_admins_alone(
    office: Workspace, web: Callable[..., Client]
) -> None:
    keep(office, "webhook", {
        "id": "w-1", "url": "https://hooks.example.com/…9a7d", "digest": "0", "event": "email_sent", "interest": None,
        "campaign": None, "name": "Sent", "status": 1, "failed": "", "headers": 2,
    })  # fmt: skip
    head = ["Webhook", "Address", "Event", "Campaign", "State", "Failed at", "Id"]
    rest = ["e-mail sent", "every campaign", "enabled", "", "w-1"]
    assert rows(web("admin").get("/w/demo/webhooks.csv")) == [
        head, ["Sent", "https://hooks.example.com/…9a7d", *rest],
    ]  # fmt: skip
    assert rows(web("viewer").get("/w/demo/webhooks.csv")) == [head, ["Sent", "hooks.example.com", *rest]]


@pytest.mark.parametrize("page", ["tags", "labels", "keys", "webhooks", "subsequences"])
def test_a_list_that_was_never_read_is_not_counted_as_empty(
    workspace: Workspace, web: Callable[..., Client], page: str
) -> None:
    html = web("admin").get(f"/w/demo/{page}/").content.decode()
    assert "not read yet: due within a minute" in html
    assert re.findall(r"\b0 (?:tag|label|key|webhook|subsequence|attempt)", html) == []


def test_a_subsequence_that_runs_and_may_not_is_never_green(workspace: Workspace, web: Callable[..., Client]) -> None:
    row = Subsequence.objects.create(workspace=workspace, remote_id="s-1", name="A week later", remote_status=1)
    for address in ("/w/demo/subsequences/", f"/w/demo/subsequences/{row.pk}/"):
        html = web("viewer").get(address).content.decode()
        assert '<span class="pill bad"><i aria-hidden="true"></i>Sending</span>' in html, address
        assert '<span class="pill ok"' not in html, address
