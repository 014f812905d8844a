"""Trying an automation: a dry run that only reads, a test step that makes one example contact, and its clean-up.

A test step notifies nobody but the person who runs it, and suppresses nobody: of these nothing is left to clean up.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from campaigns.models import Campaign
from iexdg.clients.gohighlevel import GoHighLevelClient
from iexdg.clients.gohighlevel.contacts import Contact
from iexdg.clients.http.errors import NotFoundError, ValidationError
from iexdg.crm.actions import CONTACT, DELETE, FIXED, NOTIFY, OWN, SUPPRESS, Event, fields_of
from iexdg.crm.automations import begin_test, end_test, note_test
from iexdg.crm.carry_out import carry_out
from iexdg.crm.client import client_for
from iexdg.crm.errors import CrmRefusedError
from iexdg.crm.events import last_events
from iexdg.crm.examples import example_address, example_variables
from iexdg.crm.ledger import record_cleanup, record_event, skip
from iexdg.crm.models import Automation, EntryState, LedgerEntry
from iexdg.crm.own_actions import carry_out_own
from iexdg.crm.rules import needs_crm
from iexdg.crm.workflows import require_published
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.ui.formatting import plural
from iexdg.workspaces.connected import require_write_mode
from iexdg.workspaces.killswitch import STOPPED_WORDS, is_stopped
from leads.blocklist.mirror import blocked_among

MOST_EVENTS = 50
_ENDED = "The test step ended before it."
_NOT_OURS = "GoHighLevel does not say that the test step made this contact, so nothing else was done. Look at it there."


@dataclass(frozen=True)
class DryLine:
    """One event of a dry run. Shapes: verb - "create" or "update" of its contact, "act" where it needs none."""

    event: Event
    verb: str


@dataclass(frozen=True)
class DryRun:
    """What an automation would have done with the last events.

    Shapes: notifies - how many messages to people; suppresses - how many addresses that are on no list yet.
    """

    lines: tuple[DryLine, ...]
    notifies: int = 0
    suppresses: int = 0

    @property
    def creates(self) -> int:
        """How many contacts it would create."""
        return sum(line.verb == "create" for line in self.lines)

    @property
    def updates(self) -> int:
        """How many contacts it would update."""
        return sum(line.verb == "update" for line in self.lines)

    @property
    def words(self) -> str:
        """What it would do, in a sentence."""
        parts = [f"create {plural(self.creates, 'contact')}"] if self.creates else []
        parts += [f"update {plural(self.updates, 'contact')}"] if self.updates else []
        parts += [f"send {plural(self.notifies, 'notification')}"] if self.notifies else []
        parts += [f"suppress {plural(self.suppresses, 'address', 'addresses')}"] if self.suppresses else []
        if not parts:
            return "It would do nothing."
        return f"It would {' and '.join(filter(None, [', '.join(parts[:-1]), parts[-1]]))}."


@dataclass(frozen=True)
class TestResult:
    """What a test step came to, action by action."""

    entries: tuple[LedgerEntry, ...]

    @property
    def has_passed(self) -> bool:
        """Whether every action was done."""
        return bool(self.entries) and all(entry.state == EntryState.DONE for entry in self.entries)


def dry_run(automation: Automation, last: int) -> DryRun:
    """Look up the people of the last events in the CRM; nothing is written.

    Raises: CrmError, StoredConnectionError, ClientError - they could not be looked up.
    """
    events = last_events(automation, max(1, min(last, MOST_EVENTS)))
    kinds = [action["kind"] for action in automation.actions]
    return DryRun(
        tuple(_looked_up(automation, events) if needs_crm(automation.actions) else _acting(events)),
        notifies=len(events) * kinds.count(NOTIFY),
        suppresses=len(_not_blocked(automation, events)) if SUPPRESS in kinds else 0,
    )


def _looked_up(automation: Automation, events: list[Event]) -> Iterator[DryLine]:
    client = client_for(automation.workspace)
    known: dict[str, bool] = {}
    for event in events:
        # What is sent decides: the field map may take the address from another variable.
        email = str(fields_of(automation.field_map, event.variables).get("email") or event.lead)
        if email not in known:
            known[email] = client.contacts.find_contact(email=email) is not None
        yield DryLine(event, "update" if known[email] else "create")
        known[email] = True


def _acting(events: list[Event]) -> Iterator[DryLine]:
    for event in events:
        yield DryLine(event, "act")


def _not_blocked(automation: Automation, events: list[Event]) -> set[str]:
    people = {event.lead for event in events}
    return people - set(blocked_among(automation.workspace_id, people))


def run_test(automation: Automation, *, by: Member, via: str | None = None) -> TestResult:
    """Carry out every action with an example contact, really, by the ledger; see the module for notify and suppress.

    Raises: NotAllowedError, ObserveModeError, CrmError, StoredConnectionError - nothing was sent. ClientError - the CRM
        could not be asked whether the example contact is there and the workflow is published; nothing was written.
    """
    _require_may_test(automation, by)
    client = client_for(automation.workspace) if needs_crm(automation.actions) else None
    if not begin_test(automation):
        raise CrmRefusedError(f"A test step of {automation} runs already. Look at it again in a moment.")
    try:
        return _tested(automation, client, by=by, via=via)
    finally:
        end_test(automation)


def _tested(automation: Automation, client: GoHighLevelClient | None, *, by: Member, via: str | None) -> TestResult:
    event = _example(automation, by)
    if client is not None:
        _keep_contact_of_ended_test(automation, client)
        require_published(client, automation.actions, then="run the test step again")
        _require_free(automation, client, event)
    record_event(automation, event)
    _carry_out_each(automation, _entries(automation, event), client)
    result = TestResult(tuple(_entries(automation, event)))
    note_test(automation, contact_id=None, has_passed=result.has_passed)
    words = f"The test step of {automation} {'passed' if result.has_passed else 'did not pass'}"
    record("crm:automation:tested", words, subject=_subject(automation), by=by, via=via)
    return result


def _carry_out_each(automation: Automation, entries: list[LedgerEntry], client: GoHighLevelClient | None) -> None:
    """Carry them out in order up to the first that is not done; the others are left out."""
    why = _ENDED
    for entry in entries:
        if client is None or entry.kind in OWN:
            carry_out_own(entry)
        else:
            carry_out(entry, client)
        entry.refresh_from_db()
        if entry.state != EntryState.DONE:
            break
        if entry.kind == CONTACT and _has_made(entry):
            # At once: a process that dies later leaves a contact that can be cleaned up.
            note_test(automation, contact_id=entry.remote_id, has_passed=False)
        elif entry.kind == CONTACT and entry.remote_id != automation.test_contact:
            why = _NOT_OURS
            break
    for entry in entries:
        skip(entry, why)


def clean_up(automation: Automation, *, by: Member, via: str | None = None) -> LedgerEntry:
    """Delete the contact that the test step made, and no other.

    Returns the entry of the ledger; its answer says `gone_already` where someone else had deleted it.
    Raises: NotAllowedError, ObserveModeError, CrmError, StoredConnectionError, ClientError - nothing was deleted.
    """
    _require_may_test(automation, by)
    if not automation.test_contact:
        raise CrmRefusedError(f"There is no test contact of {automation} to delete.")
    client = client_for(automation.workspace)
    entry = record_cleanup(automation, automation.test_contact, example_address(automation))
    carry_out(entry, client)
    entry.refresh_from_db()
    if entry.state != EntryState.DONE:
        raise CrmRefusedError(f"The test contact could not be deleted. {entry.error}")
    note_test(automation, contact_id="", has_passed=False)
    words = f"The test contact of {automation} was deleted"
    record("crm:automation:cleaned_up", words, subject=_subject(automation), by=by, via=via)
    return entry


def _require_may_test(automation: Automation, by: Member) -> None:
    require(by, Action.CONNECT, automation.workspace)
    require_write_mode(automation.workspace)
    if is_stopped(automation.workspace):
        raise CrmRefusedError(STOPPED_WORDS)


def _example(automation: Automation, by: Member) -> Event:
    tests = LedgerEntry.objects.filter(automation=automation, event__startswith="test:", number=1).count()
    return Event(
        key=f"test:{automation.version}:{tests + 1}",
        lead=example_address(automation),
        campaign=_example_campaign(automation),
        variables=example_variables(automation),
        text="This is the reply of a test step. No person wrote it.",
        tester=by.pk,
        trigger=automation.trigger,
    )


def _example_campaign(automation: Automation) -> Campaign | None:
    """The campaign of the last real event, else the first by name."""
    for event in last_events(automation, 1):
        if event.campaign is not None:
            return event.campaign
    campaigns = Campaign.objects.filter(workspace=automation.workspace, vanished_at__isnull=True)
    if automation.filter.get("campaigns"):
        campaigns = campaigns.filter(pk__in=automation.filter["campaigns"])
    return campaigns.order_by("name", "pk").first()


def _require_free(automation: Automation, client: GoHighLevelClient, event: Event) -> None:
    """Check the address and the number that the test step sends, whatever they come from.

    Raises: CrmRefusedError - a contact that it did not make would be changed, or its own one would be lost.
    """
    sent = fields_of(automation.field_map, event.variables)
    found = {key: _holder(client, key, str(sent[key])) for key in ("email", "phone") if sent.get(key)}
    for key, holder in found.items():
        if holder is not None and holder.remote_id != automation.test_contact:
            raise CrmRefusedError(_not_free(automation, key, str(sent[key]), holder))
    # Another contact would be made then, and the clean-up would know that one alone.
    if next(iter(found.values()), None) is None and _is_there(client, automation.test_contact):
        raise CrmRefusedError(
            f"The test contact of {automation} has another address than the field map sends now: delete it here, then "
            "run the test step again."
        )


def _holder(client: GoHighLevelClient, key: str, value: str) -> Contact | None:
    try:
        return client.contacts.find_contact(**{key: value})
    except ValidationError:
        if key == "email":
            raise
        # It is no number for GoHighLevel, and the contact is saved without it.
        return None


def _is_there(client: GoHighLevelClient, contact_id: str) -> bool:
    try:
        return bool(contact_id) and client.contacts.get_contact(contact_id).remote_id == contact_id
    except NotFoundError:
        return False


def _not_free(automation: Automation, key: str, value: str, holder: Contact) -> str:
    """Say in a sentence which contact has an address or a number, and what to do."""
    names = (holder.name, " ".join(filter(None, [holder.first_name, holder.last_name])), holder.email)
    who = next((name for name in names if name), holder.remote_id)
    twin = Automation.objects.filter(workspace=automation.workspace_id, test_contact=holder.remote_id).first()
    if twin is not None:
        step = f"clean up the test of {twin}, then run the test step again"
    elif automation.field_map[key].startswith(FIXED):
        step = f"map {key} to a variable or to another text, or delete the contact there"
    else:
        step = "delete it there, then run the test step again"
    word = "address" if key == "email" else "number"
    return f"In the CRM the contact {who} has the {word} {value}, and this test step did not make it: {step}."


def _keep_contact_of_ended_test(automation: Automation, client: GoHighLevelClient) -> None:
    """Have the clean-up know the example contact of a test step that ended before it could keep it.

    Its process died, or the answer was lost after GoHighLevel had saved the contact. Before anything was sent the
    address was free (`_require_free`), and nobody else uses the example's: what has it now was made by that test step.
    An address that the field map fixes may be anybody's, so what has that one is left to a person.
    """
    if automation.test_contact:
        return
    ours = LedgerEntry.objects.filter(automation=automation, kind__in=(CONTACT, DELETE), attempts__gt=0)
    newest = ours.filter(Q(event__startswith="test:") | Q(event__startswith="cleanup:")).order_by("pk").last()
    if newest is None or newest.kind == DELETE or newest.state == EntryState.REFUSED:
        return
    if newest.state == EntryState.DONE:
        if _has_made(newest):
            note_test(automation, contact_id=newest.remote_id, has_passed=False)
        return
    found = client.contacts.find_contact(email=newest.lead) if _sends_own_address(newest) else None
    if found is not None and newest.remote_id in {"", found.remote_id}:
        note_test(automation, contact_id=found.remote_id, has_passed=False)


def _has_made(entry: LedgerEntry) -> bool:
    """Whether an entry of a test step made its contact.

    Where an answer was lost and it was sent again, the last answer says that it was not new. The example's address
    belongs to nobody else; a number without a country code may be read as that of somebody who has it with one.
    """
    has_clear_number = str(entry.request["fields"].get("phone", "+")).startswith("+")
    return entry.answer.get("is_new") is True or (_sends_own_address(entry) and has_clear_number)


def _sends_own_address(entry: LedgerEntry) -> bool:
    return bool(entry.request["fields"].get("email") == entry.lead)


def _entries(automation: Automation, event: Event) -> list[LedgerEntry]:
    found = LedgerEntry.objects.filter(automation=automation, event=event.key)
    return list(found.select_related("workspace", "automation").order_by("number"))


def _subject(automation: Automation) -> str:
    return f"crm:{automation.workspace_id}"
