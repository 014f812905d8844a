"""`manage.py import_leads FILE --campaign NAME_OR_ID …`: the import page on the command line."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, ClassVar

import redis
from django.core.files import File

from campaigns.errors import CampaignError
from campaigns.incident_kinds import AFTER_A_FLIP
from campaigns.mirror.sync import find_campaign
from campaigns.models import Campaign
from campaigns.sending.loading import LoadEffect
from iexdg.operations import heartbeat
from iexdg.operations.enqueue import enqueue
from iexdg.team.audit.models import Via
from iexdg.team.command_values import whole_number
from iexdg.team.commands import Outcome, PlainCommand, acting_member, add_member_argument
from iexdg.team.demo import DEMO_PEOPLE
from iexdg.team.models import Member
from iexdg.team.roles import Action, Role
from iexdg.ui.formatting import credit_words, plural
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError
from iexdg.workspaces.models import Workspace
from leads.errors import ImportStateError, LeadsError
from leads.importing.errors import Ask, OpenQuestionError, UnreadableFileError
from leads.importing.flagged import leave_out_flagged
from leads.importing.mapping import parse_pairs
from leads.importing.reading.encoding import encoding_named
from leads.importing.reading.shape import Shape
from leads.importing.sniffing import shape_in_words
from leads.importing.stage import shape_of
from leads.importing.upload import choose_columns, discard, store_upload
from leads.imports.counts import ImportCounts, counts_of
from leads.imports.drive import advance, has_open_work
from leads.imports.start_rules import marked_words, no_room_words, why_not_start
from leads.imports.verbs import chosen_policy, start
from leads.lists.mirror import find_list
from leads.lists.target import effect_of
from leads.loading.canary import CanaryPlan
from leads.models import Import, ImportState, LeadList, VerifyBy
from leads.tasks import advance_import
from leads.verification.prices import ways_to_verify

_POLL_EVERY_S = 0.3


class Command(PlainCommand):
    """The same functions, rules and audit events as the screens."""

    help = "Check a file of leads, verify every address, and load the valid ones into a campaign or a lead list."
    expected: ClassVar[tuple[type[Exception], ...]] = (LeadsError, WorkspaceError, CampaignError)

    def arguments(self, parser: ArgumentParser) -> None:
        """File, campaign, columns, policy, and whether to wait."""
        parser.add_argument("file", help="CSV, .xlsx or .ods with a header line")
        place = parser.add_mutually_exclusive_group(required=True)
        place.add_argument("--campaign", default="", metavar="NAME", help="campaign: name or remote id")
        place.add_argument("--list", default="", metavar="NAME", help="lead list, to which no one writes: name or id")
        parser.add_argument(
            "--map", action="append", default=[], metavar="COLUMN=FIELD", help="the field of a column; can be repeated"
        )
        parser.add_argument("--sheet", default="", metavar="NAME", help="sheet of a workbook, also a hidden one")
        parser.add_argument("--encoding", default="", metavar="NAME", help="encoding of a text file, such as cp1250")
        parser.add_argument(
            "--header-line",
            type=whole_number(1, 99_999_999),
            default=0,
            metavar="N",
            help="line of the column names, from 1",
        )
        self.start_arguments(parser)

    def start_arguments(self, parser: ArgumentParser, *, names_member: bool = False) -> None:
        """What starting an import asks for, wherever its people come from."""
        parser.add_argument(
            "--verify-by",
            choices=VerifyBy.values,
            default=VerifyBy.ADDRESS.value,
            help="one by one (address), or in temporary lists of up to 1,000 (list); --dry-run prints both prices",
        )
        parser.add_argument("--accept-catch-all", action="store_true", help="load catch-all addresses too")
        parser.add_argument(
            "--accept-go-live-change", action="store_true", help="load although that ends or changes a go-live"
        )
        parser.add_argument(
            "--accept-no-room", action="store_true", help="start although the plan has no room for everyone"
        )
        marked = parser.add_mutually_exclusive_group()
        marked.add_argument(
            "--leave-out-marked", action="store_true", help="leave out people whom any column calls unsubscribed"
        )
        marked.add_argument("--accept-marked", action="store_true", help="load them all the same")
        parser.add_argument("--hold", action="store_true", help="hold verified rows until the go-live is approved")
        parser.add_argument(
            "--canary", type=whole_number(1, 1000), metavar="N", help="load N people first, the rest if no one bounced"
        )
        parser.add_argument(
            "--canary-hours",
            type=whole_number(0, 720),
            metavar="H",
            help="hours after the go-live before the rest (default 24)",
        )
        parser.add_argument(
            "--canary-sends",
            type=whole_number(1, 1000),
            metavar="M",
            help="first e-mails without a bounce before the rest (default N)",
        )
        parser.add_argument("--canary-ask", action="store_true", help="hold the rest until a person resumes the import")
        parser.add_argument("--dry-run", action="store_true", help="check and count only; nothing is spent or stored")
        parser.add_argument("--wait", action="store_true", help="wait until only the settle watch is left")
        add_member_argument(parser, required=names_member)

    def work(self, **options: Any) -> Outcome:
        """Upload, map and check the file; then print the price (dry run), or start the import and optionally wait."""
        workspace, canary = current_workspace(), _canary(options)
        member = _member(options, workspace)
        imported = self.stored(workspace, member, options)
        try:
            chosen_policy(imported, hold=options["hold"], canary=canary)
            self.checked(imported, member, options)
            if options["leave_out_marked"] and marked_words(imported):
                leave_out_flagged(imported, ["marked"], by=member, via=Via.CLI)
            imported.verify_by = options["verify_by"]
            if options["dry_run"]:
                return _dry_run(imported, member, options)
            if refusal := why_not_start(imported, counts_of(imported)):
                # Before the questions: an answer to them would not help.
                raise ImportStateError(refusal)
            effect = effect_of(imported)
            _require_accepted(imported, effect, options)
            start(
                imported,
                by=member,
                hold=options["hold"],
                canary=canary,
                accept_catch_all=options["accept_catch_all"],
                accept_no_room=options["accept_no_room"],
                accept_marked=options["accept_marked"],
                verify_by=options["verify_by"],
                shown=effect.code,
                via=Via.CLI,
            )
        except OpenQuestionError as error:
            return _asked(imported, member, error)
        except (LeadsError, WorkspaceError):
            # Nothing was spent: remove the import, so that the next run starts fresh.
            discard(imported, by=member, via=Via.CLI)
            raise
        enqueue(advance_import, imported.pk)
        if options["wait"]:
            self._wait(imported)
        return self._outcome(imported)

    def stored(self, workspace: Workspace, member: Member, options: dict[str, Any]) -> Import:
        """The import of the file that was named. Raises: LeadsError, UnreadableFileError - there is none then."""
        if options["list"]:
            into: Campaign | LeadList = find_list(workspace, options["list"])
        else:
            into = find_campaign(workspace, options["campaign"])
        return _upload(Path(options["file"]), into, member, _wanted(options))

    def checked(self, imported: Import, member: Member, options: dict[str, Any]) -> None:
        """Choose the columns and check every line. Raises: LeadsError - the check failed."""
        _check(imported, options["map"], member)

    def _wait(self, imported: Import) -> None:
        """Wait for the worker of the running product; without one, process the import here."""
        while has_open_work(imported):
            if _worker_is_alive() or not advance(imported.pk, slice_s=2.0):
                time.sleep(_POLL_EVERY_S)
            else:
                time.sleep(0.05)
            imported.refresh_from_db()
            if self.stderr.isatty():
                counts = counts_of(imported)
                line = f"{imported.state_label}: {counts.answered} answered, {counts.loaded} loaded"
                self.stderr.write(f"\r{line}, {counts.open_total} open   ", ending="")
        if self.stderr.isatty():
            self.stderr.write("")

    def _outcome(self, imported: Import) -> Outcome:
        imported.refresh_from_db()
        counts = counts_of(imported)
        if counts.flips:
            self.stderr.write(
                f"{imported.into} turned active by itself and was paused; "
                f"{counts.ready:,} verified rows are held. {AFTER_A_FLIP}"
            )
        return Outcome(counts.as_json(), _words(imported, counts), _failure(imported, counts))


def _canary(options: dict[str, Any]) -> CanaryPlan | None:
    """Raises: LeadsError - something is said about a canary that is not asked for; it would be left unsaid."""
    rows, hours, sends = options["canary"], options["canary_hours"], options["canary_sends"]
    if rows is None:
        if hours is not None or sends is not None or options["canary_ask"]:
            raise LeadsError("--canary-hours, --canary-sends and --canary-ask need --canary N. Nothing was started.")
        return None
    hours = CanaryPlan().hours if hours is None else hours
    return CanaryPlan(rows, hours, rows if sends is None else sends, options["canary_ask"])


def _member(options: dict[str, Any], workspace: Workspace) -> Member:
    """The acting member: the one named, or the demo operator when running against the sandbox."""
    if options["acting"] is None:
        if not workspace.is_sandbox:
            raise LeadsError("Name the acting member: add --as with the e-mail address they sign in with.")
        operators = [email for email, (_, role) in DEMO_PEOPLE.items() if role == Role.OPERATOR]
        options = {**options, "acting": operators[0]}
    return acting_member(options, Action.IMPORT)


def _wanted(options: dict[str, Any]) -> Shape:
    """How the file is to be read, as far as the options say it.

    Raises: UnreadableFileError - no such encoding, or a line before the first.
    """
    if options["header_line"] < 0:
        raise UnreadableFileError("--header-line counts lines from 1", "Name the line of the column names")
    encoding = encoding_named(options["encoding"]) if options["encoding"] else ""
    return Shape(encoding, sheet=options["sheet"], header_line=options["header_line"])


def _upload(path: Path, into: Campaign | LeadList, member: Member, wanted: Shape) -> Import:
    try:
        with path.open("rb") as file:
            return store_upload(
                File(file, name=path.name),
                campaign=into if isinstance(into, Campaign) else None,
                lead_list=into if isinstance(into, LeadList) else None,
                by=member,
                via=Via.CLI,
                wanted=wanted,
            )
    except OSError as error:
        raise UnreadableFileError(
            f"the file {path.name} cannot be opened: {error.strerror}", "Check the path"
        ) from None


def _check(imported: Import, pairs: list[str], member: Member) -> None:
    """Set the mapping and check the file here; if a worker is already checking it, wait for that.

    Raises: LeadsError - the mapping is not valid, or the check failed.
    """
    mapping = parse_pairs(pairs, imported.header, imported.mapping)
    choose_columns(imported, mapping, by=member, by_hand=bool(pairs), via=Via.CLI)
    wait_for_check(imported)


def wait_for_check(imported: Import) -> None:
    """Check an import here; if a worker is already checking it, wait for that. Raises: LeadsError - it failed."""
    while imported.state == ImportState.CHECKING:
        if not advance(imported.pk):
            time.sleep(_POLL_EVERY_S)
        imported.refresh_from_db()
    if imported.state != ImportState.MAPPED:
        raise LeadsError(imported.error or "The check did not finish. Try again.")


def _require_accepted(imported: Import, effect: LoadEffect, options: dict[str, Any]) -> None:
    """Ask what the page asks before it starts.

    Raises: OpenQuestionError - there is something to ask; nothing was started.
    """
    if asks := _open_asks(imported, effect, options):
        raise OpenQuestionError(asks)


def _open_asks(imported: Import, effect: LoadEffect, options: dict[str, Any]) -> list[Ask]:
    """What is to be accepted: loading changes a go-live, a column calls people unsubscribed, the plan has no room."""
    asks = []
    if effect.holds_by_default and not options["hold"] and not options["accept_go_live_change"]:
        hint = "Add --hold to load no one now, or --accept-go-live-change to load all the same."
        choices = ["--hold", "--accept-go-live-change"]
        asks.append(Ask("go_live", choices, say=f"{imported.into}: {effect.words}", hint=hint))
    asks += _ask_about_marked(imported, options)
    words = no_room_words(imported, counts_of(imported))
    if words and not options["accept_no_room"]:
        split = "move fewer people with --filter" if imported.is_move else "split the file"
        asks.append(Ask("plan_room", ["--accept-no-room"], say=words, hint=f"Add --accept-no-room, or {split}."))
    return asks


def _ask_about_marked(imported: Import, options: dict[str, Any]) -> list[Ask]:
    words, choices = marked_words(imported), ["--leave-out-marked", "--accept-marked"]
    if not words or options["accept_marked"]:
        return []
    return [Ask("marked", choices, say=words, hint=f"Add {' or '.join(choices)}.")]


def _asks_as_json(asks: list[Ask]) -> list[dict[str, object]]:
    return [{"what": ask.what, "choices": ask.choices} for ask in asks]


def _asked(imported: Import, member: Member, error: OpenQuestionError) -> Outcome:
    """The questions to answer first; the import is removed, nothing was staged."""
    facts = {**counts_of(imported).as_json(), "import_id": None, "asks": _asks_as_json(error.asks)}
    discard(imported, by=member, via=Via.CLI)
    return Outcome(facts, "", str(error), failure_code=2)


def _dry_run(imported: Import, member: Member, options: dict[str, Any]) -> Outcome:
    """The numbers of the preview; the import is removed afterwards."""
    counts = counts_of(imported)
    ways = ways_to_verify(counts.to_ask)
    asks = _asks_as_json(_ask_about_marked(imported, options))
    facts = {**counts.as_json(), "import_id": None, "asks": asks}
    stops = _what_stops(imported, counts)
    facts["remarks"] = [*facts["remarks"], *stops]
    # The file of a move was written here: no one has to know how it is read.
    read_as = "" if imported.is_move else f" Read as {shape_in_words(shape_of(imported))}."
    prices = "; ".join(
        f"{way.label}: at most {credit_words(way.credits)} credits, about {plural(way.calls, 'request')}, "
        f"about {plural(way.minutes, 'minute')}"
        for way in ways
    )
    words = (
        f"Dry run: {_words(imported, counts)}{read_as} Verifying {prices}. Nothing was spent and nothing was stored."
    )
    discard(imported, by=member, via=Via.CLI)
    return Outcome(facts, " ".join([words, *stops]))


def _what_stops(imported: Import, counts: ImportCounts) -> list[str]:
    """What a real run would refuse or ask about after the check, as sentences."""
    if refusal := why_not_start(imported, counts):
        return [f"It cannot be started now: {refusal}"]
    effect = effect_of(imported).words
    asked = [f"{imported.into}: {effect}" if effect else "", no_room_words(imported, counts), marked_words(imported)]
    return [words for words in asked if words]


def _worker_is_alive() -> bool:
    try:
        age = heartbeat.heartbeat_age(heartbeat.worker_name("bulk"))
    except (redis.RedisError, OSError):
        return False
    return age is not None and age < heartbeat.LIMIT_S


def _words(imported: Import, counts: ImportCounts) -> str:
    parts = [
        plural(counts.rows, *(("person", "people") if imported.is_move else ("line",))),
        f"{counts.skipped_total:,} skipped",
        f"{counts.rejected_total:,} refused",
        f"{counts.loaded:,} loaded",
        f"{counts.unknown:,} unknown",
        f"{counts.failed_total:,} not loaded",
        f"{counts.open_total:,} open",
    ]
    money = f"{counts.credits_used} of {counts.credits_needed} credits used"
    return f"{imported.file_name} ({imported.state_label.lower()}): {', '.join(parts)}; {money}."


def _failure(imported: Import, counts: ImportCounts) -> str:
    """The failure message; refused leads and a flip that was caught are not failures."""
    here = f"See import {imported.pk} in the dashboard."
    if imported.state == ImportState.FAILED:
        return f"The import failed: {imported.error} {here}"
    if imported.state == ImportState.STOPPED and not counts.flips:
        return f"The import was stopped: {imported.stop_reason.rstrip('.') or 'by a person'}. {here}"
    if not counts.reconciled and not has_open_work(imported):
        return f"The load does not add up yet, so the go-live stays locked. {here}"
    return ""
