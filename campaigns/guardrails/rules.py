"""What each guardrail means and how it is judged. Pure: numbers in, a judgement with its text out.

Unknown (None) never trips and is never green. Nothing is judged below its minimum sample.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from campaigns.models.campaign import SENDING, CampaignStatus
from campaigns.models.guardrail import GuardrailKind, GuardrailMode
from iexdg.ui.formatting import plural

STOPPED = {
    int(CampaignStatus.ACCOUNTS_UNHEALTHY),
    int(CampaignStatus.BOUNCE_PROTECT),
    int(CampaignStatus.ACCOUNT_SUSPENDED),
}


class State(StrEnum):
    """The result of a judgement."""

    FINE = "fine"
    TRIPPED = "tripped"
    BELOW_FLOOR = "below floor"
    UNKNOWN = "unknown"
    IDLE = "not sending"
    NOT_APPLICABLE = "does not apply"
    OFF = "off"


@dataclass(frozen=True)
class Setting:
    """One guardrail as it applies to a campaign. `floor` and `count` None: the kind has none."""

    kind: GuardrailKind
    mode: GuardrailMode
    limit: float
    floor: int | None = None
    count: int | None = None


@dataclass(frozen=True)
class Spec:
    """A kind of guardrail: why it exists, the unit of its limit, and its default."""

    default: Setting
    why: str
    sentence: str
    limit_words: str
    unit: str
    floor_words: str = ""
    count_words: str = ""
    # A limit outside this range would always trip, or never.
    least: float = 0
    most: float = 1_000_000


@dataclass(frozen=True)
class Counts:
    """What was counted in a window; None is unknown."""

    sent: int | None = None
    contacted: int | None = None
    bounced: int | None = None
    unsubscribed: int | None = None
    clicked: int | None = None

    def since(self, start: "Counts") -> "Counts":
        """The counts since `start`. A counter that went backwards restarts, so nothing is hidden.

        Passing: 30 sent since 10 -> 20. Failing: 5 sent since 10 -> 5.
        """
        return Counts(*(_since(getattr(self, name), getattr(start, name)) for name in COUNTED))


COUNTED = ("sent", "contacted", "bounced", "unsubscribed", "clicked")


@dataclass(frozen=True)
class Facts:
    """What is known of a campaign at one moment. `windows`: since the last re-arming, and the last days."""

    windows: tuple[Counts, ...] = ()
    status: int | None = None
    was_sending: bool = False
    sent_today: int | None = None
    daily_limit: int | None = None
    cap_days: int = 1
    senders_lost: int | None = None
    lowest_score: float | None = None
    credits: float | None = None
    sync_age_min: float | None = None
    unwatched: bool = False
    has_tracked_link: bool = False

    @property
    def could_send(self) -> bool:
        """Whether e-mails may be sent: it sends, or Instantly stopped it and may start it again."""
        return self.status in SENDING or (self.status in STOPPED and self.was_sending)


@dataclass(frozen=True)
class Judgement:
    """The result of one guardrail; `value` in the unit of the limit, None where there is none.

    `is_over`: the limit is broken, also by a campaign that is not sending and therefore does not trip.
    """

    setting: Setting
    state: State
    words: str
    value: float | None = None
    is_over: bool = False

    @property
    def is_tripped(self) -> bool:
        """Whether the limit is broken."""
        return self.state == State.TRIPPED


_ACTIVE, _DRY = GuardrailMode.ACTIVE, GuardrailMode.DRY_RUN
SPECS: dict[GuardrailKind, Spec] = {
    GuardrailKind.HARD_BOUNCE: Spec(
        Setting(GuardrailKind.HARD_BOUNCE, _ACTIVE, 3, floor=20, count=2),
        "Bounces damage the sending domain: from about 3 % mailbox providers begin to put all of its mail into spam.",
        "bounced ÷ sent at least {limit} %",
        "bounced ÷ sent at least",
        "%",
        "judged from this many sent",
        "and from this many bounces",
        most=100,
    ),
    GuardrailKind.STATUS_CODE: Spec(
        Setting(GuardrailKind.STATUS_CODE, _ACTIVE, 0),
        "Instantly stopped it (accounts unhealthy, bounce protect, account suspended). Without a pause it "
        "resumes sending as soon as Instantly lifts the stop.",
        "stopped by Instantly",
        "status below",
        "",
    ),
    GuardrailKind.UNSUBSCRIBE: Spec(
        Setting(GuardrailKind.UNSUBSCRIBE, _ACTIVE, 2, floor=50, count=2),
        "Many unsubscribes mean a wrong audience; the next step is spam reports.",
        "unsubscribed ÷ people e-mailed at least {limit} %",
        "unsubscribed ÷ people e-mailed at least",
        "%",
        "judged from this many people e-mailed",
        "and from this many unsubscribes",
        most=100,
    ),
    GuardrailKind.NO_CLICKS: Spec(
        Setting(GuardrailKind.NO_CLICKS, _ACTIVE, 0, floor=200),
        "The copy has a link, clicks are tracked, and no one ever clicks: usually the link is broken.",
        "at most {limit} clicks",
        "clicks at most",
        "",
        "judged from this many sent",
    ),
    GuardrailKind.SENDER: Spec(
        Setting(GuardrailKind.SENDER, _ACTIVE, 70),
        "A sender that lost its connection, or whose warm-up score fell, damages its domain.",
        "a lost connection, or a warm-up score under {limit}",
        "warm-up score under",
        "of 100",
        most=100,
    ),
    GuardrailKind.DAILY_CAP: Spec(
        Setting(GuardrailKind.DAILY_CAP, _ACTIVE, 100),
        "More than the cap was sent today: someone raised it in Instantly, or it is not respected.",
        "sent today above {limit} % of the daily cap",
        "sent today, share of the daily cap above",
        "%",
        least=1,
        most=1000,
    ),
    GuardrailKind.CREDITS: Spec(
        Setting(GuardrailKind.CREDITS, _DRY, 25),
        "Without credits no new lead can be verified. Verified leads are not affected, so by default it only records.",
        "under {limit} credits left",
        "credits left under",
        "credits",
    ),
    GuardrailKind.STALE_SYNC: Spec(
        Setting(GuardrailKind.STALE_SYNC, _ACTIVE, 60),
        "Old figures are not reliable: no other guardrail can judge a campaign whose figures are old.",
        "last good sync more than {limit} min ago",
        "minutes since the last good sync above",
        "min",
        least=5,
        most=7 * 24 * 60,
    ),
}


# The lower the reading, the worse; of the others the higher.
LOW_IS_BAD = frozenset(
    {GuardrailKind.STATUS_CODE, GuardrailKind.NO_CLICKS, GuardrailKind.SENDER, GuardrailKind.CREDITS}
)


def limit_words(setting: Setting) -> str:
    """A limit as one sentence: "bounced ÷ sent at least 3 %, judged from 20 sent and from 2 bounces"."""
    spec = SPECS[setting.kind]
    words = spec.sentence.format(limit=f"{setting.limit:g}")
    if setting.floor is not None:
        words += f", {spec.floor_words.replace('this many', f'{setting.floor:,}')}"
    if setting.count is not None:
        words += f" {spec.count_words.replace('this many', f'{setting.count:,}')}"
    return words


def judge(setting: Setting, facts: Facts) -> Judgement:
    """Judge one guardrail by the facts."""
    if setting.mode == GuardrailMode.OFF:
        return Judgement(setting, State.OFF, "switched off")
    found = _JUDGES[setting.kind](setting, facts)
    if found.is_tripped and not facts.could_send:
        return replace(found, state=State.IDLE, words=f"{found.words}; it is not sending", is_over=True)
    return replace(found, is_over=found.is_tripped)


def _worst(found: Sequence[Judgement]) -> Judgement:
    """The judgement to act on: a trip first, then the highest value, then what is known."""
    order = {State.TRIPPED: 0, State.FINE: 1, State.BELOW_FLOOR: 2, State.UNKNOWN: 3}
    return min(found, key=lambda one: (order.get(one.state, 4), -(one.value or 0.0)))


def _rate(setting: Setting, facts: Facts, part: str, whole: str, words: tuple[str, str]) -> Judgement:
    return _worst([_rate_in(setting, window, part, whole, words) for window in facts.windows or (Counts(),)])


def _rate_in(setting: Setting, window: Counts, part: str, whole: str, words: tuple[str, str]) -> Judgement:
    happened, of = getattr(window, part), getattr(window, whole)
    if happened is None or of is None:
        return Judgement(setting, State.UNKNOWN, "unknown")
    floor, least = max(setting.floor or 0, 1), max(setting.count or 0, 1)
    counted = f"{happened:,} {words[0]} of {of:,} {words[1]}"
    if of < floor:
        return Judgement(setting, State.BELOW_FLOOR, f"{counted}; judged from {floor:,}")
    value = 100 * happened / of
    reading = f"{value:.1f} %: {counted}"
    if happened < least:
        return Judgement(setting, State.FINE, f"{reading}; trips from {least:,}", value)
    # Whole numbers on both sides: 3 of 100 is exactly 3 %.
    return Judgement(setting, State.TRIPPED if 100 * happened >= setting.limit * of else State.FINE, reading, value)


def _hard_bounce(setting: Setting, facts: Facts) -> Judgement:
    return _rate(setting, facts, "bounced", "sent", ("bounced", "sent"))


def _unsubscribe(setting: Setting, facts: Facts) -> Judgement:
    return _rate(setting, facts, "unsubscribed", "contacted", ("unsubscribed", "people e-mailed"))


def _status_code(setting: Setting, facts: Facts) -> Judgement:
    if facts.status is None:
        return Judgement(setting, State.UNKNOWN, "unknown")
    words = CampaignStatus.label_of(facts.status)
    if facts.status not in STOPPED:
        return Judgement(setting, State.FINE, words, facts.status)
    if not facts.was_sending:
        return Judgement(setting, State.NOT_APPLICABLE, f"{words}, since before it was watched", facts.status)
    return Judgement(setting, State.TRIPPED, f"Instantly stopped it: {words} ({facts.status})", facts.status)


def _no_clicks(setting: Setting, facts: Facts) -> Judgement:
    if not facts.has_tracked_link:
        return Judgement(setting, State.NOT_APPLICABLE, "no link in the copy, or clicks are not tracked")
    return _worst([_no_clicks_in(setting, window) for window in facts.windows or (Counts(),)])


def _no_clicks_in(setting: Setting, window: Counts) -> Judgement:
    if window.clicked is None or window.sent is None:
        return Judgement(setting, State.UNKNOWN, "unknown")
    floor = max(setting.floor or 0, 1)
    words = f"{plural(window.clicked, 'click')} after {window.sent:,} sent"
    if window.clicked > setting.limit:
        return Judgement(setting, State.FINE, words, window.clicked)
    if window.sent < floor:
        return Judgement(setting, State.BELOW_FLOOR, f"{words}; judged from {floor:,}", window.clicked)
    return Judgement(setting, State.TRIPPED, words, window.clicked)


def _sender(setting: Setting, facts: Facts) -> Judgement:
    lost, score = facts.senders_lost, facts.lowest_score
    if lost:
        words = "1 sender has lost its connection" if lost == 1 else f"{lost} senders have lost their connection"
        return Judgement(setting, State.TRIPPED, words, score)
    if score is not None and score < setting.limit:
        return Judgement(setting, State.TRIPPED, f"lowest warm-up score {score:g}", score)
    if lost is None:
        return Judgement(setting, State.UNKNOWN, "unknown")
    if score is None:
        return Judgement(setting, State.UNKNOWN, "connected, warm-up score unknown")
    return Judgement(setting, State.FINE, f"all connected, lowest warm-up score {score:g}", score)


def _daily_cap(setting: Setting, facts: Facts) -> Judgement:
    sent, cap = facts.sent_today, facts.daily_limit
    if sent is None or cap is None or cap <= 0:
        return Judgement(setting, State.UNKNOWN, "unknown")
    allowed = cap * facts.cap_days
    value = 100 * sent / allowed
    if 100 * sent <= setting.limit * cap:
        return Judgement(setting, State.FINE, f"{sent:,} of {cap:,} sent today", value)
    above = State.TRIPPED if 100 * sent > setting.limit * allowed else State.UNKNOWN
    if facts.cap_days == 1:
        return Judgement(setting, above, f"{sent:,} of {cap:,} sent today", value)
    # Instantly counts by UTC days, the cap by the campaign's: only more than all of them may send proves a breach.
    words = f"{sent:,} sent this UTC day, which overlaps {facts.cap_days} days of the campaign, {cap:,} each"
    return Judgement(setting, above, words, value)


def _credits(setting: Setting, facts: Facts) -> Judgement:
    if facts.credits is None:
        return Judgement(setting, State.UNKNOWN, "unknown")
    state = State.TRIPPED if facts.credits < setting.limit else State.FINE
    return Judgement(setting, state, f"{facts.credits:,.2f} credits left", facts.credits)


def _stale_sync(setting: Setting, facts: Facts) -> Judgement:
    age = facts.sync_age_min
    if age is None:
        return Judgement(setting, State.UNKNOWN, "never read")
    words = f"last good sync {age:.0f} min ago"
    if age <= setting.limit:
        return Judgement(setting, State.FINE, words, age)
    if facts.unwatched:
        return Judgement(setting, State.UNKNOWN, f"{words}; the watch was interrupted, awaiting a new sync", age)
    return Judgement(setting, State.TRIPPED, words, age)


def _since(now: int | None, start: int | None) -> int | None:
    if now is None or start is None or now < start:
        return now
    return now - start


_JUDGES = {
    GuardrailKind.HARD_BOUNCE: _hard_bounce,
    GuardrailKind.STATUS_CODE: _status_code,
    GuardrailKind.UNSUBSCRIBE: _unsubscribe,
    GuardrailKind.NO_CLICKS: _no_clicks,
    GuardrailKind.SENDER: _sender,
    GuardrailKind.DAILY_CAP: _daily_cap,
    GuardrailKind.CREDITS: _credits,
    GuardrailKind.STALE_SYNC: _stale_sync,
}
