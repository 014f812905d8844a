"""Answer templates: kept for a workspace, inserted with the person's variables, never sent with a gap unseen."""

from collections.abc import Callable

import pytest
from django.test import Client

from iexdg.inbox.errors import UnfilledError
from iexdg.inbox.filling import filled, unfilled
from iexdg.inbox.models import AnswerTemplate, Reply, ReplyState, Thread
from iexdg.inbox.queries import answers_seen
from iexdg.inbox.replies import queue_reply
from iexdg.inbox.templates import TemplateRefusedError, save_template
from iexdg.team.audit.models import AuditEvent
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.models import Lead
from tests.leads.factories import synced_campaign

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]
MemberOf = Callable[..., Member]
TEXT = "Hello {{firstName}}, how is {{ companyname }}? {{jobTitle}}"


def test_variables_are_filled_in_and_those_without_a_value_stay() -> None:
    values = {"firstName": "Ada", "companyName": "Firm {{x}}", "jobTitle": " "}
    assert filled(TEXT, values) == "Hello Ada, how is Firm {{x}}? {{jobTitle}}"
    assert unfilled("{{a}} {{ a }} {{b c}} {d} {{}}") == ["{{a}}", "{{b c}}"]
    assert unfilled("Hello") == []


def test_a_template_is_created_changed_and_deleted(workspace: Workspace, web: Web) -> None:
    client, page = web("operator"), "/w/demo/inbox/templates/"
    assert client.post(page, {"name": " Thanks  again ", "text": TEXT}).status_code == 302
    row = AnswerTemplate.objects.get()
    assert (row.name, row.text) == ("Thanks again", TEXT)
    assert "Thanks again" in client.get(page).content.decode()
    assert client.post(f"{page}{row.pk}/", {"name": "Thanks", "text": "Hello"}).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.text) == ("Thanks", "Hello")
    client.post(f"{page}{row.pk}/delete/")
    assert not AnswerTemplate.objects.exists()
    found = AuditEvent.objects.filter(action__startswith="inbox:template:").order_by("pk")
    assert [one.action.rpartition(":")[2] for one in found] == ["created", "changed", "deleted"]


@pytest.mark.parametrize(
    "typed", [{"name": "", "text": "a"}, {"name": "b", "text": " "}, {"name": "Taken", "text": "a"}]
)
def test_a_template_that_cannot_be_kept_is_refused_with_what_was_typed(
    typed: dict[str, str], workspace: Workspace, member: MemberOf, web: Web
) -> None:
    save_template(workspace, "Taken", "Text", by=member())
    answer = web("operator").post("/w/demo/inbox/templates/", typed)
    assert answer.status_code == 422
    assert AnswerTemplate.objects.count() == 1
    with pytest.raises(TemplateRefusedError):
        save_template(workspace, **typed, by=member())
    with pytest.raises(NotAllowedError):
        save_template(workspace, "Name", "Text", by=member("viewer"))


def with_person(waiting: Thread) -> None:
    campaign = waiting.campaign or synced_campaign(waiting.workspace, "05A")
    facts = {
        "workspace": waiting.workspace,
        "first_name": "Ada",
        "company_name": "Firm",
        "synced_at": waiting.received_at,
    }
    Lead.objects.update_or_create(campaign=campaign, email=waiting.lead, defaults={**facts, "job_title": ""})


def test_a_template_is_inserted_after_what_was_typed(waiting: Thread, member: MemberOf, web: Web) -> None:
    with_person(waiting)
    template = save_template(waiting.workspace, "Thanks", TEXT, by=member())
    data = {"kind": "reply", "text": "Typed.", "template": str(template.pk)}
    answer = web("operator").post(f"/w/demo/inbox/{waiting.pk}/insert/", data)
    assert answer["Location"] == f"/w/demo/inbox/{waiting.pk}/?write=reply#write"
    assert Reply.objects.get().text == "Typed.\n\nHello Ada, how is Firm? {{jobTitle}}"
    html = web("operator").get(answer["Location"]).content.decode()
    assert "how is Firm? {{jobTitle}}" in html


def test_without_a_template_nothing_typed_is_lost(waiting: Thread, web: Web) -> None:
    page = f"/w/demo/inbox/{waiting.pk}/insert/"
    html = web("operator").post(page, {"kind": "reply", "text": "Typed."}, follow=True).content.decode()
    assert "Choose a template first." in html
    assert Reply.objects.get().text == "Typed."


def test_an_answer_with_a_gap_is_sent_only_by_someone_who_saw_it(waiting: Thread, member: MemberOf, web: Web) -> None:
    page = f"/w/demo/inbox/{waiting.pk}/reply/"
    data = {"kind": "reply", "text": "Hello {{firstName}}", "seen": answers_seen(waiting)}
    answer = web("operator").post(page, data)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "No value for {{firstName}}" in html
    assert 'name="as_is"' in html
    assert Reply.objects.get().state == ReplyState.DRAFT
    with pytest.raises(UnfilledError):
        queue_reply(waiting, by=member(), seen=answers_seen(waiting), text="{{firstName}}")
    assert web("operator").post(page, {**data, "as_is": "on"}).status_code == 302
    assert Reply.objects.get().state == ReplyState.WAITING
