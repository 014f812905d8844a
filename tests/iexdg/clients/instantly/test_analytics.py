from datetime import date

from iexdg.clients.instantly.analytics import CampaignAnalytics, DailyAnalytics, StepAnalytics


def test_a_counter_that_was_not_reported_is_none_and_never_zero() -> None:
    row = CampaignAnalytics.model_validate({"campaign_id": "x", "leads_count": 0, "emails_sent_count": 51})
    assert (row.leads_count, row.sent_count, row.reply_count) == (0, 51, None)


def test_a_day_is_read() -> None:
    row = DailyAnalytics.model_validate({"date": "2026-11-20", "sent": 20, "unique_opened": 9, "contacted": 18})
    assert (row.day, row.sent, row.unique_opened, row.contacted, row.clicks) == (date(2026, 11, 20), 20, 9, 18, None)
    assert DailyAnalytics.model_validate({"date": "soon"}).day is None


def test_a_step_is_read_from_text_or_number_and_may_be_missing() -> None:
    assert StepAnalytics.model_validate({"step": "2", "variant": "0", "sent": 3}).step == 2
    assert StepAnalytics.model_validate({"step": 2, "variant": None}).variant is None
    assert StepAnalytics.model_validate({"step": "first"}).step is None
