"""The pages of mailboxes: the list with its filters, one mailbox, and requesting changes of many."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.mailboxes.models import Mailbox, MailboxChange, MailboxDay
from iexdg.mailboxes.reading import read_days, read_vitals
from iexdg.mailboxes.tasks import read_vitals_of
from iexdg.workspaces.models import Workspace
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]
ONE, BROKEN = "exec@peers.example.com", "chambers@notes.example.com"


def text_of(answer: object) -> str:
    return b"".join(getattr(answer, "streaming_content", None) or [answer.content]).decode()  # type: ignore[attr-defined]


def page(client: Client, query: str = "") -> str:
    return text_of(client.get(f"/w/demo/mailboxes/{query}"))


def shown(client: Client, query: str = "") -> list[str]:
    html = page(client, query)
    return [
        email for email in Mailbox.objects.order_by("email").values_list("email", flat=True) if f">{email}</a>" in html
    ]


def test_a_row_says_how_it_is_in_words_and_whom_it_serves(office: Workspace, web: Web) -> None:
    synced_campaign(office, "05A")
    html = page(web("viewer"))
    assert "Connection error" in html
    assert "535 5.7.8 Username and password not accepted" in html
    assert "Warm-up paused" in html
    assert "05A Executive-Peer" in html
    assert "Google" in html


def test_filters_and_search_leave_what_fits_and_are_in_the_address(office: Workspace, web: Web) -> None:
    client = web("viewer")
    campaign = synced_campaign(office, "05A")
    assert len(shown(client)) == 6
    assert shown(client, "?state=trouble") == [BROKEN]
    assert shown(client, "?warmup=off") == [BROKEN]
    assert shown(client, "?q=EXEC") == [ONE]
    assert shown(client, "?provider=2&q=exec") == [ONE]
    assert shown(client, "?provider=1") == []
    assert set(shown(client, f"?campaign={campaign.pk}")) == {str(one).lower() for one in campaign.senders}
    assert shown(client, "?campaign=999") == []
    # What makes no sense is ignored.
    assert len(shown(client, "?state=x&provider=x&sort=x")) == 6


def test_one_that_instantly_no_longer_lists_is_shown_only_where_asked_for(office: Workspace, web: Web) -> None:
    Mailbox.objects.filter(email=ONE).update(vanished_at=timezone.now())
    assert ONE not in shown(web("viewer"))
    assert shown(web("viewer"), "?state=gone") == [ONE]


def test_the_list_is_sorted_by_its_heads(office: Workspace, web: Web) -> None:
    html = page(web("viewer"), "?sort=score")
    assert html.index(BROKEN) < html.index(ONE)
    html = page(web("viewer"), "?sort=-score")
    assert html.index(ONE) < html.index(BROKEN)


def test_the_file_holds_what_the_filters_leave_and_runs_no_formula(office: Workspace, web: Web) -> None:
    Mailbox.objects.filter(email=BROKEN).update(reason="=1+1")
    lines = text_of(web("viewer").get("/w/demo/mailboxes.csv?state=trouble")).splitlines()
    assert len(lines) == 2
    assert lines[1].startswith(BROKEN)
    assert "'=1+1" in lines[1]


def test_queries_do_not_grow_with_the_mailboxes(office: Workspace, web: Web) -> None:
    client = web("operator")

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as made:
            client.get("/w/demo/mailboxes/")
        return len(made)

    queries()
    before = queries()
    Mailbox.objects.bulk_create(
        Mailbox(workspace=office, email=f"more{number}@peers.example.com", status=1) for number in range(40)
    )
    assert queries() == before <= 20


def test_the_page_of_a_mailbox_has_its_days_campaigns_and_changes(
    office: Workspace, web: Web, control: SandboxControl
) -> None:
    synced_campaign(office, "05A")
    read_days(office)
    box = Mailbox.objects.get(email=ONE)
    assert MailboxDay.objects.filter(mailbox=box, warmup_sent__gt=0).exists()
    calls = len(control.log())
    html = text_of(web("viewer").get(f"/w/demo/mailboxes/{box.pk}/"))
    assert "sent-chart" in html
    assert "warmup-chart" in html
    assert "05A Executive-Peer" in html
    assert "Nothing was changed here yet." in html
    # A page reads nothing of Instantly.
    assert len(control.log()) == calls


def test_days_are_read_at_most_every_few_minutes_whatever_the_number_of_mailboxes(
    office: Workspace, control: SandboxControl
) -> None:
    assert read_days(office) == 6
    assert read_days(office) == 0
    assert len(control.log(path="/warmup-analytics")) == 1


def test_buttons_ask_for_a_change_of_the_chosen_and_lead_to_its_outcome(
    office: Workspace, web: Web, settle: Callable[[int], list[MailboxChange]]
) -> None:
    client, box = web("operator"), Mailbox.objects.get(email=ONE)
    answer = client.post("/w/demo/mailboxes/change/", {"verb": "warmup_off", "mailbox": [box.pk]})
    change = MailboxChange.objects.get()
    assert answer["Location"] == f"/w/demo/mailboxes/changes/{change.group}/"
    assert 'hx-trigger="every 2s' in text_of(client.get(answer["Location"]))
    settle(change.group)
    html = text_of(client.get(answer["Location"]))
    assert "1 confirmed" in html
    assert 'hx-trigger="every 2s' not in html


def test_all_of_a_filtered_list_are_changed_at_once(office: Workspace, web: Web) -> None:
    web("operator").post("/w/demo/mailboxes/change/", {"verb": "fix", "all": "yes", "state": "trouble"})
    assert list(MailboxChange.objects.values_list("email", flat=True)) == [BROKEN]


def test_nothing_chosen_changes_nothing(office: Workspace, web: Web) -> None:
    answer = web("operator").post("/w/demo/mailboxes/change/", {"verb": "resume"}, follow=True)
    assert "Choose at least one mailbox." in text_of(answer)
    assert not MailboxChange.objects.exists()


def test_a_mailbox_of_another_workspace_is_not_chosen(office: Workspace, web: Web) -> None:
    other = Workspace.objects.create(name="Other", slug="other", remote_id="other")
    box = Mailbox.objects.create(workspace=other, email="other@peers.example.com", status=1)
    web("admin").post("/w/demo/mailboxes/pause/", {"mailbox": [box.pk]})
    assert not MailboxChange.objects.exists()


def test_a_viewer_may_pause_and_sees_no_other_button(office: Workspace, web: Web) -> None:
    html = page(web("viewer"))
    assert "Enable warm-up" not in html
    box = Mailbox.objects.get(email=ONE)
    web("viewer").post("/w/demo/mailboxes/pause/", {"mailbox": [box.pk]})
    assert MailboxChange.objects.get().wanted == "pause"


def test_the_outcome_is_204_while_nothing_changed_and_286_at_the_end(
    office: Workspace, web: Web, settle: Callable[[int], list[MailboxChange]]
) -> None:
    client, box = web("operator"), Mailbox.objects.get(email=ONE)
    client.post("/w/demo/mailboxes/pause/", {"mailbox": [box.pk]})
    group = MailboxChange.objects.get().group
    address, headers = f"/w/demo/mailboxes/changes/{group}/state/", {"HX-Request": "true"}
    html = text_of(client.get(address, headers=headers))
    seen = html.partition("?seen=")[2].partition('"')[0]
    assert client.get(f"{address}?seen={seen}", headers=headers).status_code == 204
    settle(group)
    assert client.get(f"{address}?seen={seen}", headers=headers).status_code == 286


def test_vitals_are_asked_for_and_each_missing_record_says_what_to_do(
    office: Workspace, web: Web, control: SandboxControl
) -> None:
    box = Mailbox.objects.create(
        workspace=office, email="desk@no-dmarc.example.com", status=1, tracking_domain="broken.example.com"
    )
    client = web("operator")
    client.post(f"/w/demo/mailboxes/{box.pk}/vitals/")
    box.refresh_from_db()
    assert "being checked" in text_of(client.get(f"/w/demo/mailboxes/{box.pk}/"))
    read_vitals_of(box.pk)
    html = text_of(client.get(f"/w/demo/mailboxes/{box.pk}/"))
    assert html.count(">missing</span>") == 2
    assert "v=DMARC1" in html
    assert "Point its CNAME" in html
    # Asked for once, read once.
    calls = len(control.log(path="/test/vitals"))
    read_vitals_of(box.pk)
    assert len(control.log(path="/test/vitals")) == calls == 1


def test_a_mailbox_without_a_tracking_domain_says_so_among_its_vitals(office: Workspace, web: Web) -> None:
    box = Mailbox.objects.create(workspace=office, email="desk@peers.example.com", status=1)
    read_vitals(box)
    html = text_of(web("viewer").get(f"/w/demo/mailboxes/{box.pk}/"))
    assert "Tracking domain" in html
    assert "Links go over a domain that Instantly shares." in html
    assert ">missing</span>" not in html


def test_vitals_that_cannot_be_read_say_so(office: Workspace, web: Web, control: SandboxControl) -> None:
    box = Mailbox.objects.get(email=ONE)
    control.faults({"match": {"path": "*/test/vitals"}, "do": "status", "value": 401, "times": 9})
    read_vitals(box)
    box.refresh_from_db()
    assert (box.vitals_read_at, box.vitals_asked_at, box.vitals_error != "") == (None, None, True)


def test_a_campaign_that_is_gone_serves_no_more(office: Workspace, web: Web) -> None:
    campaign = synced_campaign(office, "05A")
    Campaign.objects.filter(pk=campaign.pk).update(vanished_at=timezone.now())
    assert "05A Executive-Peer" not in page(web("viewer"))
