"""The import_leads command."""

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.operations import heartbeat
from iexdg.team.audit.models import AuditEvent
from iexdg.team.demo import ensure_demo_people
from iexdg.team.models import Member
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace
from leads.imports import drive
from leads.imports.counts import counts_of
from leads.models import Import, ImportState, Receipt, Row
from tests.campaigns.factories import approval
from tests.leads.factories import synced_campaign
from tests.leads.importing.workbooks import Page, write_pages
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"pending_polls": 1}


@pytest.fixture(autouse=True)
def ready(control: SandboxControl, workspace: Workspace, media: Path) -> None:
    synced_campaign(workspace, "05A")
    ensure_demo_people()


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "leads.csv"
    lines = ["E-Mail;Vorname", *[f"p{n}@firm.example.com;P" for n in range(5)], "invalid.x@firm.example.com;", "nope;"]
    path.write_text("\n".join([*lines, "catchall.y@firm.example.com;"]), encoding="cp1252")
    return path


def run(*arguments: object, **options: Any) -> tuple[dict[str, Any], str]:
    """Run the command with --json; stdout must be one object."""
    out, err = io.StringIO(), io.StringIO()
    call_command("import_leads", *[str(one) for one in arguments], "--json", stdout=out, stderr=err, **options)
    return json.loads(out.getvalue()), err.getvalue()


def test_a_dry_run_prints_the_counts_and_leaves_nothing(sheet: Path, media: Path, control: SandboxControl) -> None:
    facts, _ = run(sheet, "--campaign", "05A Executive-Peer", "--dry-run")
    assert facts == {
        "import_id": None, "state": "mapped", "encoding": "utf-8", "delimiter": ";", "sheet": "",
        "header_line": 1, "mapped_by": "header", "asks": [], "flags": {"company": 4}, "remarks": [],
        "left_out": {}, "rows": 8, "ok": 7,
        "skipped": {"bad_email": 1}, "verified": 0, "rejected": {}, "loaded": 0, "unknown": 0, "load_failed": {},
        "open": {"new": 7},
        "credits_needed": 1.75, "credits_used": 0.0, "flips": 0, "reconciled": True,
    }  # fmt: skip
    assert not Import.objects.exists()
    assert not Row.objects.exists()
    assert not Receipt.objects.exists()
    assert list((media / "imports").iterdir()) == []
    assert control.charged() == {}


def test_verify_by_list_is_priced_as_such_and_recorded_with_the_start(sheet: Path, workspace: Workspace) -> None:
    facts, _ = run(sheet, "--campaign", "05A Executive-Peer", "--verify-by", "list", "--dry-run")
    assert facts["credits_needed"] == 7.0
    facts, _ = run(sheet, "--campaign", "05A Executive-Peer", "--verify-by", "list", "--hold")
    imported = Import.objects.get(pk=facts["import_id"])
    assert (imported.verify_by, imported.credit_ceiling) == ("list", 7)
    event = AuditEvent.objects.get(subject=f"import:{imported.pk}", action="import:started")
    assert event.after["verify_by"] == "list"


def test_a_dry_run_prints_both_prices(sheet: Path) -> None:
    out = io.StringIO()
    call_command("import_leads", str(sheet), "--campaign", "05A Executive-Peer", "--dry-run", stdout=out)
    words = " ".join(out.getvalue().split())
    assert "one by one: at most 1.75 credits, about 12 requests, about 1 minute" in words
    assert "in lists of up to 1,000: at most 7.00 credits, about 9 requests, about 1 minute" in words


def test_with_wait_it_returns_when_everything_is_loaded(sheet: Path, control: SandboxControl) -> None:
    facts, _ = run(sheet, "--campaign", "05A Executive-Peer", "--wait")
    assert (facts["loaded"], facts["rejected"], facts["skipped"]) == (
        5,
        {"invalid": 1, "catch_all": 1},
        {"bad_email": 1},
    )
    assert (facts["credits_needed"], facts["credits_used"], facts["reconciled"]) == (1.75, 1.75, True)
    campaign = Campaign.objects.get(name="05A Executive-Peer")
    loaded = set(control.leads_in(campaign.remote_id))
    assert {f"p{n}@firm.example.com" for n in range(5)} <= loaded
    assert "catchall.y@firm.example.com" not in loaded


def test_without_wait_it_returns_as_soon_as_it_is_started(sheet: Path) -> None:
    facts, _ = run(sheet, "--campaign", "05A Executive-Peer")
    assert (facts["state"], facts["loaded"]) == ("verifying", 0)


