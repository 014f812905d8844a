"""URLs of this app."""

from django.urls import URLPattern, path

from iexdg.golive.views import go_live, policy

app_name = "golive"
urlpatterns: list[URLPattern] = [
    path("campaigns/<int:pk>/go-live/", go_live.page, name="go-live"),
    path("campaigns/<int:pk>/go-live/state/", go_live.state, name="go-live-state"),
    path("campaigns/<int:pk>/go-live/request/", go_live.request_approval, name="go-live-request"),
    path("campaigns/<int:pk>/go-live/approve/", go_live.approve, name="go-live-approve"),
    path("campaigns/<int:pk>/go-live/break-glass/", go_live.approve_alone, name="go-live-break-glass"),
    path("campaigns/<int:pk>/go-live/test-email/", go_live.send_test, name="go-live-test-email"),
    path("campaigns/<int:pk>/go-live/reject/", go_live.reject, name="go-live-reject"),
    path("campaigns/<int:pk>/go-live/take-back/", go_live.withdraw, name="go-live-withdraw"),
    path("campaigns/<int:pk>/go-live/read-again/", go_live.rerun_preflight, name="go-live-rerun"),
    path("settings/approvals/", policy.policy, name="approval-policy"),
    path("settings/approvals/change/", policy.change, name="approval-policy-change"),
]
