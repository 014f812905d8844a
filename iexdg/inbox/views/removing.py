"""Blocking whoever wrote, and deleting a conversation at Instantly, which asks first."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from iexdg.inbox.errors import InboxError
from iexdg.inbox.models import Message, Reply, ReplyState
from iexdg.inbox.verbs import delete_at_instantly
from iexdg.inbox.views.access import thread_or_404
from iexdg.operations.enqueue import enqueue
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.posting import posted_from
from iexdg.workspaces.errors import WorkspaceError
from leads.blocklist.ask import ask_to_block
from leads.companies import company_domain_of
from leads.errors import LeadsError
from leads.models import BlockSource
from leads.tasks import change_people, send_block_list


@posted_from("inbox:thread")
@member_may(Action.BLOCK)
def block(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the address of the person on the block list, or everyone at its domain."""
    thread = thread_or_404(pk)
    values = {"address": thread.lead, "domain": company_domain_of(thread.lead)}
    value = values.get(request.POST.get("what", ""), "")
    if not value:
        messages.error(request, "Choose the address or the domain of a company. Nothing was changed.")
        return redirect("inbox:thread", pk)
    try:
        outcome = ask_to_block(
            thread.workspace,
            [value],
            by=member_of(request),
            source=BlockSource.PERSON,
            why=request.POST.get("why", "")[:300],
        )[value]
    except (LeadsError, WorkspaceError) as refusal:
        messages.error(request, str(refusal))
        return redirect("inbox:thread", pk)
    enqueue(send_block_list, thread.workspace_id)
    messages.info(request, f"{value}: {outcome.value}. It blocks here from now on; Instantly is asked at once.")
    return redirect("inbox:thread", pk)


@require_http_methods(["GET", "POST"])
@member_may(Action.PEOPLE)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what is lost; request that every e-mail of the conversation is deleted at Instantly."""
    thread, error = thread_or_404(pk), ""
    if request.method == "POST":
        try:
            group = delete_at_instantly(thread, by=member_of(request))
        except (InboxError, LeadsError, WorkspaceError) as refusal:
            error = str(refusal)
        else:
            enqueue(change_people, thread.workspace_id)
            return redirect("leads:people-changes", group)
    context = {
        "nav": "inbox",
        "thread": thread,
        "emails": Message.objects.filter(thread=thread).count(),
        "drafts": Reply.objects.filter(thread=thread, state=ReplyState.DRAFT).exclude(text="").count(),
        "error": error,
    }
    return render(request, "inbox/delete.html", context, status=422 if error else 200)
