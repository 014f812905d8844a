"""The list, one conversation, and the frame in which the HTML of an e-mail is shown."""

from typing import Any

from csp.constants import NONE, SELF
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from iexdg.inbox.forms import InterestForm, ReplyForm
from iexdg.inbox.models import Reply, ReplyKind
from iexdg.inbox.pages.inbox import inbox_page
from iexdg.inbox.pages.thread import ThreadPage, thread_page
from iexdg.inbox.queries import FRESH_FOR, templates_of
from iexdg.inbox.reconcile import replies_of
from iexdg.inbox.simulating import may_simulate
from iexdg.inbox.tasks import refresh_thread
from iexdg.inbox.views.access import message_or_404, thread_or_404
from iexdg.inbox.words import clean_html
from iexdg.operations.enqueue import enqueue
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.workspaces.connected import current_workspace

_REPLIES_PER_PAGE = 50


@require_GET
@member_may(Action.READ)
def inbox(request: HttpRequest) -> HttpResponse:
    """Conversations, with filters and search in the query string; those that need an answer first."""
    reader = member_of(request)
    page = inbox_page(current_workspace(), request.GET, reader)
    workspace = current_workspace()
    context = {
        "nav": "inbox",
        "page": page,
        "may_answer": reader.may(Action.ANSWER, workspace),
        "may_simulate": may_simulate(workspace, reader),
    }
    return render(request, "inbox/inbox.html", context)


@require_GET
@member_may(Action.READ)
def replies(request: HttpRequest) -> HttpResponse:
    """How many people replied to each campaign: at Instantly, here and in the CRM. What is missing is shown first."""
    found = replies_of(current_workspace())
    by_urgency = sorted(found.campaigns, key=lambda one: one.urgency)
    context = {
        "nav": "inbox",
        "replies": found,
        "short": sum(1 for one in by_urgency if one.missing),
        "page_obj": Paginator(by_urgency, _REPLIES_PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "inbox/replies.html", context)


@require_GET
@member_may(Action.READ)
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """One conversation; `?write=reply` or `?write=forward` opens the form."""
    found = thread_or_404(pk)
    if found.complete_at is None or timezone.now() - found.complete_at > FRESH_FOR:
        # The page shows it when it has come.
        enqueue(refresh_thread, found.pk)
    page = thread_page(found, member_of(request))
    return render_thread(request, page, _form(page, request.GET.get("write", "")))


def render_thread(request: HttpRequest, page: ThreadPage, form: ReplyForm | None, status: int = 200) -> HttpResponse:
    """Show a conversation with the form of an answer, where one is being written."""
    context: dict[str, Any] = {"nav": "inbox", "page": page, "form": form}
    context["templates"] = templates_of(page.thread.workspace) if form else []
    context["interest_form"] = InterestForm(initial={"interest": page.thread.interest}, workspace=page.thread.workspace)
    answer = render(request, "inbox/thread.html", context, status=status)
    # The HTML of its e-mails is in frames.
    answer._csp_update = {"frame-src": [SELF]}  # type: ignore[attr-defined]
    return answer


@require_GET
@member_may(Action.READ)
@xframe_options_sameorigin
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML of one e-mail, cleaned, for a frame that may do nothing; pictures from elsewhere when asked for."""
    found = message_or_404(pk)
    shows_images = request.GET.get("images") == "1"
    answer = render(request, "inbox/message.html", {"message": found, "body": SafeString(clean_html(found.html))})
    answer._csp_replace = _frame_policy(shows_images=shows_images)  # type: ignore[attr-defined]
    return answer


def _frame_policy(*, shows_images: bool) -> dict[str, list[str]]:
    """Nothing runs and nothing is loaded in the frame; links open in a tab of their own."""
    return {
        "default-src": [NONE],
        "script-src": [NONE],
        "style-src": [SELF],
        "img-src": ["data:", "https:", "http:"] if shows_images else ["data:"],
        "font-src": [NONE],
        "connect-src": [NONE],
        "manifest-src": [NONE],
        "form-action": [NONE],
        "frame-ancestors": [SELF],
        "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
    }


def _form(page: ThreadPage, asked: str) -> ReplyForm | None:
    """The form with the draft in it: where it was asked for, and where something is written already."""
    if not page.may_write:
        return None
    draft = _draft(page, asked)
    if asked not in ReplyKind.values and draft is None:
        return None
    form = ReplyForm(initial=_initial(draft, page.seen, asked))
    if asked in ReplyKind.values:
        # Whoever asked to write wants to type at once.
        form.fields["text"].widget.attrs["autofocus"] = True
    return form


def _draft(page: ThreadPage, asked: str) -> Reply | None:
    """The draft of the kind that was asked for, else the one in which something was written last."""
    if asked in ReplyKind.values:
        return next((one for one in page.drafts if one.kind == asked), None)
    written = [one for one in page.drafts if one.text.strip() or one.to]
    return max(written, key=lambda one: one.saved_at, default=None)


def _initial(draft: Reply | None, seen: str, asked: str) -> dict[str, str]:
    kept = {name: getattr(draft, name) for name in ("kind", "to", "cc", "bcc", "text")} if draft else {}
    if asked in ReplyKind.values:
        kept["kind"] = asked
    return {"kind": ReplyKind.REPLY, **kept, "seen": seen}
