import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from iexdg.incidents.facts import Fact, facts_of
from iexdg.incidents.kinds import IncidentKind, declared_kinds
from iexdg.incidents.management.commands import runbook as command
from iexdg.incidents.markdown import Block, Piece, anchor_of, blocks_of, pieces_of
from iexdg.incidents.runbook import RunbookError, runbook, with_kinds
from iexdg.workspaces.models import Workspace


@pytest.mark.parametrize("kind", declared_kinds(), ids=str)
def test_every_kind_has_a_paragraph_in_the_runbook(kind: IncidentKind) -> None:
    blocks = runbook()
    places = [number for number, block in enumerate(blocks) if block.anchor == kind.code]
    assert len(places) == 1
    words = blocks[places[0] + 1].lines[0]
    assert words[0].kind == "bold"
    assert words[0].text.rstrip(".").lower() == kind.label.lower()
    assert len(words) > 1


def run(*args: str) -> str:
    out = io.StringIO()
    call_command("runbook", *args, stdout=out)
    return out.getvalue().strip()


def test_the_file_has_what_the_apps_declare() -> None:
    assert run() == "docs/runbook.md is up to date."


def test_the_command_writes_what_is_missing_and_leaves_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "runbook.md"
    file.write_text("# Runbook\n\n<!-- kinds: x -->\n### gone\n<!-- end of kinds -->\n\n## Restart\n", "utf-8")
    monkeypatch.setattr(command, "RUNBOOK", file)
    with pytest.raises(CommandError, match=r"out of date. Run `manage.py runbook --write`"):
        run()
    assert run("--write") == "docs/runbook.md was written."
    assert run() == "docs/runbook.md is up to date."
    written = file.read_text("utf-8")
    assert written.startswith("# Runbook\n\n<!-- kinds: x -->\n\n### flip\n\n**Turned active by itself.** Adding")
    assert written.endswith("\n\n<!-- end of kinds -->\n\n## Restart\n")
    assert "### gone\n" not in written
    assert max(map(len, written.splitlines())) <= 120


@pytest.mark.parametrize("document", ["# Runbook\n", 2 * "<!-- kinds: x -->\n<!-- end of kinds -->\n"])
def test_a_document_without_one_place_for_the_kinds_is_refused(document: str) -> None:
    with pytest.raises(RunbookError, match="once each"):
        with_kinds(document)


def test_the_runbook_is_shown_in_the_dashboard(web: Callable[..., Client], workspace: Workspace) -> None:
    html = web("viewer").get("/w/demo/runbook/").content.decode()
    for kind in declared_kinds():
        assert f'id="{kind.code}"' in html
    assert "<code>manage.py doctor</code>" in html
    assert "**" not in html
    assert "kinds:" not in html


def test_a_line_is_split_into_its_pieces() -> None:
    assert pieces_of("Press **Pause**, run `x` or [read](#flip).") == (
        Piece("text", "Press "),
        Piece("bold", "Pause"),
        Piece("text", ", run "),
        Piece("code", "x"),
        Piece("text", " or "),
        Piece("link", "read", "#flip"),
        Piece("text", "."),
    )


@pytest.mark.parametrize("url", ["javascript:alert", "http://example.com", "../README.md", "//example.com"])
def test_a_link_that_leads_out_of_the_document_is_only_words(url: str) -> None:
    assert pieces_of(f"[read]({url})") == (Piece("text", "read"),)


def test_a_document_is_split_into_blocks() -> None:
    found = blocks_of("# A\n\n<!-- no -->\n\none\ntwo\n\n- x\n  y\n- z\n\n| h |\n|---|\n| c |\n\n```\na\n\nb\n```\n")
    assert [block.kind for block in found] == ["heading", "paragraph", "list", "table", "code"]
    assert found[1] == Block("paragraph", ((Piece("text", "one two"),),))
    assert found[2].lines == ((Piece("text", "x y"),), (Piece("text", "z"),))
    assert (found[3].header, found[3].rows) == (((Piece("text", "h"),),), (((Piece("text", "c"),),),))
    assert found[4].text == "a\n\nb"


@pytest.mark.parametrize(
    ("heading", "anchor"), [("Restart, update, move", "restart-update-move"), ("go_live_failed", "go_live_failed")]
)
def test_anchors_are_those_of_code_hosts(heading: str, anchor: str) -> None:
    assert anchor_of(heading) == anchor


@pytest.mark.parametrize(
    ("name", "value", "fact"),
    [
        ("seconds_to_pause", 4.2, Fact("From flip to pause", "4.2 s")),
        ("seen_after_s", 90.0, Fact("From flip to detection", "1 min")),
        ("sent_meanwhile", None, Fact("Sent meanwhile", "unknown")),
        ("sent_meanwhile", 1204, Fact("Sent meanwhile", "1,204")),
        ("confirmed", True, Fact("Pause read back", "yes")),
        ("leads_now", 0, Fact("Leads now", "0")),
        ("counts", {"uploaded": 3}, Fact("Counts", lines=("uploaded: 3",))),
        (
            "differences",
            [{"what": "Subject", "before": "Hi", "after": ""}],
            Fact("Differences", lines=("Subject: Hi → nothing",)),
        ),
    ],
)
def test_numbers_are_said_in_words(name: str, value: object, fact: Fact) -> None:
    assert facts_of({name: value}) == [fact]


def test_times_are_times_and_numbers_of_rows_are_left_out() -> None:
    (fact,) = facts_of({"seen_at": "2026-11-22T09:41:20+00:00", "request": 12})
    assert fact.at is not None
    assert fact.at.isoformat() == "2026-11-22T09:41:20+00:00"
