"""The served operations on placement tests and their results."""

from iexdg.sandbox.http.routing import served
from iexdg.sandbox.resources.placement import analytics, operations, reports

_TESTS, _RESULTS, _REPORTS = "/inbox-placement-tests", "/inbox-placement-analytics", "/inbox-placement-reports"

ROUTES = (
    served("POST", _TESTS, operations.create_test),
    served("GET", _TESTS, operations.list_tests),
    served(
        "GET",
        f"{_TESTS}/email-service-provider-options",
        operations.provider_options,
        scope="inbox_placement_tests:read",
    ),
    served("GET", f"{_TESTS}/{{id}}", operations.get_test),
    served("PATCH", f"{_TESTS}/{{id}}", operations.patch_test),
    served("DELETE", f"{_TESTS}/{{id}}", operations.delete_test),
    served("GET", _RESULTS, analytics.list_results),
    served("GET", f"{_RESULTS}/{{id}}", analytics.get_result),
    served("POST", f"{_RESULTS}/stats-by-test-id", analytics.stats_by_test),
    served("POST", f"{_RESULTS}/stats-by-date", analytics.stats_by_date),
    served("POST", f"{_RESULTS}/deliverability-insights", analytics.insights),
    served("GET", _REPORTS, reports.list_reports),
    served("GET", f"{_REPORTS}/{{id}}", reports.get_report),
)