def test_the_second_run_of_a_file_loads_no_one(sheet: Path) -> None:
    run(sheet, "--campaign", "05A Executive-Peer", "--wait")
    facts, _ = run(sheet, "--campaign", "05A Executive-Peer", "--wait")
    assert (facts["loaded"], facts["skipped"], facts["credits_used"]) == (0, {"bad_email": 1, "in_campaign": 5}, 0.0)


def test_catch_alls_are_accepted_in_the_name_of_the_member(sheet: Path) -> None:
    facts, _ = run(
        sheet, "--campaign", "05A Executive-Peer", "--wait", "--accept-catch-all", "--as", "approver@example.com"
    )
    assert facts["loaded"] == 6
    imported = Import.objects.get()
    assert imported.catch_all_accepted_by is not None
    assert imported.catch_all_accepted_by.email == "approver@example.com"
    assert set(AuditEvent.objects.filter(subject=f"import:{imported.pk}").values_list("via", flat=True)) == {"cli"}


def test_held_rows_wait_for_the_go_live(sheet: Path) -> None:
    facts, _ = run(sheet, "--campaign", "05A Executive-Peer", "--wait", "--hold")
    assert (facts["state"], facts["loaded"], facts["verified"]) == ("verified", 0, 5)


def test_a_flip_that_was_caught_is_a_success_and_is_reported(sheet: Path) -> None:
    facts, err = run(sheet, "--campaign", "04 Alumni spring", "--wait")
    assert (facts["flips"], facts["state"], facts["loaded"]) == (1, "verified", 1)
    assert "turned active by itself and was paused; 4 verified rows are held" in err


def test_columns_are_chosen_by_name(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Email,Other\nnope,ada@firm.example.com\n")
    facts, _ = run(path, "--campaign", "05A Executive-Peer", "--map", "Other=email", "--dry-run")
    assert facts["ok"] == 1


def test_columns_that_were_only_tried_are_not_remembered(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Email,Other\nbo@firm.example.com,ada@firm.example.com\nnope,x\n")
    run(path, "--campaign", "05A Executive-Peer", "--map", "Other=email", "--dry-run")
    facts, _ = run(path, "--campaign", "05A Executive-Peer", "--dry-run")
    assert (facts["ok"], facts["mapped_by"]) == (1, "header")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--campaign", "No such"], "No campaign"),
        (["--campaign", "05A Executive-Peer", "--map", "Nix=email"], "The file has no column “Nix”"),
        (["--campaign", "05A Executive-Peer", "--as", "nobody@example.com"], "No active member has the address"),
        (["--campaign", "05A Executive-Peer", "--as", "viewer@example.com"], "A viewer may not import leads"),
    ],
)
def test_an_error_is_one_line_and_changes_nothing(sheet: Path, media: Path, arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words) as caught:
        run(sheet, *arguments)
    assert "\n" not in str(caught.value)
    assert not Import.objects.exists()
    assert not media.exists() or list((media / "imports").iterdir()) == []


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nix\.csv cannot be opened: No such file or directory\. Check the path\."):
        run(tmp_path / "nix.csv", "--campaign", "05A Executive-Peer")


def test_a_real_workspace_requires_a_member(sheet: Path, workspace: Workspace) -> None:
    Workspace.objects.update(is_sandbox=False)
    with pytest.raises(CommandError, match="add --as"):
        run(sheet, "--campaign", "05A Executive-Peer")


def test_an_import_that_the_credits_do_not_cover_is_not_started(sheet: Path) -> None:
    Workspace.objects.update(credits_left="1.00")
    with pytest.raises(CommandError, match=r"Verifying costs 1\.75 credits"):
        run(sheet, "--campaign", "05A Executive-Peer", "--wait")
    assert not Import.objects.exists()


@pytest.mark.parametrize(("code", "words"), [(-2, "is in bounce protection"), (-99, "is suspended")])
def test_a_campaign_that_instantly_stopped_is_refused_with_the_reason(
    sheet: Path, media: Path, code: int, words: str
) -> None:
    Campaign.objects.update(remote_status=code)
    for extra in ([], ["--hold"], ["--dry-run"]):
        with pytest.raises(CommandError, match=words) as caught:
            run(sheet, "--campaign", "05A Executive-Peer", *extra)
        assert "\n" not in str(caught.value)
    assert not Import.objects.exists()
    assert not media.exists() or not list(media.rglob("*.csv"))


