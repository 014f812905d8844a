"""Trying an automation: a dry run that only reads, a test step that makes one example contact, and its clean-up."""

from dataclasses import dataclass

from campaigns.models import Campaign
from iexdg.clients.gohighlevel import GoHighLevelClient
from iexdg.clients.gohighlevel.contacts import Contact
from iexdg.crm.actions import CONTACT, FIXED, Event
from iexdg.crm.automations import note_test
from iexdg.crm.carry_out import carry_out
from iexdg.crm.client import client_for
from iexdg.crm.errors import CrmRefusedError
from iexdg.crm.events import last_events
from iexdg.crm.ledger import record_cleanup, record_event, skip
from iexdg.crm.models import Automation, EntryState, LedgerEntry
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.workspaces.connected import require_write_mode
from iexdg.workspaces.killswitch import STOPPED_WORDS, is_stopped

MOST_EVENTS = 50
_ENDED = "The test step ended before it."
# Reserved for fiction: nobody has this number. Source: North American Numbering Plan, 555-0100 to 555-0199.
_EXAMPLE = {
    "firstName": "Test",
    "lastName": "Contact",
    "phone": "+12025550143",
    "companyName": "Example Company",
}


@dataclass(frozen=True)
class DryLine:
    """One event of a dry run. Shapes: verb - "create" or "update"."""

    event: Event
    verb: str


@dataclass(frozen=True)
class DryRun:
    """What an automation would have done with the last events."""

    lines: tuple[DryLine, ...]

    @property
    def creates(self) -> int:
        """How many contacts it would create."""
        return sum(line.verb == "create" for line in self.lines)

    @property
    def updates(self) -> int:
        """How many contacts it would update."""
        return len(self.lines) - self.creates


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
    client = client_for(automation.workspace)
    known: dict[str, bool] = {}
    lines = []
    for event in last_events(automation, max(1, min(last, MOST_EVENTS))):
        if event.lead not in known:
            known[event.lead] = client.contacts.find_contact(email=event.lead) is not None
        lines.append(DryLine(event, "update" if known[event.lead] else "create"))
        known[event.lead] = True
    return DryRun(tuple(lines))


def run_test(automation: Automation, *, by: Member, via: str | None = None) -> TestResult:
    """Carry out every action with an example contact, really, by the ledger.

    Raises: NotAllowedError, ObserveModeError, CrmError, StoredConnectionError - nothing was sent. ClientError - the CRM
        could not be asked whether the example contact is there already; nothing was written.
    """
    client = _client(automation, by)
    event = _example(automation)
    _require_free(automation, client, event)
    record_event(automation, event)
    entries = _entries(automation, event)
    for entry in entries:
        carry_out(entry, client)
        entry.refresh_from_db()
        if entry.state != EntryState.DONE:
            break
    for entry in entries:
        skip(entry, _ENDED)
    result = TestResult(tuple(_entries(automation, event)))
    made = next((one for one in result.entries if one.kind == CONTACT and one.state == EntryState.DONE), None)
    is_ours = made is not None and made.answer.get("is_new") is True
    note_test(automation, contact_id=made.remote_id if made and is_ours else None, has_passed=result.has_passed)
    words = f"The test step of {automation} {'passed' if result.has_passed else 'did not pass'}"
    record("crm:automation:tested", words, subject=_subject(automation), by=by, via=via)
    return result


def clean_up(automation: Automation, *, by: Member, via: str | None = None) -> LedgerEntry:
    """Delete the contact that the test step made, and no other.

    Returns the entry of the ledger; its answer says `gone_already` where someone else had deleted it.
    Raises: NotAllowedError, ObserveModeError, CrmError, StoredConnectionError, ClientError - nothing was deleted.
    """
    client = _client(automation, by)
    if not automation.test_contact:
        raise CrmRefusedError(f"There is no test contact of {automation} to delete.")
    entry = record_cleanup(automation, automation.test_contact, _address(automation))
    carry_out(entry, client)
    entry.refresh_from_db()
    if entry.state != EntryState.DONE:
        raise CrmRefusedError(f"The test contact could not be deleted. {entry.error}")
    note_test(automation, contact_id="", has_passed=False)
    words = f"The test contact of {automation} was deleted"
    record("crm:automation:cleaned_up", words, subject=_subject(automation), by=by, via=via)
    return entry


def _client(automation: Automation, by: Member) -> GoHighLevelClient:
    require(by, Action.CONNECT, automation.workspace)
    require_write_mode(automation.workspace)
    if is_stopped(automation.workspace):
        raise CrmRefusedError(STOPPED_WORDS)
    return client_for(automation.workspace)


def _example(automation: Automation) -> Event:
    tests = LedgerEntry.objects.filter(automation=automation, event__startswith="test:", number=1).count()
    sources = [source for source in automation.field_map.values() if not source.startswith(FIXED)]
    variables = dict.fromkeys(sources, "Example") | _EXAMPLE | {"email": _address(automation)}
    return Event(
        key=f"test:{automation.version}:{tests + 1}",
        lead=_address(automation),
        campaign=_example_campaign(automation),
        variables=variables,
        text="This is the reply of a test step. No person wrote it.",
    )


def _example_campaign(automation: Automation) -> Campaign | None:
    """The campaign of the last real event, else the first by name."""
    for event in last_events(automation, 1):
        return event.campaign
    campaigns = Campaign.objects.filter(workspace=automation.workspace, vanished_at__isnull=True)
    if automation.filter.get("campaigns"):
        campaigns = campaigns.filter(pk__in=automation.filter["campaigns"])
    return campaigns.order_by("name", "pk").first()


def _require_free(automation: Automation, client: GoHighLevelClient, event: Event) -> None:
    """Raises: CrmRefusedError - a contact that no test step made would be changed."""
    phone = str(event.variables["phone"]) if "phone" in automation.field_map else ""
    found: list[Contact | None] = [client.contacts.find_contact(email=event.lead)]
    found.append(client.contacts.find_contact(phone=phone) if phone else None)
    if any(one is not None and one.remote_id != automation.test_contact for one in found):
        raise CrmRefusedError(
            f"The CRM has a contact with the example's address ({event.lead}) or number ({phone}) that this test step "
            "did not make. Delete it there, or clean up the other automation's test, then try again."
        )


def _entries(automation: Automation, event: Event) -> list[LedgerEntry]:
    found = LedgerEntry.objects.filter(automation=automation, event=event.key)
    return list(found.select_related("workspace").order_by("number"))


def _address(automation: Automation) -> str:
    return f"automation-{automation.pk}-test@example.com"


def _subject(automation: Automation) -> str:
    return f"crm:{automation.workspace_id}"
