"""People by the week of their first e-mail."""

from datetime import UTC, date, datetime

from iexdg.analytics.cohorts import Replier, cohorts, placed

MONDAY, SUNDAY, NEXT = date(2026, 11, 2), date(2026, 11, 8), date(2026, 11, 9)


def at(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def test_a_week_is_monday_to_sunday_and_the_newest_comes_first() -> None:
    found = cohorts({MONDAY: 40, SUNDAY: 20, NEXT: 60}, placed([]))
    assert [(week.days.first, week.begun) for week in found.weeks] == [(NEXT, 60), (MONDAY, 60)]


def test_a_reply_belongs_to_the_week_of_the_first_email_whenever_it_came() -> None:
    found = cohorts({MONDAY: 60, NEXT: 60}, placed([Replier(1, "a@example.com", at(SUNDAY, 23), True, at(NEXT))]))
    newest, oldest = found.weeks
    assert (newest.reply.part, oldest.reply.part, oldest.positive.part) == (0, 1, 1)
    assert oldest.reply.ratio == 1 / 60


def test_a_person_with_two_conversations_counts_once() -> None:
    twice = [
        Replier(1, "a@example.com", at(NEXT), False, at(NEXT)),
        Replier(1, "a@example.com", at(MONDAY), True, at(NEXT)),
    ]
    found = cohorts({MONDAY: 60, NEXT: 60}, placed(twice))
    assert [(week.reply.part, week.positive.part) for week in found.weeks] == [(0, 0), (1, 1)]


def test_someone_whose_first_email_is_not_known_leaves_the_weeks_before_the_reply_open() -> None:
    found = cohorts({MONDAY: 60, NEXT: 60}, placed([Replier(1, "a@example.com", None, False, at(SUNDAY))]))
    newest, oldest = found.weeks
    assert found.unplaced == 1
    assert (newest.is_open, newest.reply.ratio) == (False, 0.0)
    assert (oldest.is_open, oldest.reply.part, oldest.reply.ratio) == (True, 0, None)
    assert "unknown" in oldest.reply.missing_reason


def test_a_week_of_few_has_no_rate() -> None:
    assert cohorts({MONDAY: 49}, placed([])).weeks[0].reply.missing_reason == "under 50 e-mailed"
