"""The part of the attack that moves and removes people, verifies in lists and changes mailboxes; people do so in
Instantly too."""

from collections import Counter
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from iexdg.mailboxes import tasks as mailbox_tasks
from iexdg.mailboxes.carry_out import carry_out as carry_out_mailboxes
from iexdg.mailboxes.models import OPEN_CHANGE, MailboxChange, Wanted
from iexdg.mailboxes.orders import order
from leads import tasks as lead_tasks
from leads.changing.ask import remove_people
from leads.imports import verbs
from leads.imports.moving import People, prepare_move
from leads.models import Import, ImportState, Lead, ListVerification, PeopleChange, PeopleWanted, Row, RowState
from leads.models.change import OPEN_PEOPLE_CHANGE
from leads.models.list_verification import OPEN_LIST_VERIFICATION
from leads.sources import Source
from tests.attack.stage import Stage
from tests.leads.factories import checked_import

PEOPLE = [
    *(f"fast{number}@firm{number % 3}.example.com" for number in range(8)),
    *(f"slow{number}@firm{number % 3}.example.org" for number in range(6)),
    "invalid.one@firm.example.com",
    "invalid.two@firm.example.com",
    "catchall.one@firm.example.com",
    "stuck.one@firm.example.com",
]
WHICH = st.integers(0, 2)
WHO = st.sampled_from([0, 0, 0, 1, 2, 2, 2, 3, 4, 5, 6])
ANY = st.integers(0, 50)