def test_what_a_load_into_a_live_campaign_does_is_said_first(sheet: Path, member: Callable[..., Member]) -> None:
    one = Campaign.objects.get(name="05A Executive-Peer")
    approval(one, by=member("operator"), state="approved", decided_by=member("approver"), audience_cap=216)
    with pytest.raises(CommandError, match="Live, approved for 216: loading ends the approval and pauses it") as asked:
        run(sheet, "--campaign", one.name)
    assert asked.value.returncode == 2
    assert "Add --hold to load no one now, or --accept-go-live-change to load all the same." in str(asked.value)
    assert not Import.objects.exists()

    run(sheet, "--campaign", one.name, "--hold")
    assert Import.objects.get().policy == "hold"
    run(sheet, "--campaign", one.name, "--accept-go-live-change")
    assert Import.objects.latest("pk").policy == "now"


def test_a_dry_run_says_what_the_real_run_would_ask_or_refuse(sheet: Path, member: Callable[..., Member]) -> None:
    one = Campaign.objects.get(name="05A Executive-Peer")
    approval(one, by=member("operator"), state="approved", decided_by=member("approver"), audience_cap=216)
    Workspace.objects.update(plan_room=1)
    facts, _ = run(sheet, "--campaign", one.name, "--dry-run")
    assert facts["remarks"] == [
        "05A Executive-Peer: Live, approved for 216: loading ends the approval and pauses it.",
        "The plan has room for 1 of these 7 leads: everyone is verified and paid for, and up to 6 people cannot be "
        "loaded until there is room.",
    ]
    Workspace.objects.update(credits_left="1.00")
    facts, _ = run(sheet, "--campaign", one.name, "--dry-run")
    assert facts["remarks"] == [
        "It cannot be started now: Verifying costs 1.75 credits and 1.00 are left. Buy credits or split the file."
    ]


def test_what_forbids_a_start_is_said_before_any_question(sheet: Path, media: Path) -> None:
    name = "05A Executive-Peer"
    Campaign.objects.filter(name=name).update(remote_status=1, awaits_adoption_since=timezone.now())
    with pytest.raises(CommandError, match="An approver must adopt or pause it first") as refused:
        run(sheet, "--campaign", name)
    assert refused.value.returncode == 1
    assert not Import.objects.exists()
    assert list((media / "imports").iterdir()) == []


def test_a_plan_without_room_for_everyone_is_asked_about_before_anything_is_paid(sheet: Path) -> None:
    Workspace.objects.update(plan_room=1)
    with pytest.raises(CommandError, match="The plan has room for 1 of these") as asked:
        run(sheet, "--campaign", "05A Executive-Peer")
    assert asked.value.returncode == 2
    assert not Import.objects.exists()

    run(sheet, "--campaign", "05A Executive-Peer", "--accept-no-room")
    assert Import.objects.get().state == ImportState.VERIFYING


def test_people_whom_any_column_calls_unsubscribed_are_asked_about_before_anything_is_paid(tmp_path: Path) -> None:
    file = tmp_path / "notes.csv"
    file.write_text(
        "Email,First name,Notes\nada@firm.example.com,Ada,\nbo@firm.example.com,Bo,Please do not contact again\n",
        encoding="utf-8",
    )
    name, choices = "05A Executive-Peer", ["--leave-out-marked", "--accept-marked"]
    facts, _ = run(file, "--campaign", name, "--dry-run")
    assert (facts["asks"], facts["ok"]) == ([{"what": "marked", "choices": choices}], 2)
    assert facts["remarks"][-1].startswith("1 line says in another column that the person unsubscribed")
    with pytest.raises(CommandError, match="Add --leave-out-marked or --accept-marked") as asked:
        run(file, "--campaign", name)
    assert asked.value.returncode == 2
    assert not Import.objects.exists()

    run(file, "--campaign", name, "--leave-out-marked")
    first = Import.objects.get()
    assert counts_of(first).left_out == {"flagged": 1}
    run(file, "--campaign", "05B Partnerships", "--accept-marked")
    assert counts_of(Import.objects.exclude(pk=first.pk).get()).skipped.get("flagged", 0) == 0


