"""URLs of this app."""

from django.urls import URLPattern, path

from iexdg.team import membership_views

app_name = "team"
urlpatterns: list[URLPattern] = [
    path("settings/team/", membership_views.team, name="team"),
    path("settings/team/add/", membership_views.add, name="team-add"),
    path("settings/team/<int:pk>/role/", membership_views.role, name="team-role"),
    path("settings/team/<int:pk>/membership/", membership_views.membership, name="team-membership"),
    path("settings/team/<int:pk>/sign-in/", membership_views.sign_in, name="team-sign-in"),
    path("settings/team/<int:pk>/password/", membership_views.password, name="team-password"),
    path("settings/team/second-factor/", membership_views.second_factor, name="team-second-factor"),
    path("settings/team/<int:pk>/second-factor/", membership_views.reset_factor, name="team-second-factor-reset"),
]