class PeopleAttack(RuleBasedStateMachine):
    """Rules about people and mailboxes; the machine that has them has the stage."""

    stage: Stage

    def _act(self, what: str, verb: Any) -> None:
        raise NotImplementedError

    def _campaign(self, which: int) -> Any:
        raise NotImplementedError

    @rule(which=WHICH, into=WHICH, who=WHO, takes=st.booleans(), hold=st.sampled_from([False, False, True]))
    def move(self, which: int, into: int, who: int, takes: bool, hold: bool) -> None:
        """Everyone of the attack who is listed in one campaign moves to another, or to where they are."""
        source, target, member = self._campaign(which), self._campaign(into), self.stage.members[who]
        rows = Lead.objects.filter(campaign=source, email__in=PEOPLE, vanished_at__isnull=True)

        def verb() -> None:
            people = People(Source(campaign=source, takes_replied=takes), rows)
            imported = prepare_move(people, into=target, by=member)
            self.stage.advance(imported.pk)
            imported.refresh_from_db()
            verbs.start(imported, by=member, hold=hold)

        self._act("move", verb)

    @rule(which=WHICH, into=WHICH, count=st.integers(1, 5))
    def move_normally(self, which: int, into: int, count: int) -> None:
        """Load some people and move them on, without interference, as far as faults and crashes allow."""
        imported = checked_import(self._campaign(which), PEOPLE[:count], by=self.stage.members[0])
        self._act("start", lambda: verbs.start(imported, by=self.stage.members[0]))
        for _ in range(3):
            self.stage.tick()
        self._act("mirror", lead_tasks.mirror_leads)
        self.move(which=which, into=into, who=0, takes=True, hold=False)
        for _ in range(4):
            self.stage.tick()

    @rule(which=WHICH, who=WHO, people=st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=9, unique=True),
          hold=st.booleans())  # fmt: skip
    def upload_and_verify_in_a_list(self, which: int, who: int, people: list[str], hold: bool) -> None:
        member = self.stage.members[who]
        imported = checked_import(self._campaign(which), people, by=member)
        self._act("start-by-list", lambda: verbs.start(imported, by=member, hold=hold, verify_by="list"))

    @rule(which=WHICH, who=WHO, people=st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=5, unique=True),
          at_once=st.booleans())  # fmt: skip
    def remove(self, which: int, who: int, people: list[str], at_once: bool) -> None:
        campaign, member = self._campaign(which), self.stage.members[who]
        rows = Lead.objects.filter(campaign=campaign, email__in=self._settled(people), vanished_at__isnull=True)
        self._act("remove", lambda: remove_people(self.stage.workspace, rows, by=member))
        if at_once:
            self._act("change people", lead_tasks.change_people)

    @precondition(lambda self: self._theirs())
    @rule(which=ANY)
    def someone_removes_a_lead_in_instantly(self, which: int) -> None:
        theirs = self._theirs()
        lead = theirs[which % len(theirs)]
        if not self._settled([lead["email"]]):
            return
        self.stage.recent.append(f"in Instantly: {lead['email']} is deleted")
        self.stage.gone.add((lead["email"], lead["id"]))
        self.stage.app.world.drop_lead(self.stage.app.world.leads[lead["id"]])

    @rule(which=ANY, wanted=st.sampled_from([Wanted.PAUSE, Wanted.RESUME, Wanted.WARMUP_ON, Wanted.WARMUP_OFF]),
          at_once=st.booleans())  # fmt: skip
    def change_mailboxes(self, which: int, wanted: Wanted, at_once: bool) -> None:
        emails = sorted(self.stage.app.world.accounts)
        chosen = [emails[which % len(emails)], emails[(which * 7 + 1) % len(emails)]]

        def verb() -> None:
            ordered = order(self.stage.workspace, chosen, wanted, by=self.stage.members[0])
            if at_once:
                carry_out_mailboxes(ordered.group, sleep=self.stage.clock.advance)

        self._act("mailboxes", verb)

    @rule(which=ANY, status=st.sampled_from([1, 2, -1]))
    def someone_changes_a_mailbox_in_instantly(self, which: int, status: int) -> None:
        emails = sorted(self.stage.app.world.accounts)
        self.stage.recent.append(f"in Instantly: a mailbox -> {status}")
        self.stage.app.world.accounts[emails[which % len(emails)]]["status"] = status

    # -- beat ------------------------------------------------------------------------------------
    def _tick_people(self) -> None:
        """What beat starts for people and mailboxes."""
        self.stage.act("change people", lead_tasks.change_people)
        self.stage.act("mailboxes", mailbox_tasks.sweep_changes)
        for group in set(MailboxChange.objects.filter(state__in=OPEN_CHANGE).values_list("group", flat=True)):
            self.stage.act(
                "mailbox group", lambda group=group: carry_out_mailboxes(group, sleep=self.stage.clock.advance)
            )

    # -- promises --------------------------------------------------------------------------------
    def _open_changes(self) -> list[str]:
        open_ones = [f"change {one.pk} {one.wanted} {one.state} {one.error}" for one in PeopleChange.objects.filter(
            state__in=OPEN_PEOPLE_CHANGE)]  # fmt: skip
        lists = ListVerification.objects.filter(state__in=OPEN_LIST_VERIFICATION)
        # One that was not paid for waits for its import to be resumed.
        lists = lists.exclude(state="planned", imported__state=ImportState.STOPPED)
        open_ones += [f"list {one.pk} {one.state} of {one.imported.state}" for one in lists]
        boxes = MailboxChange.objects.filter(state__in=OPEN_CHANGE)
        return open_ones + [f"mailbox change {one.pk} {one.wanted} {one.state} {one.error}" for one in boxes]

    def _people_agree(self) -> None:
        """Everyone whom we loaded is at Instantly once, unless they were removed, and only where we put them."""
        lately = "\n".join(self.stage.recent)
        theirs = self._theirs()
        loaded = Row.objects.filter(state=RowState.LOADED)
        arrived = Counter(loaded.filter(imported__source_campaign__isnull=True).values_list("email", flat=True))
        removed = PeopleChange.objects.filter(wanted=PeopleWanted.REMOVE, state="confirmed", lead__isnull=False)
        gone = self.stage.gone | set(removed.values_list("lead__email", "remote_id"))
        left = arrived - Counter(email for email, _ in gone)
        there = Counter(lead["email"] for lead in theirs)
        assert left == there, f"ours {arrived} without {gone}\ntheirs {there}\n{lately}"
        placed = set(loaded.values_list("imported__campaign__remote_id", "email"))
        found = {(lead["campaign"], lead["email"]) for lead in theirs}
        assert found <= placed, f"nobody put {found - placed} there\n{lately}"
        lists = [one["name"] for one in self.stage.app.world.lead_lists.values() if "temporary" in one["name"]]
        assert not lists, f"{lists} were left at Instantly\n{lately}"

    # -- what rules share ------------------------------------------------------------------------
    def _theirs(self) -> list[dict[str, Any]]:
        """The leads in campaigns at Instantly that came from us."""
        leads = self.stage.control.state()["leads"]
        return [lead for lead in leads if lead["campaign"] and lead["id"] not in self.stage.demo_leads]

    def _settled(self, people: list[str]) -> list[str]:
        """Those of whom no row is on its way: of a load that is not read back yet no one knows who is there."""
        on_their_way = Row.objects.filter(email__in=people, state__in=[RowState.LOADING, RowState.UNKNOWN])
        busy = set(on_their_way.values_list("email", flat=True))
        return [email for email in people if email not in busy]

    def _count_people(self) -> Counter[str]:
        moved = Row.objects.filter(state=RowState.LOADED, imported__source_campaign__isnull=False)
        return Counter(
            {
                "moves": Import.objects.filter(source_campaign__isnull=False).count(),
                "moved": moved.count(),
                "removed": PeopleChange.objects.filter(wanted=PeopleWanted.REMOVE, state="confirmed").count(),
                "verified in lists": ListVerification.objects.filter(added_at__isnull=False).count(),
                "mailboxes changed": MailboxChange.objects.filter(state="confirmed").count(),
            }
        )