def test_a_stopped_import_is_a_failure(sheet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(import_pk: int, **options: Any) -> bool:
        Import.objects.filter(pk=import_pk, state=ImportState.VERIFYING).update(
            state=ImportState.STOPPED, stop_reason="Stopped by Olive Operator"
        )
        return drive.advance(import_pk) if Import.objects.get(pk=import_pk).state == ImportState.CHECKING else True

    command = "leads.management.commands.import_leads"
    monkeypatch.setattr(f"{command}.advance", stopped)
    with pytest.raises(CommandError, match="The import was stopped: Stopped by Olive Operator"):
        run(sheet, "--campaign", "05A Executive-Peer", "--wait")


def test_with_a_running_worker_it_only_waits(sheet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heartbeat.record_heartbeat(heartbeat.worker_name("bulk"))

    def worker_finishes(seconds: float) -> None:
        Import.objects.filter(state=ImportState.VERIFYING).update(state=ImportState.DONE)

    monkeypatch.setattr("leads.management.commands.import_leads.time.sleep", worker_finishes)
    facts, _ = run(sheet, "--campaign", "05A Executive-Peer", "--wait")
    assert (facts["state"], facts["credits_used"]) == ("done", 0.0)


def test_the_acting_member_is_recorded(sheet: Path, member: Callable[..., Member]) -> None:
    run(sheet, "--campaign", "05A Executive-Peer", "--as", "operator@example.com")
    assert AuditEvent.objects.filter(action="import:started", actor__email="operator@example.com").exists()


def test_a_canary_loads_a_few_and_holds_the_rest(sheet: Path) -> None:
    facts, _ = run(sheet, "--campaign", "05A Executive-Peer", "--canary", "2", "--canary-hours", "48", "--wait")
    assert (facts["loaded"], facts["state"]) == (2, "verified")
    imported = Import.objects.get()
    stored = (imported.policy, imported.canary_rows, imported.canary_hours, imported.canary_sends, imported.canary_asks)
    assert stored == ("canary", 2, 48, 2, False)


@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--canary-hours", "5"], "--canary-hours, --canary-sends and --canary-ask need --canary N."),
        (["--canary-ask"], "--canary-hours, --canary-sends and --canary-ask need --canary N."),
        (["--canary", "2", "--canary-sends", "3"], "wait for no more e-mails than people loaded first."),
        (["--canary", "2", "--hold"], "Either hold everything or load a few first, not both."),
        (["--header-line", "99"], "The last line that is not blank is line "),
    ],
)
def test_options_that_contradict_each_other_are_refused_by_a_dry_run_too(
    sheet: Path, arguments: list[str], dry: list[str], words: str
) -> None:
    with pytest.raises(CommandError, match=re.escape(words)):
        run(sheet, "--campaign", "05A Executive-Peer", *arguments, *dry)
    assert not Import.objects.exists()


def asked(file: Path, *arguments: object) -> tuple[dict[str, Any], CommandError]:
    """Run the command where it asks; what it prints, and how it ends."""
    out = io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("import_leads", str(file), "--campaign", "05A Executive-Peer", "--json", *arguments, stdout=out)
    return json.loads(out.getvalue()), caught.value


@pytest.mark.parametrize(
    ("text", "asks", "answer"),
    [
        (
            "Contact owner email,Lead e-mail address\nrep@us.example.com,ada@firm.example.com\n",
            [{"what": "email", "choices": ["Lead e-mail address", "Contact owner email"]}],
            "Lead e-mail address=email",
        ),
        (
            "Email,Email\nada@firm.example.com,bo@firm.example.com\n",
            [{"what": "duplicate_columns", "choices": ["Email", "Email 2"]}],
            "Email 2=email",
        ),
        (
            "Email,Opt\nada@firm.example.com,yes\n",
            [{"what": "left_out", "choices": ["Opt=consent", "Opt=unsubscribed", "Opt=ignore"]}],
            "Opt=consent",
        ),
    ],
)
def test_it_asks_and_a_pair_answers(
    tmp_path: Path, media: Path, text: str, asks: list[dict[str, Any]], answer: str
) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text)
    facts, error = asked(path)
    assert (facts["asks"], facts["rows"], facts["import_id"], error.returncode) == (asks, 0, None, 2)
    assert "\n" not in str(error)
    assert not Import.objects.exists()
    assert list((media / "imports").iterdir()) == []
    facts, _ = run(path, "--campaign", "05A Executive-Peer", "--map", answer, "--dry-run")
    assert (facts["ok"], facts["asks"], facts["mapped_by"]) == (1, [], "you")


def test_people_whom_the_file_marks_are_counted_and_not_loaded(tmp_path: Path, control: SandboxControl) -> None:
    path = tmp_path / "x.csv"
    path.write_text(
        "Email,Unsubscribed,Do not mail,Bounced\na@firm.example.com,yes,,\nb@firm.example.com,no,x,\n"
        "c@firm.example.com,,,TRUE\nd@firm.example.com,no,,FALSE\n"
    )
    facts, _ = run(path, "--campaign", "05A Executive-Peer", "--wait")
    marked = {"marked_unsubscribed": 1, "marked_do_not_mail": 1, "marked_bounced": 1}
    assert (facts["left_out"], facts["skipped"], facts["loaded"]) == (marked, marked, 1)
    loaded = control.leads_in(Campaign.objects.get(name="05A Executive-Peer").remote_id)
    assert "d@firm.example.com" in loaded
    assert not {f"{letter}@firm.example.com" for letter in "abc"} & set(loaded)


