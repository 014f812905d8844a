from datetime import UTC, datetime

from iexdg.clients.instantly.audit_logs import AuditActivity, AuditLog


def test_an_entry_is_read_and_an_unknown_activity_survives() -> None:
    raw = {"id": "1", "timestamp": "2026-11-23T15:00:30Z", "activity_type": 4, "from_api": True, "campaign_id": "c"}
    entry = AuditLog.model_validate(raw)
    assert entry.activity_type == AuditActivity.CAMPAIGN_LAUNCH
    assert (entry.at, entry.campaign_remote_id) == (datetime(2026, 11, 23, 15, 0, 30, tzinfo=UTC), "c")
    assert AuditLog.model_validate({**raw, "activity_type": 77}).activity_type == 77


def test_who_did_it_is_unknown_where_nothing_says_it() -> None:
    assert AuditLog.model_validate({}).is_from_api is None
    assert AuditLog.model_validate({"from_api": "true"}).is_from_api is None
