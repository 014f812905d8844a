"""URLs of this app."""

from django.urls import URLPattern, path

from iexdg.workspace_objects.views import change, jobs, keys, labels, tags, vendor_audit, webhooks

app_name = "objects"
urlpatterns: list[URLPattern] = [
    path("requests/<int:pk>/", change.change, name="change"),
    path("requests/<int:pk>/state/", change.change_state, name="change-state"),
    path("requests/read/", change.read_now, name="read"),
    path("tags.csv", tags.tags_csv, name="tags-csv"),
    path("tags/", tags.tags, name="tags"),
    path("tags/new/", tags.tag_create, name="tag-create"),
    path("tags/<str:remote_id>/", tags.tag, name="tag"),
    path("tags/<str:remote_id>/edit/", tags.tag_edit, name="tag-edit"),
    path("tags/<str:remote_id>/assign/", tags.tag_assign, name="tag-assign"),
    path("tags/<str:remote_id>/delete/", tags.tag_delete, name="tag-delete"),
    path("labels.csv", labels.labels_csv, name="labels-csv"),
    path("labels/", labels.labels, name="labels"),
    path("labels/new/", labels.label_create, name="label-create"),
    path("labels/<str:remote_id>/", labels.label, name="label"),
    path("labels/<str:remote_id>/delete/", labels.label_delete, name="label-delete"),
    path("keys.csv", keys.keys_csv, name="keys-csv"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs.csv", jobs.jobs_csv, name="jobs-csv"),
    path("audit/instantly/", vendor_audit.vendor_audit, name="vendor-audit"),
    path("audit/instantly.csv", vendor_audit.vendor_audit_csv, name="vendor-audit-csv"),
    path("keys/", keys.keys, name="keys"),
    path("keys/new/", keys.key_create, name="key-create"),
    path("keys/<str:remote_id>/delete/", keys.key_delete, name="key-delete"),
    path("webhooks.csv", webhooks.webhooks_csv, name="webhooks-csv"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/new/", webhooks.webhook_create, name="webhook-create"),
    path("webhooks/<str:remote_id>/", webhooks.webhook, name="webhook"),
    path("webhooks/<str:remote_id>/act/", webhooks.webhook_act, name="webhook-act"),
    path("webhooks/<str:remote_id>/delete/", webhooks.webhook_delete, name="webhook-delete"),
]
