"""Views of the notification settings, and the test message."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from iexdg.incidents.forms import wanted_choices
from iexdg.incidents.notifications import choices_of, choose, email_is_on, send_test_notification, webhook_is_on
from iexdg.incidents.pages import notifications_page
from iexdg.incidents.tasks import send_notifications
from iexdg.operations.enqueue import enqueue
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.posting import posted_from


@require_http_methods(["GET", "POST"])
@member_may(Action.READ)
def notifications(request: HttpRequest) -> HttpResponse:
    """Show and store what a member is notified of; everyone decides for themselves. 204 where a poll has seen it."""
    member = member_of(request)
    if request.method == "POST":
        choose(member, wanted_choices(request.POST, choices_of(member)))
        messages.success(request, "Your notifications were saved.")
        return redirect("incidents:notifications")
    page = notifications_page(member)
    if request.GET.get("seen") == page.version and getattr(request, "htmx", False):
        return HttpResponse(status=204)
    context = {"nav": "settings", "tab": "notifications", "page": page}
    return render(request, "incidents/notifications.html", context)


@posted_from("incidents:notifications")
@member_may(Action.READ)
def test_message(request: HttpRequest) -> HttpResponse:
    """Queue a test message to oneself."""
    if send_test_notification(member_of(request)):
        enqueue(send_notifications, queue="watch")
        messages.success(request, "A test is on its way. Its outcome is shown below.")
    elif email_is_on() or webhook_is_on():
        messages.info(request, "A test was sent a moment ago. Its outcome is shown below.")
    else:
        messages.error(request, "E-mail and webhook are off. An admin sets EMAIL_HOST or NOTIFY_WEBHOOK_URL.")
    return redirect("incidents:notifications")
