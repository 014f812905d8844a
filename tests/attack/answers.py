"""The part of the attack that answers e-mails: an answer is typed, requested, undone and requested again, while workers
crash and answers of Instantly are lost. Each has words of its own, so that the sandbox shows which one left."""

from collections import Counter
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from iexdg.inbox import tasks as inbox_tasks
from iexdg.inbox.models import Reply, ReplyState, Thread
from iexdg.inbox.queries import answers_seen
from iexdg.inbox.replies import LOOKED_FOR, carry_out, queue_reply, save_draft, undo_reply
from tests.attack.people import ANY, WHICH, WHO
from tests.attack.stage import SCAN_S, Stage

ON_ITS_WAY = (ReplyState.WAITING, ReplyState.SENDING, ReplyState.UNKNOWN)


class AnswerAttack(RuleBasedStateMachine):
    """Rules about answers; the machine that has them has the stage."""

    stage: Stage

    def _act(self, what: str, verb: Any) -> None:
        raise NotImplementedError

    # -- people ----------------------------------------------------------------------------------
    @rule(which=WHICH, who=WHO)
    def type_an_answer(self, which: int, who: int) -> None:
        """Someone types and leaves; nobody asked for this to be sent."""
        text = self.stage.new_words()
        self._act("type", lambda: save_draft(self._thread(which), by=self.stage.members[who], text=text))

    @rule(which=WHICH, who=WHO, knows=st.sampled_from([True, True, False]))
    def answer(self, which: int, who: int, knows: bool) -> None:
        self._answer(self._thread(which), who, self.stage.new_words(), knows=knows)

    @rule(which=WHICH, who=st.sampled_from([0, 1, 2]))
    def answer_normally(self, which: int, who: int) -> None:
        """Read what is new, answer, and wait until it leaves, as far as faults and crashes allow."""
        self._act("inbox", lambda: inbox_tasks.mirror_inbox(self.stage.workspace.pk))
        self._answer(self._thread(which), who, self.stage.new_words())
        for _ in range(3):
            self.stage.tick()
            self._tick_answers()

    @rule(which=WHICH, who=st.sampled_from([0, 1, 2]), again=st.sampled_from([False, False, True]))
    def answer_and_undo(self, which: int, who: int, again: bool) -> None:
        """Taken back at once; the time at which it would have left passes."""
        self._act("inbox", lambda: inbox_tasks.mirror_inbox(self.stage.workspace.pk))
        self._answer(self._thread(which), who, self.stage.new_words())
        self._undo(which, who, again=again)
        for _ in range(3):
            self.stage.tick()
            self._tick_answers()

    @rule(which=WHICH, who=WHO, again=st.booleans())
    def undo(self, which: int, who: int, again: bool) -> None:
        self._undo(which, who, again=again)

    @precondition(lambda self: Reply.objects.filter(state=ReplyState.WAITING).exists())
    @rule(which=ANY, again=st.booleans())
    def undo_one_that_waits(self, which: int, again: bool) -> None:
        """Its own author, so that it is not in vain; perhaps it is requested once more."""
        waiting = list(Reply.objects.filter(state=ReplyState.WAITING).order_by("pk"))
        reply = waiting[which % len(waiting)]
        who = next(place for place, one in enumerate(self.stage.members) if one.pk == reply.by_id)
        self._undo(self.stage.threads.index(reply.thread_id), who, again=again)

    # -- workers ---------------------------------------------------------------------------------
    @precondition(lambda self: Reply.objects.exists())
    @rule(which=ANY)
    def carry_out_any_answer(self, which: int) -> None:
        """Whatever its state: a task may run twice, and much later."""
        pks = list(Reply.objects.order_by("pk").values_list("pk", flat=True))
        self._act("answer", lambda: carry_out(pks[which % len(pks)]))

    def _tick_answers(self) -> None:
        """What beat starts for the inbox."""
        self.stage.act("send replies", lambda: inbox_tasks.send_replies(self.stage.workspace.pk))

    # -- promises --------------------------------------------------------------------------------
    @invariant()
    def no_answer_has_left_twice(self) -> None:
        twice = {words: number for words, number in self.stage.left().items() if number > 1}
        assert not twice, f"{twice} left more than once\n" + "\n".join(self.stage.recent)

    def _answers_agree(self) -> None:
        """What we say was sent is at the sandbox once, and what we say was not sent is not there."""
        lately, left = "\n".join(self.stage.recent), self.stage.left()
        for reply in Reply.objects.all():
            wanted = 1 if reply.state == ReplyState.SENT else 0
            assert left[reply.text] == wanted, f"{reply.text} is {reply.state}, {left[reply.text]} left\n{lately}"
            assert reply.state != ReplyState.SENT or reply.confirmed_at, f"{reply.text} was never read back\n{lately}"

    def _open_answers(self) -> list[str]:
        found = Reply.objects.filter(state__in=ON_ITS_WAY) | Reply.objects.filter(
            state=ReplyState.SENT, confirmed_at=None
        )
        return [f"answer {one.pk} {one.state} {one.error}" for one in found]

    def _settle_answers(self) -> None:
        """What has no outcome is looked for until it counts as not sent; no fault is left that could hide it."""
        stage = self.stage
        for _ in range(3 + int(LOOKED_FOR.total_seconds() / SCAN_S)):
            if not self._open_answers():
                return
            stage.clock.advance(SCAN_S)
            stage.act("inbox", lambda: inbox_tasks.mirror_inbox(stage.workspace.pk))
            self._tick_answers()
        raise AssertionError(f"answers never settled: {self._open_answers()}\n" + "\n".join(stage.recent))

    # -- what rules share ------------------------------------------------------------------------
    def _thread(self, which: int) -> Thread:
        threads = self.stage.threads
        return Thread.objects.select_related("workspace", "campaign").get(pk=threads[which % len(threads)])

    def _answer(self, thread: Thread, who: int, text: str, *, knows: bool = True) -> None:
        self.stage.wanted.add(text)
        seen = answers_seen(thread) if knows else None
        self._act("answer", lambda: queue_reply(thread, by=self.stage.members[who], seen=seen, text=text))

    def _undo(self, which: int, who: int, *, again: bool) -> None:
        thread, member = self._thread(which), self.stage.members[who]
        waiting = Reply.objects.filter(thread=thread, by=member, state=ReplyState.WAITING).order_by("pk").first()

        def verb() -> None:
            if undo_reply(thread, by=member) and waiting is not None:
                self.stage.undone += 1
                self.stage.wanted.discard(waiting.text)

        self._act("undo", verb)
        if again and waiting is not None and waiting.text not in self.stage.wanted:
            self._answer(thread, who, waiting.text)

    def _count_answers(self) -> Counter[str]:
        return Counter(
            {
                "answers requested": Reply.objects.exclude(state=ReplyState.DRAFT).count() + self.stage.undone,
                "undone": self.stage.undone,
                "answers sent": Reply.objects.filter(state=ReplyState.SENT).count(),
                "not sent": Reply.objects.filter(state=ReplyState.REFUSED).count(),
            }
        )
