"""URLs of this app."""

from django.urls import URLPattern, path

from iexdg.blueprints.views import applying, making, managing, writing

app_name = "blueprints"
urlpatterns: list[URLPattern] = [
    path("campaigns/new/", making.new, name="new"),
    path("campaigns/new/upload/", making.upload, name="upload"),
    path("campaigns/new/copy/", making.copy, name="copy"),
    path("campaigns/drafts/", making.listing, name="drafts"),
    path("campaigns/drafts/<int:pk>/", writing.draft, name="draft"),
    path("campaigns/drafts/<int:pk>/sending/", writing.sending, name="sending"),
    path("campaigns/drafts/<int:pk>/subsequences/", writing.subsequences, name="subsequences"),
    path("campaigns/drafts/<int:pk>/save/", writing.save_draft, name="save"),
    path("campaigns/drafts/<int:pk>/plan/", applying.plan, name="plan"),
    path("campaigns/drafts/<int:pk>/plan/now/", applying.plan_now, name="plan-now"),
    path("campaigns/drafts/<int:pk>/apply/", applying.apply_draft, name="apply"),
    path("campaigns/drafts/<int:pk>/versions/", applying.versions, name="versions"),
    path("campaigns/drafts/<int:pk>/restore/", applying.restore_version, name="restore"),
    path("campaigns/drafts/<int:pk>/take-over/", applying.take_over_now, name="take-over"),
    path("campaigns/drafts/<int:pk>/blueprint/", applying.download, name="draft-file"),
    path("campaigns/drafts/<int:pk>/discard/", making.discard_draft, name="discard"),
    path("campaigns/blueprints/", making.writes, name="writes"),
    path("campaigns/blueprints/<int:pk>/", making.request_page, name="request"),
    path("campaigns/<int:pk>/edit/", managing.edit, name="edit"),
    path("campaigns/<int:pk>/duplicate/", managing.duplicate, name="duplicate"),
    path("campaigns/<int:pk>/rename/", managing.rename, name="rename"),
    path("campaigns/<int:pk>/delete/", managing.delete, name="delete"),
    path("campaigns/<int:pk>/blueprint/", managing.download, name="file"),
    path("campaigns/<int:pk>/turn-off/", managing.turn_off, name="turn-off"),
]
