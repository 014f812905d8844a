"""The page of an import and its actions."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import Approval, Campaign
from campaigns.sending.loading import load_effect
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.models import Import, ImportEvent, ImportState, Row, RowState
from tests.campaigns.factories import approval
from tests.leads.loading.ready import add_receipt

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]
Checked = Callable[..., Import]
FILE = "Email,Name\nada@example.com,Ada\ninfo@example.com,\nnope,X\n"


def path(imported: Import, tail: str = "") -> str:
    return f"/w/demo/imports/{imported.pk}/{tail}"


def test_the_preview_shows_counts_price_and_who_would_accept_catch_alls(web: Web, checked: Checked) -> None:
    imported = checked(FILE)
    page = web("operator").get(path(imported)).content.decode()
    for words in ("3 = 1 + 0 + 0 + 0 + 0 + 2", "0.50 credits", "Skipped: not an e-mail address", "Operator Person"):
        assert words in page
    assert "Fix it in the failed-rows file and upload that" in page
    assert "Role address" in page
    assert '<input type="checkbox" name="flag" value="role">' in page
    assert "Start" in page


FLAGGED = (
    "Email,Name,Unsubscribed\nada@gmial.com,Ada,\ninfo@example.com,,\nbo@example.com,Bo,yes\ncy@example.com,Cy,no\n"
)


def test_the_preview_shows_remarks_with_lines_and_what_the_file_leaves_out(web: Web, checked: Checked) -> None:
    page = web("operator").get(path(checked(FLAGGED))).content.decode()
    for words in (
        '<input type="checkbox" name="flag" value="typo" checked>',
        "Line 2: ada@gmial.com, did you mean ada@gmail.com?",
        "1 line left out by the file",
        "Column “Unsubscribed”: leave out lines marked as unsubscribed.",
        "Line 4: bo@example.com: column “Unsubscribed” says “yes”",
        "Skipped: unsubscribed, says the file",
    ):
        assert words in page


def test_one_click_leaves_flagged_rows_out_and_another_puts_them_back(web: Web, checked: Checked) -> None:
    imported, browser = checked(FLAGGED), web("operator")
    assert browser.post(path(imported, "leave-out/"), {"flag": ["typo"]}).status_code == 302
    page = browser.get(path(imported)).content.decode()
    assert "1 line was left out." in page
    assert "Skipped: suspicious, left out by a person" in page
    assert Row.objects.get(line=2).state == RowState.SKIPPED
    browser.post(path(imported, "put-back/"))
    assert Row.objects.get(line=2).state == RowState.NEW


def test_leaving_out_nothing_says_what_to_do(web: Web, checked: Checked) -> None:
    answer = web("operator").post(path(checked(FLAGGED), "leave-out/"))
    assert answer.status_code == 422
    assert "Choose at least one kind of row to leave out." in answer.content.decode()


def test_many_short_lines_without_an_address_are_reported(web: Web, checked: Checked) -> None:
    imported = checked("Email,Name,Notes,City\nada@example.com,Ada,first\nsecond,Paris\nbo@example.com,Bo,x,Rome\n")
    assert (
        "1 line has no address and fewer cells than the header." in web("viewer").get(path(imported)).content.decode()
    )


def test_the_failed_rows_file_has_the_lines_that_the_file_leaves_out(web: Web, checked: Checked) -> None:
    answer = web("operator").get(path(checked(FLAGGED), "failed-rows.csv"))
    assert b"".join(answer).decode("utf-8-sig").splitlines() == [  # type: ignore[arg-type]
        "Email,Name,Unsubscribed,reason,reason_detail",
        'bo@example.com,Bo,yes,"unsubscribed, says the file",column “Unsubscribed” says “yes”',
    ]


def test_a_viewer_sees_the_preview_and_no_button_that_spends(web: Web, checked: Checked) -> None:
    page = web("viewer").get(path(checked(FILE))).content.decode()
    assert "Someone with the operator role can start this." in page
    assert 'name="accept_catch_all"' not in page


def test_the_same_file_again_is_pointed_out(web: Web, checked: Checked) -> None:
    first, second = checked(FILE), checked(FILE)
    page = web("operator").get(path(second)).content.decode()
    assert f'<a href="/w/demo/imports/{first.pk}/">import {first.pk}</a>' in page


def test_start_verifies_and_records_who_accepted_catch_alls(web: Web, checked: Checked) -> None:
    imported = checked(FILE)
    answer = web("operator").post(path(imported, "start/"), {"policy": "hold", "accept_catch_all": "on"})
    imported.refresh_from_db()
    assert (answer.status_code, imported.state, imported.policy) == (302, ImportState.VERIFYING, "hold")
    assert imported.catch_all_accepted_by is not None
    assert imported.catch_all_accepted_by.role == "operator"


def test_both_ways_to_verify_are_shown_with_their_price_and_the_chosen_one_is_started(
    web: Web, checked: Checked
) -> None:
    imported = checked(FILE)
    page = web("operator").get(path(imported)).content.decode()
    assert "One by one: at most 0.50 credits, about 4 requests, about 1 minute" in page
    assert "In lists of up to 1,000: at most 2.00 credits, about 9 requests, about 1 minute" in page
    assert '<input type="radio" name="verify_by" value="address" checked' in page

    web("operator").post(path(imported, "start/"), {"policy": "hold", "verify_by": "list"})
    assert (state_of(imported)["verify_by"], state_of(imported)["state"]) == ("list", "verifying")


def test_without_a_choice_addresses_are_verified_one_by_one_and_a_made_up_way_is_refused(
    web: Web, checked: Checked
) -> None:
    imported = checked(FILE)
    assert web("operator").post(path(imported, "start/"), {"policy": "hold", "verify_by": "x"}).status_code == 422
    assert state_of(imported)["state"] == "mapped"
    web("operator").post(path(imported, "start/"), {"policy": "hold"})
    assert state_of(imported)["verify_by"] == "address"


def test_a_refused_start_keeps_the_chosen_options(web: Web, checked: Checked) -> None:
    imported = checked(FILE)
    Workspace.objects.update(credits_left="0.25")
    answer = web("operator").post(path(imported, "start/"), {"policy": "hold", "accept_catch_all": "on"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Verifying costs 0.50 credits and 0.25 are left." in page
    assert 'value="hold" checked' in page
    assert 'name="accept_catch_all" checked' in page
    imported.refresh_from_db()
    assert (imported.state, imported.catch_all_accepted_by) == (ImportState.MAPPED, None)


def test_a_live_campaign_is_named_and_the_load_is_held_unless_someone_chooses_otherwise(
    web: Web, checked: Checked, member: Callable[..., Member]
) -> None:
    first, second = checked(FILE), checked(FILE)
    Campaign.objects.update(remote_status=1)
    approval(first.campaign, by=member("operator"), state="approved", decided_by=member("approver"), audience_cap=216)

    page = web("operator").get(path(first)).content.decode()

    assert "Live, approved for 216: loading ends the approval and pauses it." in page
    assert 'value="hold" checked' in page
    assert 'value="now" checked' not in page
    assert "Hold here until a later go-live is approved, or until someone resumes the import" in page
    assert "Load now, one lead first: loading ends the approval for 216 and pauses the campaign" in page
    web("operator").post(path(first, "start/"), {})
    code = load_effect(Campaign.objects.get(pk=second.campaign_id)).code
    web("operator").post(path(second, "start/"), {"policy": "now", "effect": code})
    assert [Import.objects.get(pk=one.pk).policy for one in (first, second)] == ["hold", "now"]


LIVE_NOW = "Live, approved for 186: loading ends the approval and pauses it."


def go_live(imported: Import, member: Callable[..., Member]) -> Approval:
    """Its campaign is sending, approved for 186 people."""
    Campaign.objects.update(remote_status=1)
    fields = {"state": "approved", "stage": "live", "decided_by": member("approver"), "audience_cap": 186}
    return approval(imported.campaign, by=member("operator"), **fields)


def state_of(imported: Import) -> dict[str, object]:
    return Import.objects.filter(pk=imported.pk).values().get()


def accepted_in(page: str) -> str:
    return page.partition('name="accepted" value="')[2].partition('"')[0]


def test_start_from_a_page_that_is_out_of_date_is_refused_with_the_effect_of_now(
    web: Web, checked: Checked, member: Callable[..., Member]
) -> None:
    imported, browser = checked(FILE), web("operator")
    assert 'name="effect" value=""' in browser.get(path(imported)).content.decode()
    go_live(imported, member)
    before = state_of(imported)

    answer = browser.post(path(imported, "start/"), {"policy": "now", "effect": "", "accept_catch_all": "on"})

    page = answer.content.decode()
    assert (answer.status_code, state_of(imported)) == (422, before)
    assert f"The campaign changed since this page was opened. Now: {LIVE_NOW}" in page
    assert 'value="hold" checked' in page
    assert 'value="now" checked' not in page
    assert 'name="accept_catch_all" checked' in page
    shown = page.partition('name="effect" value="')[2].partition('"')[0]
    assert browser.post(path(imported, "start/"), {"policy": "now", "effect": shown}).status_code == 302
    assert state_of(imported)["policy"] == "now"


def test_holding_from_a_page_that_is_out_of_date_starts_because_nothing_is_loaded(
    web: Web, checked: Checked, member: Callable[..., Member]
) -> None:
    imported = checked(FILE)
    go_live(imported, member)
    web("operator").post(path(imported, "start/"), {"policy": "hold", "effect": ""})
    assert (state_of(imported)["state"], state_of(imported)["policy"]) == ("verifying", "hold")


@pytest.mark.parametrize("verb", ["resume", "retry-pending", "release"])
def test_loading_into_a_live_campaign_has_to_be_confirmed(
    web: Web, checked: Checked, member: Callable[..., Member], verb: str
) -> None:
    imported, browser = checked(FILE), web("approver" if verb == "release" else "operator")
    approved = go_live(imported, member)
    held: dict[str, object] = {"state": ImportState.VERIFIED, "verified_at": timezone.now(), "policy": "hold"}
    if verb == "retry-pending":
        Row.objects.filter(email="ada@example.com").update(state=RowState.REJECTED, reason="pending")
        held |= {"state": ImportState.DONE, "policy": "now"}
    if verb == "release":
        add_receipt(Row.objects.get(email="ada@example.com"), timezone.now())
        Row.objects.filter(email="ada@example.com").update(state=RowState.LOADED)
        held |= {"policy": "canary", "canary_rows": 1, "canary_hours": 24, "canary_sends": 1}
    Import.objects.filter(pk=imported.pk).update(**held)
    before, rows = state_of(imported), list(Row.objects.values())
    accepted = accepted_in(browser.get(path(imported)).content.decode())
    assert accepted

    for wrong in ("", "on"):
        sent = {"reason": "because", "accepted": wrong}
        answer = browser.post(path(imported, f"{verb}/"), sent, headers={"HX-Request": "true"})
        assert (answer.status_code, state_of(imported), list(Row.objects.values())) == (422, before, rows)
        assert f"{LIVE_NOW} Nothing was changed." in answer.content.decode()

    assert browser.post(path(imported, f"{verb}/"), {"reason": "because", "accepted": accepted}).status_code == 302
    assert state_of(imported)["state"] == ("verifying" if verb == "retry-pending" else "loading")
    approved.refresh_from_db()
    assert approved.state == "approved"


def test_people_whom_the_approval_counted_are_loaded_without_a_confirmation(
    web: Web, checked: Checked, member: Callable[..., Member]
) -> None:
    imported = checked(FILE)
    Import.objects.filter(pk=imported.pk).update(state=ImportState.VERIFIED, verified_at=timezone.now(), policy="hold")
    approval(imported.campaign, by=member("operator"), audience_cap=2)
    assert accepted_in(web("operator").get(path(imported)).content.decode()) == ""
    web("operator").post(path(imported, "resume/"))
    assert state_of(imported)["state"] == ImportState.LOADING


def test_rows_held_beside_a_live_approval_are_not_said_to_wait_for_it(
    web: Web, checked: Checked, member: Callable[..., Member]
) -> None:
    imported = checked(FILE)
    add_receipt(Row.objects.get(email="ada@example.com"), timezone.now())
    Import.objects.filter(pk=imported.pk).update(
        state=ImportState.VERIFIED,
        verified_at=timezone.now(),
        policy="hold",
        stop_reason="1 verified row is held here until the go-live is approved.",
    )
    waiting = web("viewer").get(path(imported)).content.decode()
    assert "Held here until the go-live is approved, or resumed" in waiting
    go_live(imported, member)
    Approval.objects.update(requested_at=timezone.now() - timedelta(hours=1))

    pages = [
        web("viewer").get(url).content.decode()
        for url in (path(imported), f"/w/demo/campaigns/{imported.campaign_id}/")
    ]

    assert ["until the go-live is approved" in page for page in pages] == [False, False]
    assert [f"{LIVE_NOW} Resume loads them." in page for page in pages] == [True, True]
    assert "Held; loading ends the approval for 186 and pauses the campaign" in pages[0]


def test_a_live_campaign_that_only_reports_a_change_is_described_as_such(
    web: Web, checked: Checked, member: Callable[..., Member]
) -> None:
    imported = checked(FILE)
    Campaign.objects.update(remote_status=1, on_drift="report")
    approval(imported.campaign, by=member("operator"), state="approved", decided_by=member("approver"), audience_cap=9)
    page = web("operator").get(path(imported)).content.decode()
    assert "Live, approved for 9: loading is reported as an incident, and it continues, as set for it." in page
    assert 'value="hold" checked' in page


def test_a_request_that_waits_has_to_be_made_again(web: Web, checked: Checked, member: Callable[..., Member]) -> None:
    imported = checked(FILE)
    approval(imported.campaign, by=member("operator"), audience_cap=216)
    page = web("operator").get(path(imported)).content.decode()
    assert "A go-live for 216 waits for approval: with more people it has to be requested again." in page


def test_a_paused_campaign_without_an_approval_loads_by_default(web: Web, checked: Checked) -> None:
    page = web("operator").get(path(checked(FILE))).content.decode()
    assert 'id="load-effect"' not in page
    assert 'value="now" checked' in page


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (lambda: Workspace.objects.update(credits_left="0.25"), "Verifying costs 0.50 credits and 0.25 are left."),
        (lambda: Campaign.objects.update(remote_status=-2), "05A is in bounce protection"),
        (lambda: Campaign.objects.update(remote_status=-99), "05A is suspended"),
        (lambda: Campaign.objects.update(vanished_at=timezone.now()), "Instantly no longer lists 05A"),
        (lambda: Workspace.objects.update(mode="observe"), "is in observe mode"),
        (lambda: Workspace.objects.update(kill_switch_at=timezone.now()), "All sending is stopped by the kill switch"),
        (lambda: Campaign.objects.update(awaits_adoption_since=timezone.now()), "An approver must adopt or pause it"),
    ],
)
def test_start_is_disabled_with_its_reason_and_the_server_refuses_it_too(
    web: Web, checked: Checked, happens: Callable[[], object], reason: str
) -> None:
    imported = checked(FILE)
    happens()
    page = web("operator").get(path(imported)).content.decode()
    assert '<button class="btn primary" type="submit" disabled aria-describedby="why-not-start">' in page
    notice = page[page.index('id="why-not-start"') :]
    assert reason in notice[: notice.index("</p>")]

    answer = web("operator").post(path(imported, "start/"), {"policy": "now"})

    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert Import.objects.get(pk=imported.pk).state == ImportState.MAPPED


def test_each_reason_is_shown_once_and_none_hides_another(web: Web, checked: Checked) -> None:
    imported = checked(FILE)
    Workspace.objects.update(credits_left="0.25")
    Campaign.objects.update(remote_status=1, awaits_adoption_since=timezone.now())
    page = web("operator").get(path(imported)).content.decode()
    notice = page.partition('id="why-not-start"')[2].partition("</p>")[0].rpartition("<span>")[2]
    assert notice == (
        "05A was sending before the workspace was connected. An approver must adopt or pause it first."
        "<br>Verifying costs 0.50 credits and 0.25 are left. Buy credits or split the file.</span>"
    )
    assert page.count("before the workspace was connected") == 1


@pytest.mark.parametrize("verb", ["map", "start", "stop", "resume", "retry-pending"])
@pytest.mark.parametrize("role", ["viewer", ""])
def test_a_member_who_may_not_import_changes_nothing(web: Web, checked: Checked, verb: str, role: str) -> None:
    imported = checked(FILE)
    before = Import.objects.filter(pk=imported.pk).values().get()
    answer = web(role).post(path(imported, f"{verb}/"))
    assert answer.status_code == (403 if role else 302)
    assert Import.objects.filter(pk=imported.pk).values().get() == before


@pytest.mark.parametrize("verb", ["map", "start", "stop", "resume", "retry-pending"])
def test_a_get_request_does_nothing(web: Web, checked: Checked, verb: str) -> None:
    imported = checked(FILE)
    before = Import.objects.filter(pk=imported.pk).values().get()
    answer = web("operator").get(path(imported, f"{verb}/"))
    assert (answer.status_code, answer["Location"]) == (302, path(imported))
    assert Import.objects.filter(pk=imported.pk).values().get() == before


def test_stop_and_resume_answer_in_place_for_htmx_and_with_the_page_otherwise(web: Web, checked: Checked) -> None:
    imported = checked(FILE)
    browser = web("operator")
    browser.post(path(imported, "start/"), {"policy": "now"})
    stopped = browser.post(path(imported, "stop/"), headers={"HX-Request": "true"})
    assert stopped.status_code == 200
    assert 'id="import-body"' in stopped.content.decode()
    assert "Resume" in stopped.content.decode()
    resumed = browser.post(path(imported, "resume/"))
    assert (resumed.status_code, resumed["Location"]) == (302, path(imported))
    imported.refresh_from_db()
    assert imported.state == ImportState.VERIFYING


def test_a_refused_action_shows_the_reason_and_changes_nothing(web: Web, checked: Checked) -> None:
    imported = checked(FILE)
    answer = web("operator").post(path(imported, "stop/"), headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "Nothing is running that could be stopped." in answer.content.decode()


def test_the_fragment_is_sent_only_when_something_changed_and_stops_at_the_end(web: Web, checked: Checked) -> None:
    imported = checked(FILE)
    Import.objects.filter(pk=imported.pk).update(state=ImportState.VERIFYING)
    browser = web("viewer")
    first = browser.get(path(imported, "progress/"), headers={"HX-Request": "true"})
    assert first.status_code == 200
    seen = first.content.decode().split("progress/?seen=")[1].split('"')[0]
    assert browser.get(path(imported, f"progress/?seen={seen}"), headers={"HX-Request": "true"}).status_code == 204
    ImportEvent.objects.create(imported=imported, at=imported.uploaded_at, text="something")
    assert browser.get(path(imported, f"progress/?seen={seen}"), headers={"HX-Request": "true"}).status_code == 200
    Import.objects.filter(pk=imported.pk).update(state=ImportState.DONE)
    last = browser.get(path(imported, f"progress/?seen={seen}"), headers={"HX-Request": "true"})
    assert last.status_code == 286
    assert "every 2s" not in last.content.decode()


def test_columns_can_be_changed_until_the_import_starts(web: Web, checked: Checked) -> None:
    imported = checked(FILE)
    browser = web("operator")
    assert "Check file" in browser.get(path(imported, "?columns=1")).content.decode()
    browser.post(path(imported, "start/"), {"policy": "now"})
    assert "Check file" not in browser.get(path(imported, "?columns=1")).content.decode()


def test_a_flip_is_explained_and_leads_to_the_go_live(web: Web, checked: Checked) -> None:
    imported = checked(FILE)
    Import.objects.filter(pk=imported.pk).update(state=ImportState.VERIFIED, flips=1)
    page = web("viewer").get(path(imported)).content.decode()
    assert "was found sending without an approval" in page
    assert f"/w/demo/incidents/?campaign={imported.campaign_id}" in page
    assert f"/w/demo/campaigns/{imported.campaign_id}/go-live/" in page


def test_after_a_flip_nothing_is_asked_for_that_was_done_since(
    web: Web, checked: Checked, member: Callable[..., Member]
) -> None:
    imported = checked(FILE)
    Import.objects.filter(pk=imported.pk).update(state=ImportState.SETTLING, started_at=timezone.now(), flips=1)

    def shown() -> str:
        return web("viewer").get(path(imported)).content.decode()

    assert "Request the go-live; until it is approved the campaign stays paused." in shown()
    go_live(imported, member)
    assert "The go-live was approved since." in shown()
    assert "stays paused" not in shown()
    Approval.objects.update(state="requested", stage="", decided_by=None)
    assert "The go-live is requested; until it is approved the campaign stays paused." in shown()


def test_the_failed_rows_file_needs_the_right_to_import(web: Web, checked: Checked) -> None:
    imported = checked(FILE)
    assert web("viewer").get(path(imported, "failed-rows.csv")).status_code == 403
    answer = web("operator").get(path(imported, "failed-rows.csv"))
    assert answer["Content-Disposition"] == 'attachment; filename="leads-failed.csv"'
    text = b"".join(answer).decode("utf-8-sig")  # type: ignore[arg-type]
    assert text.splitlines() == [
        "Email,Name,reason,reason_detail",
        "nope,X,not an e-mail address,An email address must have an @-sign.",
    ]


def test_pending_addresses_can_be_verified_again(web: Web, checked: Checked) -> None:
    imported = checked(FILE)
    Row.objects.filter(email="ada@example.com").update(state=RowState.REJECTED, reason="pending")
    Import.objects.filter(pk=imported.pk).update(state=ImportState.DONE)
    browser = web("operator")
    assert "Verify again" in browser.get(path(imported)).content.decode()
    browser.post(path(imported, "retry-pending/"))
    imported.refresh_from_db()
    assert imported.state == ImportState.VERIFYING
    assert Row.objects.get(email="ada@example.com").state == RowState.NEW


def test_an_import_of_another_workspace_is_not_found(web: Web, checked: Checked) -> None:
    imported = checked(FILE)
    elsewhere = imported.workspace
    elsewhere.pk = None
    elsewhere.base_url = "http://elsewhere.example.com"
    elsewhere.remote_id, elsewhere.connected_as, elsewhere.slug = "", "", ""
    elsewhere.save()
    Import.objects.filter(pk=imported.pk).update(workspace=elsewhere)
    assert web("admin").get(path(imported)).status_code == 404