def test_a_claim_of_the_file_is_no_receipt(tmp_path: Path, control: SandboxControl) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Email,status,verified_at\ninvalid.x@firm.example.com,valid,2026-11-20\n")
    facts, _ = run(path, "--campaign", "05A Executive-Peer", "--wait")
    assert (facts["loaded"], facts["rejected"], facts["credits_used"]) == (0, {"invalid": 1}, 0.25)


def test_how_a_file_is_read_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes("Mail\nEmail,Vorname\nx@firm.example.com,Łukasz\n".encode("cp1250"))
    facts, _ = run(
        path, "--campaign", "05A Executive-Peer", "--dry-run", "--encoding", "Windows-1250", "--header-line", "2"
    )
    assert (facts["encoding"], facts["header_line"], facts["sheet"], facts["ok"]) == ("cp1250", 2, "", 1)


def test_an_open_question_about_the_file_is_printed_with_its_choices(tmp_path: Path, media: Path) -> None:
    leads = [["Email"], ["x@firm.example.com"]]
    path = write_pages(
        tmp_path / "x.xlsx", [Page("North", leads), Page("South", leads), Page("Old", leads, state="hidden")]
    )
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(
        CommandError, match=r"Several sheets have leads: “North”, “South”\. Choose one \(--sheet\)"
    ) as one:
        call_command("import_leads", str(path), "--campaign", "05A Executive-Peer", "--json", stdout=out, stderr=err)
    facts = json.loads(out.getvalue())
    assert (one.value.returncode, facts["asks"]) == (2, [{"what": "sheet", "choices": ["North", "South"]}])
    assert (facts["sheet"], facts["header_line"]) == (None, None)
    assert not Import.objects.exists()
    assert list((media / "imports").iterdir()) == []
    for sheet in ("South", "Old"):
        facts, _ = run(path, "--campaign", "05A Executive-Peer", "--dry-run", "--sheet", sheet)
        assert (facts["sheet"], facts["ok"], facts["asks"]) == (sheet, 1, [])


@pytest.mark.parametrize(
    ("answer", "left_out", "ok"),
    [
        ("unsubscribed", {"marked_unsubscribed": 2}, 1),
        ("objection", {"marked_do_not_mail": 1}, 2),
        ("ignore", {}, 3),
    ],
)
def test_an_answer_about_unclear_words_still_leaves_out_a_clear_yes(
    tmp_path: Path, answer: str, left_out: dict[str, int], ok: int
) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Email,Opt-out\na@a.example.com,TRUE\nb@b.example.com,FALSE\nc@c.example.com,maybe\n")
    with pytest.raises(CommandError, match="says “maybe”, which is neither yes nor no") as asked:
        run(path, "--campaign", "05A Executive-Peer", "--dry-run")
    assert asked.value.returncode == 2
    facts, _ = run(path, "--campaign", "05A Executive-Peer", "--dry-run", "--map", f"Opt-out={answer}")
    assert (facts["left_out"], facts["ok"]) == (left_out, ok)


def test_a_file_goes_into_a_lead_list(sheet: Path, control: SandboxControl, workspace: Workspace) -> None:
    made = client_for(workspace).lead_lists.create("Autumn fair")
    facts, _ = run(sheet, "--list", "Autumn fair", "--wait")
    assert (facts["loaded"], facts["rejected"], facts["reconciled"]) == (5, {"invalid": 1, "catch_all": 1}, True)
    imported = Import.objects.get()
    assert (imported.campaign, imported.lead_list and imported.lead_list.remote_id) == (None, made.remote_id)
    control.advance(60)
    again, _ = run(sheet, "--list", made.remote_id, "--dry-run")
    assert again["skipped"]["in_list"] == 5


def test_a_list_that_is_not_there_or_a_campaign_beside_it_is_refused(sheet: Path) -> None:
    with pytest.raises(CommandError, match=r"There is no lead list named Nowhere\. Give its id at Instantly\."):
        run(sheet, "--list", "Nowhere")
    with pytest.raises((CommandError, SystemExit)):
        run(sheet, "--list", "Nowhere", "--campaign", "05A Executive-Peer")
    assert not Import.objects.exists()
