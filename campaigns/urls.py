"""URLs of this app."""

from django.urls import URLPattern, path

from campaigns.views import archive, campaign, control, control_room, guardrails, stop, subsequences, watching

app_name = "campaigns"
urlpatterns: list[URLPattern] = [
    path("", control_room.control_room, name="control-room"),
    path("sync/", control_room.sync, name="sync"),
    path("campaigns/", control_room.campaign_list, name="list"),
    path("campaigns/<int:pk>/", campaign.detail, name="detail"),
    path("campaigns/<int:pk>/copy/", campaign.copy, name="copy"),
    path("campaigns/<int:pk>/settings/", campaign.settings, name="settings"),
    path("campaigns/<int:pk>/activity/", campaign.activity, name="activity"),
    path("campaigns/<int:pk>/daily.csv", campaign.daily_csv, name="daily-csv"),
    path("campaigns/<int:pk>/sync/", control_room.sync_campaign, name="sync-one"),
    path("campaigns/<int:pk>/row/", control.row, name="row"),
    path("campaigns/<int:pk>/pause/", control.pause, name="pause"),
    path("campaigns/<int:pk>/activate/", control.activate, name="activate"),
    path("campaigns/<int:pk>/adopt/", watching.adopt, name="adopt"),
    path("campaigns/<int:pk>/archive/", archive.hide, name="archive"),
    path("campaigns/<int:pk>/unarchive/", archive.show, name="unarchive"),
    path("campaigns/<int:pk>/on-drift/", watching.on_drift, name="on-drift"),
    path("stop/", stop.stop, name="stop"),
    path("stop/lift/", stop.lift, name="lift"),
    path("stop/state/", stop.state, name="stop-state"),
    path("campaigns/<int:pk>/guardrails/", guardrails.of_campaign, name="guardrails"),
    path("campaigns/<int:pk>/guardrails/acknowledge/", guardrails.rearm, name="guardrail-rearm"),
    path("campaigns/<int:pk>/guardrails-panel/", guardrails.panel, name="guardrails-panel"),
    path("subsequences.csv", subsequences.listing_csv, name="subsequences-csv"),
    path("subsequences/", subsequences.listing, name="subsequences"),
    path("subsequences/new/", subsequences.create, name="subsequence-create"),
    path("subsequences/<int:pk>/", subsequences.detail, name="subsequence"),
    path("subsequences/<int:pk>/pause/", subsequences.pause, name="subsequence-pause"),
    path("subsequences/<int:pk>/resume/", subsequences.resume, name="subsequence-resume"),
    path("settings/guardrails/", guardrails.defaults, name="guardrail-defaults"),
]
