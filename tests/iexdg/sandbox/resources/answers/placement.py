"""Every answer about placement tests, their results and their reports."""

from typing import Any

TESTS, RESULTS, REPORTS = "/inbox-placement-tests", "/inbox-placement-analytics", "/inbox-placement-reports"
BODY = {
    "name": "Trial",
    "type": 1,
    "sending_method": 1,
    "email_subject": "Hi",
    "email_body": "<div>Hi</div>",
    "emails": ["exec@peers.example.com", "ada@broken.example.com"],
}


def write_all(vendor: Any) -> None:
    campaign = vendor.campaign("Placed")
    test = vendor.post(TESTS, BODY | {"campaign_id": campaign})["id"]
    vendor.get(f"{TESTS}/{test}")
    vendor.get(f"{TESTS}/{test}", with_metadata="true")
    vendor.get(f"{TESTS}/email-service-provider-options")
    vendor.advance(3 * 3600)
    first, *_ = vendor.get(RESULTS, test_id=test, limit=100)["items"]
    vendor.get(f"{RESULTS}/{first['id']}")
    vendor.post(f"{RESULTS}/stats-by-test-id", {"test_ids": [test]})
    vendor.post(f"{RESULTS}/stats-by-date", {"test_id": test})
    vendor.post(f"{RESULTS}/deliverability-insights", {"test_id": test, "show_previous": True})
    report, *_ = vendor.get(REPORTS, test_id=test)["items"]
    vendor.get(f"{REPORTS}/{report['id']}")
    vendor.patch(f"{TESTS}/{test}", {"name": "Renamed"})
    assert vendor.http.delete(f"{TESTS}/{test}").status_code == 200
    for path in (f"{TESTS}/{test}", f"{RESULTS}/{first['id']}", f"{REPORTS}/{report['id']}"):
        assert vendor.http.get(path).status_code == 404
    assert vendor.http.post(TESTS, json={"name": "X"}).status_code == 400
