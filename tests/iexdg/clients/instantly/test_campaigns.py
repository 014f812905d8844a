import pytest
from pydantic import ValidationError

from iexdg.clients.instantly.campaigns import Campaign, CampaignStatus, SendingStatus, campaign_status_label

RAW = {
    "id": "019ffad2-5c4b-761a-9bc4-0599e8a95bea",
    "name": "Executive peers",
    "status": 2,
    "campaign_schedule": {
        "start_date": "",
        "end_date": "2026-12-31",
        "schedules": [
            {
                "name": "Business hours",
                "timing": {"from": "09:00", "to": "17:00"},
                "days": {"1": True, "2": True, "5": True, "6": False},
                "timezone": "America/Detroit",
            }
        ],
    },
    "sequences": [
        {"steps": [{"type": "email", "delay": 3, "variants": [{"subject": "Hi", "body": "<div>Hi</div>"}]}]},
        {"steps": []},
    ],
    "email_list": ["one@peers.example.com"],
    "daily_limit": 20,
    "stop_on_reply": True,
    "a_field_of_next_year": {"x": 1},
}


def test_a_campaign_is_read_and_keeps_what_it_does_not_know() -> None:
    campaign = Campaign.model_validate(RAW)
    assert (campaign.name, campaign.status, campaign.daily_limit) == ("Executive peers", CampaignStatus.PAUSED, 20)
    assert campaign.senders == ("one@peers.example.com",)
    assert (campaign.start_date, campaign.end_date) == (None, "2026-12-31")
    assert campaign.raw["a_field_of_next_year"] == {"x": 1}


def test_days_are_counted_from_sunday_and_missing_ones_are_off() -> None:
    (window,) = Campaign.model_validate(RAW).windows
    assert window.days == frozenset({1, 2, 5})
    assert (window.opens, window.closes, window.timezone) == ("09:00", "17:00", "America/Detroit")


def test_only_the_first_sequence_counts_and_its_delay_is_in_days() -> None:
    (step,) = Campaign.model_validate(RAW).steps
    assert (step.delay, step.delay_unit) == (3.0, "days")
    assert (step.variants[0].subject, step.variants[0].body, step.variants[0].is_disabled) == (
        "Hi",
        "<div>Hi</div>",
        False,
    )


def test_a_sequence_that_is_no_object_is_passed_over() -> None:
    campaign = Campaign.model_validate({"sequences": [None, {"steps": [{"delay": 2}]}, {"steps": []}]})
    assert [step.delay for step in campaign.steps] == [2.0]


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"id": None, "status": "paused", "campaign_schedule": None, "sequences": None, "email_list": None},
        {"campaign_schedule": {"schedules": [None, 3, {"days": None, "timing": []}]}, "sequences": [{"steps": [{}]}]},
    ],
)
def test_missing_and_odd_fields_do_not_crash(raw: dict[str, object]) -> None:
    campaign = Campaign.model_validate(raw)
    assert campaign.status is None
    assert campaign.stop_on_reply is None


def test_a_campaign_cannot_be_changed() -> None:
    campaign = Campaign.model_validate(RAW)
    with pytest.raises(ValidationError, match="frozen"):
        campaign.status = 1
    assert campaign.status == 2


@pytest.mark.parametrize(
    ("status", "label"),
    [
        (0, "Draft"),
        (1, "Active"),
        (2, "Paused"),
        (3, "Completed"),
        (4, "Running subsequences"),
        (-1, "Accounts unhealthy"),
        (-2, "Bounce protect"),
        (-99, "Account suspended"),
        (42, "Unknown status 42"),
        (None, "Unknown status"),
    ],
)
def test_every_status_has_a_name_and_an_unknown_one_shows_its_number(status: int | None, label: str) -> None:
    assert campaign_status_label(status) == label


def test_a_paused_campaigns_sending_status_comes_from_the_summary() -> None:
    status = SendingStatus.model_validate(
        {"diagnostics": None, "summary": {"status": "campaign_paused", "status_message": "Campaign is paused"}}
    )
    assert (status.status, status.message, status.diagnostics) == ("campaign_paused", "Campaign is paused", None)
    assert SendingStatus.model_validate({}).status is None


@pytest.mark.parametrize("summary", [None, {}, {"status": ""}, {"status": 7}])
def test_without_a_status_in_the_summary_the_diagnostics_say_it(summary: object) -> None:
    raw = {"summary": summary, "diagnostics": {"status": "healthy"}}
    assert SendingStatus.model_validate(raw).status == "healthy"
