"""The pure rules: what trips, what is too few to judge, what is unknown."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.guardrails.rules import SPECS, STOPPED, Counts, Facts, Setting, State, judge
from campaigns.models import CampaignStatus, GuardrailKind, GuardrailMode

ACTIVE = CampaignStatus.ACTIVE
BOUNCE = SPECS[GuardrailKind.HARD_BOUNCE].default
KINDS = list(GuardrailKind)


def facts(*windows: Counts, **known: object) -> Facts:
    return Facts(windows=windows or (Counts(),), status=ACTIVE, was_sending=True, **known)  # type: ignore[arg-type]


def state_of(kind: GuardrailKind, known: Facts, **changes: object) -> State:
    return judge(replace(SPECS[kind].default, mode=GuardrailMode.ACTIVE, **changes), known).state  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sent", "bounced", "state"),
    [
        (19, 19, State.BELOW_FLOOR),
        (20, 1, State.FINE),
        (20, 2, State.TRIPPED),
        (100, 2, State.FINE),
        (100, 3, State.TRIPPED),
        (101, 3, State.FINE),
        (None, 3, State.UNKNOWN),
        (100, None, State.UNKNOWN),
    ],
)
def test_hard_bounces_need_a_rate_a_count_and_a_floor(sent: int | None, bounced: int | None, state: State) -> None:
    assert state_of(GuardrailKind.HARD_BOUNCE, facts(Counts(sent=sent, bounced=bounced))) == state


def test_a_recent_burst_trips_although_the_whole_history_is_good() -> None:
    whole, recent = Counts(sent=10_000, bounced=20), Counts(sent=100, bounced=15)
    assert state_of(GuardrailKind.HARD_BOUNCE, facts(whole)) == State.FINE
    found = judge(BOUNCE, facts(whole, recent))
    assert (found.state, found.words) == (State.TRIPPED, "15.0 %: 15 bounced of 100 sent")


def test_unsubscribes_are_counted_against_people() -> None:
    assert state_of(GuardrailKind.UNSUBSCRIBE, facts(Counts(contacted=100, unsubscribed=2))) == State.TRIPPED
    assert state_of(GuardrailKind.UNSUBSCRIBE, facts(Counts(contacted=49, unsubscribed=9))) == State.BELOW_FLOOR


def test_no_clicks_is_judged_only_where_a_click_could_be_counted() -> None:
    quiet = Counts(sent=200, clicked=0)
    assert state_of(GuardrailKind.NO_CLICKS, facts(quiet)) == State.NOT_APPLICABLE
    assert state_of(GuardrailKind.NO_CLICKS, facts(quiet, has_tracked_link=True)) == State.TRIPPED
    assert state_of(GuardrailKind.NO_CLICKS, facts(Counts(sent=199, clicked=0), has_tracked_link=True)) == (
        State.BELOW_FLOOR
    )
    assert state_of(GuardrailKind.NO_CLICKS, facts(Counts(sent=900, clicked=1), has_tracked_link=True)) == State.FINE


@pytest.mark.parametrize("code", sorted(STOPPED))
def test_each_negative_code_trips_a_campaign_that_was_sending(code: int) -> None:
    assert sorted(STOPPED) == [-99, -2, -1]
    assert state_of(GuardrailKind.STATUS_CODE, replace(facts(), status=code)) == State.TRIPPED
    before = replace(facts(), status=code, was_sending=False)
    assert state_of(GuardrailKind.STATUS_CODE, before) == State.NOT_APPLICABLE


def test_a_lost_sender_and_a_cold_one_trip() -> None:
    assert state_of(GuardrailKind.SENDER, facts(senders_lost=1, lowest_score=99)) == State.TRIPPED
    assert state_of(GuardrailKind.SENDER, facts(senders_lost=0, lowest_score=69.9)) == State.TRIPPED
    assert state_of(GuardrailKind.SENDER, facts(senders_lost=0, lowest_score=70)) == State.FINE
    assert state_of(GuardrailKind.SENDER, facts(senders_lost=0)) == State.UNKNOWN
    assert state_of(GuardrailKind.SENDER, facts()) == State.UNKNOWN


def test_more_than_the_cap_trips_and_the_cap_itself_does_not() -> None:
    assert state_of(GuardrailKind.DAILY_CAP, facts(sent_today=20, daily_limit=20)) == State.FINE
    assert state_of(GuardrailKind.DAILY_CAP, facts(sent_today=21, daily_limit=20)) == State.TRIPPED
    assert state_of(GuardrailKind.DAILY_CAP, facts(sent_today=21)) == State.UNKNOWN


def test_a_utc_day_with_two_days_of_the_campaign_proves_nothing_until_both_caps_are_passed() -> None:
    def state(sent: int) -> State:
        return state_of(GuardrailKind.DAILY_CAP, facts(sent_today=sent, daily_limit=20, cap_days=2))

    assert [state(20), state(21), state(40), state(41)] == [State.FINE, State.UNKNOWN, State.UNKNOWN, State.TRIPPED]


def test_credits_and_the_age_of_the_sync() -> None:
    assert state_of(GuardrailKind.CREDITS, facts(credits=24.99)) == State.TRIPPED
    assert state_of(GuardrailKind.CREDITS, facts(credits=25.0)) == State.FINE
    assert state_of(GuardrailKind.STALE_SYNC, facts(sync_age_min=60.0)) == State.FINE
    assert state_of(GuardrailKind.STALE_SYNC, facts(sync_age_min=61.0)) == State.TRIPPED
    assert state_of(GuardrailKind.STALE_SYNC, facts(sync_age_min=61.0, unwatched=True)) == State.UNKNOWN


@pytest.mark.parametrize("kind", KINDS)
def test_unknown_never_trips_and_is_never_fine(kind: GuardrailKind) -> None:
    known = Facts(windows=(Counts(),), status=ACTIVE if kind != GuardrailKind.STATUS_CODE else None, was_sending=True)
    assert state_of(kind, replace(known, has_tracked_link=True)) == State.UNKNOWN


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_off_is_not_judged(kind: GuardrailKind) -> None:
    setting = replace(SPECS[kind].default, mode=GuardrailMode.OFF)
    everything_wrong = facts(Counts(100, 100, 100, 100, 0), senders_lost=3, credits=0.0, sync_age_min=1e6)
    assert judge(setting, everything_wrong).state == State.OFF


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != GuardrailKind.STATUS_CODE])
def test_what_does_not_send_is_not_tripped(kind: GuardrailKind) -> None:
    wrong = facts(
        Counts(500, 500, 100, 100, 0),
        senders_lost=1,
        credits=0.0,
        sync_age_min=1e6,
        sent_today=9,
        daily_limit=1,
        has_tracked_link=True,
    )
    assert state_of(kind, wrong) == State.TRIPPED
    assert state_of(kind, replace(wrong, status=CampaignStatus.PAUSED)) == State.IDLE


def test_every_kind_says_why_it_exists() -> None:
    assert set(SPECS) == set(GuardrailKind)
    assert all(len(spec.why) > 40 and spec.default.kind == kind for kind, spec in SPECS.items())
    default = SPECS[GuardrailKind.HARD_BOUNCE].default
    assert (default.limit, default.floor, default.count, default.mode) == (3, 20, 2, GuardrailMode.ACTIVE)


numbers = st.integers(min_value=0, max_value=10**6)
limits = st.floats(min_value=0.1, max_value=100)


@given(sent=numbers, bounced=numbers, more=st.integers(1, 1000), limit=limits, floor=numbers, count=numbers)
def test_one_more_bounce_never_untrips(
    sent: int, bounced: int, more: int, limit: float, floor: int, count: int
) -> None:
    setting = Setting(GuardrailKind.HARD_BOUNCE, GuardrailMode.ACTIVE, limit, floor, count)
    before = judge(setting, facts(Counts(sent=sent, bounced=bounced)))
    after = judge(setting, facts(Counts(sent=sent, bounced=bounced + more)))
    assert after.is_tripped or not before.is_tripped


@given(sent=numbers, bounced=numbers, limit=limits, floor=numbers, count=numbers)
def test_a_trip_has_its_floor_its_count_and_its_rate(
    sent: int, bounced: int, limit: float, floor: int, count: int
) -> None:
    setting = Setting(GuardrailKind.HARD_BOUNCE, GuardrailMode.ACTIVE, limit, floor, count)
    found = judge(setting, facts(Counts(sent=sent, bounced=bounced)))
    expected = sent >= max(floor, 1) and bounced >= max(count, 1) and 100 * bounced >= limit * sent
    assert found.is_tripped == expected


@given(now=st.lists(numbers, min_size=5, max_size=5), start=st.lists(numbers, min_size=5, max_size=5))
def test_a_window_hides_nothing_and_invents_nothing(now: list[int], start: list[int]) -> None:
    window = Counts(*now).since(Counts(*start))
    for have, was, got in zip(now, start, [window.sent, window.contacted, window.bounced], strict=False):
        assert got is not None
        assert got == (have - was if have >= was else have)
        assert 0 <= got <= have


@given(known=st.lists(st.none() | numbers, min_size=5, max_size=5), kind=st.sampled_from(KINDS))
def test_every_judgement_has_words(known: list[int | None], kind: GuardrailKind) -> None:
    found = judge(SPECS[kind].default, facts(Counts(*known), sent_today=known[0], daily_limit=known[1]))
    assert found.words
    assert found.state in State
