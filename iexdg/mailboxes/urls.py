"""URLs of this app."""

from django.urls import URLPattern, path

from iexdg.mailboxes.views import changing, connecting, limits, listing, mailbox, tagging

app_name = "mailboxes"
urlpatterns: list[URLPattern] = [
    path("mailboxes/", listing.mailbox_list, name="list"),
    path("mailboxes.csv", listing.mailbox_csv, name="csv"),
    path("mailboxes/pause/", changing.pause, name="pause"),
    path("mailboxes/change/", changing.change, name="change"),
    path("mailboxes/limits/", limits.limits, name="limits"),
    path("mailboxes/tags/", tagging.tag_mailboxes, name="tags"),
    path("mailboxes/connect/", connecting.connect, name="connect"),
    path("mailboxes/sign-in/", connecting.sign_in, name="sign-in"),
    path("mailboxes/changes/<int:pk>/", changing.group, name="group"),
    path("mailboxes/changes/<int:pk>/state/", changing.group_state, name="group-state"),
    path("mailboxes/<int:pk>/", mailbox.detail, name="detail"),
    path("mailboxes/<int:pk>/vitals/", mailbox.check_vitals, name="vitals"),
    path("mailboxes/<int:pk>/delete/", connecting.delete, name="delete"),
]
