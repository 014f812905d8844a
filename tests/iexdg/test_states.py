"""State tables: what is in the table moves, what is not is refused, and nothing moves from another state."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product

import pytest
from django.db.models import Model
from django.utils import timezone

from campaigns.models import Approval, GuardrailTrip, StatusRequest
from iexdg.analytics.models import WeeklyReport
from iexdg.blueprints.models import ApplyRequest, CampaignWrite
from iexdg.crm.models import Automation, LedgerEntry, UnmatchedReply
from iexdg.inbox.models import Reply, Thread
from iexdg.incidents.models import Incident, Notification
from iexdg.mailboxes.models import MailboxChange
from iexdg.rehearsals.models import Rehearsal
from iexdg.states import StateTable, has_come
from iexdg.supersearch.models import Enrichment, Search
from iexdg.team.models import Member
from iexdg.webhooks.models import Delivery
from iexdg.workspace_objects.models import ObjectChange
from iexdg.workspaces.models import Workspace
from leads.models import Batch, Import, ListVerification, PeopleChange, Receipt, Row, Suppression
from tests.campaigns import factories
from tests.leads.factories import checked_import
from tests.state_tables import TABLES, TableEntry

pytestmark = pytest.mark.django_db

LIGHT = StateTable("Light", starts=("red",), moves={"red": ("green",), "green": ("amber", "red"), "amber": ("red",)})


@pytest.fixture
def make(workspace: Workspace, member: Callable[..., Member]) -> Callable[[type[Model]], Model]:
    """make(Row) is a row that satisfies the database's constraints in each of its states."""
    now, by = timezone.now(), member("operator")
    campaign = factories.campaign(workspace)
    imported = checked_import(campaign, ["sam@firm.example.com"])

    def receipt() -> Receipt:
        return Receipt.objects.create(workspace=workspace, email="sam@firm.example.com", asked_at=now)

    def row() -> Row:
        Row.objects.update(receipt=receipt())
        return Row.objects.get()

    def trip() -> GuardrailTrip:
        return GuardrailTrip.objects.create(
            campaign=campaign, kind="credits", effect="paused", at=now, words="x", acknowledged_by=by, reason="seen"
        )

    made: dict[type[Model], Callable[[], Model]] = {
        Import: lambda: imported,
        Row: row,
        Batch: lambda: Batch.objects.create(imported=imported, number=1, size=1, planned_at=now),
        Receipt: receipt,
        Suppression: lambda: Suppression.objects.create(workspace=workspace, value="example.com", is_domain=True),
        PeopleChange: lambda: PeopleChange.objects.create(
            workspace=workspace, wanted="remove", remote_id="lead-1", asked_at=now, changed_at=now
        ),
        ListVerification: lambda: ListVerification.objects.create(
            workspace=workspace, imported=imported, name="part 1", planned_at=now, next_at=now
        ),
        Approval: lambda: factories.approval(campaign, by=by, decided_by=member("approver")),
        StatusRequest: lambda: StatusRequest.objects.create(campaign=campaign, wanted="pause", asked_at=now),
        GuardrailTrip: trip,
        Incident: lambda: Incident.objects.create(workspace=workspace, kind="flip", dedupe_key="x", opened_at=now),
        Reply: lambda: Reply.objects.create(
            thread=Thread.objects.create(workspace=workspace, remote_id="t1"), by=by, saved_at=now
        ),
        MailboxChange: lambda: MailboxChange.objects.create(
            workspace=workspace,
            email="a@peers.example.com",
            wanted="pause",
            about="sending",
            asked_at=now,
            changed_at=now,
        ),
        WeeklyReport: lambda: WeeklyReport.objects.create(
            workspace=workspace, member=by, week=now.date(), made_at=now, try_at=now
        ),
        ObjectChange: lambda: ObjectChange.objects.create(
            workspace=workspace, kind="tag", verb="create", name="East", key="new:East", asked_at=now, changed_at=now
        ),
        CampaignWrite: lambda: CampaignWrite.objects.create(
            workspace=workspace, verb="create", name="05D", key="new:05d", body={"name": "05D"}, asked_at=now
        ),
        ApplyRequest: lambda: ApplyRequest.objects.create(
            workspace=workspace, name="05D", key="draft:1", text="", by=by, asked_at=now, changed_at=now
        ),
        Delivery: lambda: Delivery.objects.create(
            workspace=workspace, kind="other", fingerprint="x", body={}, received_at=now, changed_at=now
        ),
        Automation: lambda: Automation.objects.create(workspace=workspace, name="A", changed_at=now),
        UnmatchedReply: lambda: UnmatchedReply.objects.create(
            workspace=workspace,
            thread=Thread.objects.create(workspace=workspace, remote_id="t2"),
            reason="no_lead",
            received_at=now,
            found_at=now,
            changed_at=now,
            decided_at=now,
            note="A newsletter",
        ),
        LedgerEntry: lambda: LedgerEntry.objects.create(
            workspace=workspace,
            automation=Automation.objects.create(workspace=workspace, name="A", changed_at=now),
            event="m-1",
            number=1,
            kind="contact",
            lead="sam@firm.example.com",
            asked_at=now,
            due_at=now,
            changed_at=now,
        ),
        # The database refuses one that is done without a result.
        Rehearsal: lambda: Rehearsal.objects.create(
            workspace=workspace, campaign=campaign, name="05A", result={}, asked_at=now, changed_at=now
        ),
        Enrichment: lambda: Enrichment.objects.create(
            workspace=workspace,
            campaign=campaign,
            most=1,
            price=1,
            list_name="L",
            by=by,
            asked_at=now,
            changed_at=now,
            due_at=now,
            search=Search.objects.create(workspace=workspace, name="CFOs", made_at=now, asked_at=now, changed_at=now),
        ),
        Notification: lambda: Notification.objects.create(channel="email", created_at=now, next_try_at=now),
    }
    return lambda model: made[model]()


