"""URLs of sign-in. Only the parts of allauth that are used are reachable: no one can sign up."""

from allauth.account import views as account
from django.urls import path

from iexdg.team import sign_in_views as views

urlpatterns = [
    path("accounts/login/", views.SignInView.as_view(), name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
]
