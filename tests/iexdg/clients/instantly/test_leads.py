import pytest

from iexdg.clients.instantly.leads import Lead, LoadAccounting

# The example of the vendor's own documentation.
ANSWER = {
    "status": "success",
    "total_sent": 10,
    "leads_uploaded": 7,
    "in_blocklist": 1,
    "blocklist_used": None,
    "duplicated_leads": 0,
    "skipped_count": 1,
    "invalid_email_count": 1,
    "incomplete_count": 0,
    "duplicate_email_count": 0,
    "remaining_in_plan": 9993,
    "created_leads": [{"index": n, "id": f"lead-{n}", "email": f"p{n}@example.com"} for n in range(7)],
}


def test_an_accounting_adds_up_when_every_sent_lead_is_in_one_class() -> None:
    accounting = LoadAccounting.model_validate(ANSWER)
    assert (accounting.accounted, accounting.adds_up, accounting.is_itemised) == (10, True, True)
    assert accounting.created_leads[6].email == "p6@example.com"
    assert accounting.remaining_in_plan == 9993


@pytest.mark.parametrize("change", [{"leads_uploaded": 6}, {"total_sent": 11}, {"skipped_count": 2}])
def test_an_accounting_that_is_off_by_one_does_not_add_up(change: dict[str, int]) -> None:
    assert LoadAccounting.model_validate({**ANSWER, **change}).adds_up is False


def test_a_class_that_was_not_reported_is_unknown_and_not_zero() -> None:
    partial = {key: value for key, value in ANSWER.items() if key != "skipped_count"}
    accounting = LoadAccounting.model_validate({**partial, "total_sent": 9})
    assert (accounting.accounted, accounting.adds_up) == (None, False)


def test_an_empty_answer_does_not_add_up() -> None:
    accounting = LoadAccounting.model_validate({})
    assert (accounting.adds_up, accounting.is_itemised, accounting.created_leads) == (False, False, ())


def test_uploaded_leads_that_are_not_all_named_are_not_itemised() -> None:
    assert LoadAccounting.model_validate({**ANSWER, "created_leads": []}).is_itemised is False


def test_a_lead_is_read_with_its_payload_and_unknown_codes() -> None:
    lead = Lead.model_validate(
        {"id": "x", "status": 77, "verification_status": 1, "payload": {"firstName": "Jo"}, "email": "jo@example.com"}
    )
    assert (lead.status, lead.payload["firstName"], lead.campaign_remote_id) == (77, "Jo", None)
