"""Background jobs: mirrored with the time of the read, an unknown state kept, ours linked, followed while one runs."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from iexdg.mailboxes.carry_out import carry_out
from iexdg.mailboxes.models import MailboxChange, Wanted
from iexdg.mailboxes.orders import order
from iexdg.workspace_objects.jobs import follow_jobs, state_of
from iexdg.workspace_objects.lists import kept, read_list
from iexdg.workspace_objects.models import ListReading, ObjectKind
from iexdg.workspaces.models import Workspace
from leads.models import Batch, LeadList
from tests.campaigns.factories import campaign as plain_campaign
from tests.leads.factories import checked_import
from tests.sandbox_control import SandboxControl
from tests.sandbox_worlds import SandboxClock
from tests.workspaces import other_workspace

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]
BOXES = ["exec@peers.example.com", "lead@peers.example.com"]
CREATED = "2026-11-01T09:00:00+00:00"


def job(pk: str, status: str = "success", **values: Any) -> dict[str, Any]:
    return {
        "id": pk, "type": "move-leads", "entity_type": "workspace", "entity": "", "status": status, "progress": 100.0,
        "created": CREATED, "updated": CREATED,
    } | values  # fmt: skip


def text_of(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode()


def mirrored(workspace: Workspace, *jobs: dict[str, Any]) -> None:
    now = timezone.now()
    ListReading.objects.update_or_create(
        workspace=workspace, kind=ObjectKind.JOB, defaults={"items": list(jobs), "read_at": now}
    )


def page_of(web: Web, address: str = "/w/demo/jobs/") -> str:
    return web("viewer").get(address).content.decode()


@pytest.mark.parametrize(
    ("status", "state"),
    [("pending", "waiting"), ("in-progress", "running"), ("draining", "running"), ("paused", "paused"),
     ("success", "succeeded"), ("completed", "succeeded"), ("failed", "failed"), ("cancelled", "cancelled"),
     ("rewinding", "unknown"), ("", "unknown")],
)  # fmt: skip
def test_each_status_of_instantly_is_a_state_and_a_new_one_is_unknown(status: str, state: str) -> None:
    assert state_of(job("j", status)) == state


def test_a_state_that_instantly_adds_is_shown_as_received_and_can_be_filtered(workspace: Workspace, web: Web) -> None:
    mirrored(workspace, job("a"), job("b", "rewinding", type="polish-leads"))
    assert "unknown: rewinding" in page_of(web)
    only = page_of(web, "/w/demo/jobs/?state=unknown")
    assert ("polish-leads" in only, "Move people" in only) == (True, False)
    assert "Move people" in page_of(web, "/w/demo/jobs/?state=nonsense")


def test_the_jobs_of_the_sandbox_are_mirrored_without_what_is_about_people(office: Workspace, web: Web) -> None:
    (found,) = kept(office, ObjectKind.JOB)
    assert [(one["type"], one["status"], one["progress"]) for one in found.items] == [("import-leads", "success", 100)]
    assert found.read_at is not None
    assert "data" not in found.items[0]
    assert "Import people" in page_of(web)


def test_a_failed_read_keeps_the_last_list_with_its_time(office: Workspace, web: Web, control: SandboxControl) -> None:
    control.faults({"match": {"path": "/background-jobs"}, "do": "status", "value": 403, "times": 9})
    assert read_list(office, ObjectKind.JOB) is False
    page = page_of(web)
    assert "The jobs could not be read since" in page
    assert "Import people" in page


def test_a_warm_up_of_many_is_linked_to_its_outcome_and_followed_while_it_runs(
    office: Workspace, web: Web, sandbox_clock: SandboxClock, control: SandboxControl
) -> None:
    assert follow_jobs(office) is False
    group = order(office, BOXES, Wanted.WARMUP_OFF, by=None).group
    carry_out(group, sleep=lambda seconds: None)
    assert MailboxChange.objects.filter(group=group).exclude(job="").count() == 2
    # It is not in the list yet; that it was started here is known.
    assert follow_jobs(office) is True
    (found,) = kept(office, ObjectKind.JOB)
    assert state_of(found.items[0]) in {"waiting", "running"}
    page = page_of(web)
    assert f'href="/w/demo/mailboxes/changes/{group}/">Disable warm-up, 2 mailboxes</a>' in page
    sandbox_clock.advance(30)
    assert follow_jobs(office) is True
    assert state_of(kept(office, ObjectKind.JOB)[0].items[0]) == "succeeded"
    carry_out(group, sleep=sandbox_clock.advance)
    assert follow_jobs(office) is False


def test_a_job_that_runs_too_long_is_left_to_the_minute_of_the_other_lists(office: Workspace) -> None:
    mirrored(office, job("a", "in-progress"))
    assert follow_jobs(office) is False
    mirrored(office, job("a", "in-progress", created=timezone.now().isoformat()))
    assert follow_jobs(office) is True


def test_a_move_is_linked_to_its_import_and_what_a_job_is_about_to_its_page(workspace: Workspace, web: Web) -> None:
    target = plain_campaign(workspace, name="05A", remote_id="c-1")
    imported = checked_import(target, [])
    Batch.objects.create(imported=imported, number=2, size=40, planned_at=timezone.now(), job="a")
    people = LeadList.objects.create(workspace=workspace, remote_id="l-1", name="Fair", synced_at=timezone.now())
    mirrored(
        workspace,
        job("a", entity_type="campaign", entity="c-1"),
        job("b", entity_type="list", entity="l-1"),
        job("c", entity_type="list", entity="l-9"),
    )
    page = page_of(web)
    assert f'href="/w/demo/imports/{imported.pk}/">Move 40 people, batch 2</a>' in page
    assert f'href="/w/demo/campaigns/{target.pk}/">05A</a>' in page
    assert f'href="/w/demo/lists/{people.pk}/">Fair</a>' in page
    assert "a list that is not known here" in page


def test_jobs_of_another_workspace_are_not_ours(workspace: Workspace, web: Web) -> None:
    imported = checked_import(plain_campaign(other_workspace(), name="Elsewhere"), [])
    Batch.objects.create(imported=imported, number=1, size=4, planned_at=timezone.now(), job="a")
    mirrored(workspace, job("a"))
    assert "batch 1" not in page_of(web)


def test_without_a_job_the_page_names_the_next_step(workspace: Workspace, web: Web) -> None:
    assert "Not read yet" in page_of(web)
    mirrored(workspace)
    assert "No job yet" in page_of(web)


def test_the_file_has_what_the_filter_leaves_with_times_and_no_formula(workspace: Workspace, web: Web) -> None:
    mirrored(workspace, job("a", type="=1+1"), job("b", "failed", progress=None))
    answer = web("viewer").get("/w/demo/jobs.csv?state=succeeded")
    lines = text_of(answer).splitlines()
    assert lines[0].startswith("\ufeffjob,type,entity_type")
    assert lines[1:] == [f"a,'=1+1,workspace,the workspace,succeeded,success,100.0,{CREATED},{CREATED},"]


def test_hostile_words_of_a_job_stay_words(workspace: Workspace, web: Web) -> None:
    mirrored(workspace, job("a", "<img src=x>", type="<script>", entity_type="<b>"))
    page = page_of(web)
    assert ("<script>" in page.partition('id="jobs"')[2], "<img src=x>" in page) == (False, False)


def test_its_queries_do_not_grow(workspace: Workspace, web: Web, django_assert_max_num_queries: Any) -> None:
    mirrored(workspace, *(job(str(number), entity_type="campaign") for number in range(200)))
    client = web("viewer")
    client.get("/w/demo/jobs/")
    with django_assert_max_num_queries(14):
        client.get("/w/demo/jobs/")
