"""URLs of sign-in and of one's own account. Only the parts of allauth that are used are reachable: no one signs up."""

from allauth.account import views as account
from django.urls import include, path, re_path

from iexdg.team import account_views
from iexdg.team import sign_in_views as views

urlpatterns = [
    path("accounts/", account_views.home, name="account_home"),
    path("accounts/login/", views.SignInView.as_view(), name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("accounts/password/reset/", account_views.forgotten_password, name="account_reset_password"),
    path("accounts/password/reset/done/", account_views.link_is_coming, name="account_reset_password_done"),
    path(
        "accounts/password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account_views.NewPasswordView.as_view(),
        name="account_reset_password_from_key",
    ),
    path("accounts/sessions/end-others/", account_views.end_the_others, name="account_sessions_end_others"),
    path("accounts/sessions/<int:pk>/end/", account_views.end_one_session, name="account_session_end"),
    path("accounts/2fa/", include("allauth.mfa.urls")),
]
