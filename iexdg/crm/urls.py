"""URLs of this app."""

from django.urls import URLPattern, path

from iexdg.crm.views import automation_form, automations, connection, ledger, unmatched

app_name = "crm"
urlpatterns: list[URLPattern] = [
    path("crm/", connection.connection, name="connection"),
    path("crm/check/", connection.check_now, name="check"),
    path("crm/connect/", connection.connect, name="connect"),
    path("crm/sign-in/", connection.sign_in, name="sign-in"),
    path("crm/disconnect/", connection.disconnect_location, name="disconnect"),
    path("crm/automations/", automations.automations, name="automations"),
    path("crm/automations/new/", automation_form.new, name="new"),
    path("crm/automations/lists/", automation_form.read_again, name="read-lists"),
    path("crm/automations/<int:pk>/", automations.automation, name="automation"),
    path("crm/automations/<int:pk>/edit/", automation_form.edit, name="edit"),
    path("crm/automations/<int:pk>/duplicate/", automations.copy, name="duplicate"),
    path("crm/automations/<int:pk>/rename/", automations.name_it, name="rename"),
    path("crm/automations/<int:pk>/delete/", automations.remove, name="delete"),
    path("crm/automations/<int:pk>/dry-run/", automations.try_dry, name="dry-run"),
    path("crm/automations/<int:pk>/test/", automations.test, name="test"),
    path("crm/automations/<int:pk>/clean-up/", automations.cleanup, name="clean-up"),
    path("crm/automations/<int:pk>/activate/", automations.activate, name="activate"),
    path("crm/automations/<int:pk>/pause/", automations.pause, name="pause"),
    path("crm/ledger.csv", ledger.ledger_csv, name="ledger-csv"),
    path("crm/ledger/", ledger.ledger, name="ledger"),
    path("crm/ledger/replay/", ledger.replay_many, name="replay-many"),
    path("crm/ledger/<int:pk>/", ledger.entry, name="entry"),
    path("crm/ledger/<int:pk>/replay/", ledger.replay, name="replay"),
    path("crm/ledger/<int:pk>/leave-out/", ledger.leave_out, name="leave-out"),
    path("crm/unmatched.csv", unmatched.unmatched_csv, name="unmatched-csv"),
    path("crm/unmatched/", unmatched.unmatched, name="unmatched"),
    path("crm/unmatched/set-aside/", unmatched.set_many_aside, name="unmatched-set-many-aside"),
    path("crm/unmatched/<int:pk>/", unmatched.unmatched_reply, name="unmatched-reply"),
    path("crm/unmatched/<int:pk>/assign/", unmatched.assign, name="unmatched-assign"),
    path("crm/unmatched/<int:pk>/send/", unmatched.send, name="unmatched-send"),
    path("crm/unmatched/<int:pk>/set-aside/", unmatched.set_aside, name="unmatched-set-aside"),
    path("crm/unmatched/<int:pk>/put-back/", unmatched.put_back, name="unmatched-put-back"),
]