@pytest.mark.parametrize("entry", TABLES, ids=str)
def test_every_pair_of_the_table_moves_and_every_other_is_refused(
    entry: TableEntry, make: Callable[[type[Model]], Model]
) -> None:
    table, pk = entry.table, make(entry.model).pk
    this = entry.model._default_manager.filter(pk=pk)
    moved = set()
    for before, after in product(sorted(table.states()), repeat=2):
        this.update(**{table.field: before})
        try:
            assert table.move(this, to=after, expected=before) == 1
            moved.add((before, after))
        except ValueError:
            assert this.values_list(table.field, flat=True).get() == before
        else:
            assert this.values_list(table.field, flat=True).get() == after
    assert moved == {(before, after) for before, afters in table.moves.items() for after in afters}


@pytest.mark.parametrize("entry", TABLES, ids=str)
def test_a_row_in_another_state_stays(entry: TableEntry, make: Callable[[type[Model]], Model]) -> None:
    table, pk = entry.table, make(entry.model).pk
    this = entry.model._default_manager.filter(pk=pk)
    for before, afters in table.moves.items():
        for other in table.states() - {before}:
            this.update(**{table.field: other})
            assert table.move(this, to=afters[0], expected=before) == 0
            assert this.values_list(table.field, flat=True).get() == other


@pytest.mark.parametrize("entry", TABLES, ids=str)
def test_the_table_knows_every_state_of_the_model_and_how_a_row_begins(entry: TableEntry) -> None:
    field = entry.model._meta.get_field(entry.table.field)
    assert entry.table.states() == {value for value, _ in field.choices or []}
    assert field.default in entry.table.starts


@pytest.mark.parametrize("entry", TABLES, ids=str)
def test_every_state_can_be_reached(entry: TableEntry) -> None:
    reached, before = set(entry.table.starts), set[str]()
    while reached != before:
        before = set(reached)
        reached.update(*(entry.table.moves.get(state, ()) for state in before))
    assert reached == entry.table.states()


def test_a_table_is_drawn_from_the_beginning_one_line_per_state() -> None:
    assert LIGHT.lines() == ["-> red", "red -> green", "green -> amber | red", "amber -> red"]


def test_one_refused_move_among_several_refuses_all_of_them(make: Callable[[type[Model]], Model]) -> None:
    incident = make(Incident)
    this = Incident.objects.filter(pk=incident.pk)
    table = StateTable("Incident", starts=("open",), moves={"open": ("resolved",), "acknowledged": ("resolved",)})

    with pytest.raises(ValueError, match=r"Incident: no move resolved -> resolved"):
        table.move(this, to="resolved", expected=("open", "resolved"))
    with pytest.raises(ValueError, match="from nothing"):
        table.move(this, to="resolved", expected=())
    assert this.get().state == "open"

    assert table.move(this, to="resolved", expected=("open", "acknowledged"), summary="over") == 1
    assert (this.get().state, this.get().summary) == ("resolved", "over")


def test_a_move_is_one_statement_that_names_the_state_before(
    make: Callable[[type[Model]], Model], django_assert_num_queries: Callable[..., object]
) -> None:
    this = Incident.objects.filter(pk=make(Incident).pk)
    table = StateTable("Incident", starts=("open",), moves={"open": ("resolved",)})

    with django_assert_num_queries(1) as captured:
        table.move(this, to="resolved", expected="open")

    (query,) = captured.captured_queries
    assert query["sql"].startswith("UPDATE")
    assert """"state" = 'open'""" in query["sql"]


@pytest.mark.parametrize(
    ("ahead_s", "has"), [(-9999, True), (0, True), (1, False), (300, False), (360, False), (361, True), (99_999, True)]
)
def test_a_moment_has_come_once_it_is_past_or_further_ahead_than_anything_sets_it(
    ahead_s: int, has: bool, make: Callable[[type[Model]], Model]
) -> None:
    """The longest is 5 minutes; the clocks of machines differ by a minute at most."""
    now = timezone.now()
    Incident.objects.filter(pk=make(Incident).pk).update(opened_at=now + timedelta(seconds=ahead_s))
    assert Incident.objects.filter(has_come("opened_at", now, longest=timedelta(minutes=5))).exists() == has


def test_a_row_in_any_of_the_expected_states_moves(make: Callable[[type[Model]], Model]) -> None:
    this = Incident.objects.filter(pk=make(Incident).pk)
    table = StateTable("Incident", starts=("open",), moves={"open": ("resolved",), "acknowledged": ("resolved",)})
    for before in ("open", "acknowledged"):
        this.update(state=before)
        assert table.move(this, to="resolved", expected=("open", "acknowledged")) == 1
