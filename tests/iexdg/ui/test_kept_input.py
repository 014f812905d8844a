"""A session that ended in the middle of something: after sign-in it is there again, with what was entered."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from campaigns.incident_kinds import FLIP
from iexdg.incidents.models import Incident
from iexdg.incidents.record import open_incident
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import campaign as make_campaign

pytestmark = pytest.mark.django_db
MemberOf = Callable[..., Member]
PASSWORD = "correct horse battery"
NOT_SENT = "Your session had ended, so this was not sent. What you had entered is in the form again."


@pytest.fixture
def incident(workspace: Workspace) -> Incident:
    return open_incident(workspace, FLIP, dedupe_key="flip:1", summary="05A turned active by itself")[0]


def signed_in(client: Client, member: Member, page: str) -> Any:
    member.set_password(PASSWORD)
    member.save()
    return client.post(
        f"/accounts/login/?next={page}", {"login": member.email, "password": PASSWORD, "next": page}, follow=True
    )


def test_the_note_of_a_decision_is_in_its_form_again_and_was_not_sent(incident: Incident, member: MemberOf) -> None:
    client = Client()
    client.post(f"/w/demo/incidents/{incident.pk}/resolve/", {"note": "Looked at <it>", "next": "incident"})

    html = signed_in(client, member("operator"), f"/w/demo/incidents/{incident.pk}/").content.decode()

    assert "Looked at &lt;it&gt;</textarea>" in html
    assert NOT_SENT in html
    incident.refresh_from_db()
    assert incident.state == "open"
    # Once: the next view of the page is the page.
    again = client.get(f"/w/demo/incidents/{incident.pk}/").content.decode()
    assert NOT_SENT not in again
    assert "Looked at" not in again


def test_it_waits_for_its_own_page(incident: Incident, member: MemberOf) -> None:
    client = Client()
    client.post(f"/w/demo/incidents/{incident.pk}/resolve/", {"note": "Looked at it", "next": "incident"})
    assert NOT_SENT not in signed_in(client, member("operator"), "/w/demo/").content.decode()
    assert "Looked at it</textarea>" in client.get(f"/w/demo/incidents/{incident.pk}/").content.decode()


def test_the_confirmation_of_a_pause_is_a_page_of_its_own(workspace: Workspace, member: MemberOf) -> None:
    one, client = make_campaign(workspace), Client()
    answer = client.post(f"/w/demo/campaigns/{one.pk}/pause/", {"place": "row"}, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == f"/accounts/login/?next=/w/demo/campaigns/{one.pk}/pause/"
    html = signed_in(client, member("viewer"), f"/w/demo/campaigns/{one.pk}/pause/").content.decode()
    assert f"Pause {one.name}?" in html
    assert NOT_SENT in html


def test_a_file_has_to_be_chosen_again_the_campaign_does_not(workspace: Workspace, member: MemberOf) -> None:
    one, client = make_campaign(workspace), Client()
    file = SimpleUploadedFile("people.csv", b"email\nsam@firm.example.com\n")
    client.post("/w/demo/imports/new/", {"campaign": one.pk, "file": file})
    html = signed_in(client, member("operator"), "/w/demo/imports/new/").content.decode()
    assert f'<option value="{one.pk}" selected>' in html
    assert "Choose the file again: files are not kept." in html


def test_passwords_and_tokens_are_never_stored(workspace: Workspace) -> None:
    client = Client()
    client.post(
        "/w/demo/settings/team/add/", {"email": "zoe@example.com", "password": PASSWORD, "csrfmiddlewaretoken": "x"}
    )
    assert client.session["kept_input"]["fields"] == {"email": ["zoe@example.com"]}


def test_a_form_that_is_gone_is_said_to_be_gone_with_what_was_entered(incident: Incident, member: MemberOf) -> None:
    client = Client()
    client.post(f"/w/demo/incidents/{incident.pk}/resolve/", {"note": "Looked at it", "next": "incident"})
    html = signed_in(client, member("viewer"), f"/w/demo/incidents/{incident.pk}/").content.decode()
    assert (
        "so this was not done, and its form is no longer here. You had entered: note: Looked at it; next: incident."
        in html
    )


def test_what_is_too_long_is_not_stored(incident: Incident) -> None:
    client = Client()
    client.post(f"/w/demo/incidents/{incident.pk}/resolve/", {"note": "x" * 32_001})
    assert "kept_input" not in client.session


def test_after_an_hour_it_is_dropped(incident: Incident, member: MemberOf) -> None:
    client = Client()
    client.post(f"/w/demo/incidents/{incident.pk}/resolve/", {"note": "Looked at it"})
    session = client.session
    session["kept_input"] = session["kept_input"] | {"at": time.time() - 3601}
    session.save()
    html = signed_in(client, member("operator"), f"/w/demo/incidents/{incident.pk}/").content.decode()
    assert "Looked at it" not in html
    assert "session had ended" not in html


def test_a_form_from_before_the_last_sign_in_comes_back_with_its_input(incident: Incident, member: MemberOf) -> None:
    """Signing in again in another tab changes the token of every open form."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(member("operator"))
    address = f"/w/demo/incidents/{incident.pk}/resolve/"
    answer = client.post(address, {"note": "Looked at it"}, headers={"Origin": "http://testserver"}, follow=True)
    assert answer.redirect_chain == [(f"/w/demo/incidents/{incident.pk}/", 302)]
    assert "Looked at it</textarea>" in answer.content.decode()
    incident.refresh_from_db()
    assert incident.state == "open"


def too_old(client: Client, address: str, fields: dict[str, str], *, page: str = "") -> Any:
    """Send a form whose token is that of an earlier sign-in, from a page or from one that the browser does not name."""
    headers = {"Origin": "http://testserver"} | ({"Referer": f"http://testserver{page}"} if page else {})
    return client.post(address, fields, headers=headers)


@pytest.mark.parametrize("page", ["/accounts/login/?next=/w/demo/imports/new/", "/accounts/login/", ""])
def test_a_sign_in_that_another_tab_was_faster_with_leads_on_to_its_own_page(page: str, member: MemberOf) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(member("operator"))
    session = client.session
    session["kept_input"] = kept = {"why": "", "page": "/w/demo/stop/", "fields": {}, "at": time.time()}
    session.save()
    fields = {"login": "operator@example.com", "password": PASSWORD, "next": "/w/demo/imports/new/"}

    answer = too_old(client, "/accounts/login/", fields, page=page)

    assert answer["Location"] in {
        "/accounts/login/?next=/w/demo/imports/new/",
        "/accounts/login/?next=%2Fw%2Fdemo%2Fimports%2Fnew%2F",
    }
    assert client.get(answer["Location"])["Location"] == "/w/demo/imports/new/"
    # What a form of another tab had sent still waits for its page.
    assert client.session["kept_input"] == kept


def test_a_form_that_is_too_old_comes_back_on_the_page_with_its_query(incident: Incident, member: MemberOf) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(member("operator"))
    page, fields = f"/w/demo/incidents/{incident.pk}/", {"note": "Looked at it"}
    address = f"{page}resolve/"
    assert too_old(client, address, fields, page=f"{page}?from=list")["Location"] == f"{page}?from=list"
    assert too_old(client, address, fields, page="/w/demo/?from=list")["Location"] == page
    assert too_old(client, "/w/demo/imports/new/?campaign=3", {})["Location"] == "/w/demo/imports/new/?campaign=3"
    elsewhere = {"Origin": "http://testserver", "Referer": f"http://evil.example.com{page}?from=list"}
    assert client.post(address, fields, headers=elsewhere)["Location"] == page


def test_sign_in_leads_back_to_the_query_of_the_page_that_had_the_form(incident: Incident) -> None:
    page = f"/w/demo/incidents/{incident.pk}/"
    headers = {"Referer": f"http://testserver{page}?from=list"}
    answer = Client().post(f"{page}resolve/", {"note": "Looked at it"}, headers=headers)
    assert answer["Location"] == f"/accounts/login/?next={page}%3Ffrom%3Dlist"


@pytest.mark.parametrize("origin", ["https://evil.example.com", "null", ""])
def test_a_form_from_elsewhere_is_refused_and_nothing_of_it_is_kept(
    origin: str, incident: Incident, member: MemberOf
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(member("operator"))
    headers = {"Origin": origin} if origin else {}
    assert client.post(f"/w/demo/incidents/{incident.pk}/resolve/", {"note": "x"}, headers=headers).status_code == 403
    assert "kept_input" not in client.session
