"""What people do with a conversation: answer, undo, assign, mark as read, set the interest."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from iexdg.clients.http.errors import ClientError
from iexdg.inbox.errors import AnsweredMeanwhileError, InboxError, ReplyRefusedError, UnfilledError
from iexdg.inbox.filling import filled
from iexdg.inbox.forms import AssignForm, InterestForm, ReplyForm
from iexdg.inbox.models import AnswerTemplate, ReplyKind
from iexdg.inbox.pages.thread import thread_page
from iexdg.inbox.queries import answers_seen, variables_of
from iexdg.inbox.replies import queue_reply, save_draft, undo_reply
from iexdg.inbox.simulating import simulate
from iexdg.inbox.verbs import assign as assign_thread
from iexdg.inbox.verbs import mark_as_read, mark_as_unread, set_interest
from iexdg.inbox.views.access import thread_or_404
from iexdg.inbox.views.reading import render_thread
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.filters import number_in
from iexdg.ui.posting import posted_from
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError


@posted_from("inbox:thread")
@member_may(Action.ANSWER)
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an answer leave in 20 s; a second answer to the same e-mail is shown the first one before."""
    thread, member, form = thread_or_404(pk), member_of(request), ReplyForm(request.POST.dict())
    if not form.is_valid():
        return _again(request, pk, form)
    try:
        given = form.cleaned_data
        queue_reply(thread, by=member, seen=given["seen"], as_is=given["as_is"], keeps_draft=True, **form.typed)
    except UnfilledError as refusal:
        # Only now the form offers to send it as it is.
        form.asks_as_is = True
        form.add_error(None, f"{refusal} Write it yourself, or send the text as it is.")
        return _again(request, pk, form)
    except AnsweredMeanwhileError as refusal:
        form.add_error(None, str(refusal))
        # Who has read this may send a second answer: the form now names the answers that there are.
        form.data = {**form.data, "seen": answers_seen(thread)}
        return _again(request, pk, form)
    except (ReplyRefusedError, WorkspaceError) as refusal:
        form.add_error(None, str(refusal))
        return _again(request, pk, form)
    return redirect("inbox:thread", pk)


@posted_from("inbox:thread")
@member_may(Action.ANSWER)
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what is being typed."""
    thread, form = thread_or_404(pk), ReplyForm(request.POST)
    if form.is_valid() or "text" in form.cleaned_data:
        save_draft(thread, by=member_of(request), **form.typed)
        return HttpResponse("The draft is kept while you type.")
    return HttpResponse(f"The draft is not kept: {form.errors['text'][0]}")


@posted_from("inbox:thread")
@member_may(Action.ANSWER)
def insert(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a template after what is typed, with the variables of the person, and open the form again."""
    thread = thread_or_404(pk)
    template = AnswerTemplate.objects.filter(
        workspace=thread.workspace, pk=number_in(request.POST.get("template", "")) or 0
    ).first()
    if template is None:
        messages.error(request, "Choose a template first.")
    typed = {name: request.POST.get(name, "") for name in ("kind", "to", "cc", "bcc", "text")}
    if template is not None:
        added = filled(template.text, variables_of(thread))
        typed["text"] = f"{typed['text'].rstrip()}\n\n{added}".lstrip("\n")
    try:
        save_draft(thread, by=member_of(request), **typed)
    except ReplyRefusedError as refusal:
        form = ReplyForm(request.POST.dict())
        if form.is_valid():
            form.add_error(None, str(refusal))
        return _again(request, pk, form)
    kind = typed["kind"] if typed["kind"] in ReplyKind.values else ReplyKind.REPLY
    return redirect(f"{reverse('inbox:thread', args=[pk])}?write={kind}#write")


@posted_from("inbox:thread")
@member_may(Action.ANSWER)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an answer back that has not left yet, also a colleague's; the form says which one."""
    member = member_of(request)
    undone = undo_reply(thread_or_404(pk), by=member, reply=number_in(request.POST.get("reply", "")))
    if undone is None:
        messages.info(request, "It has left already, or was undone before.")
    elif undone.by_id == member.pk:
        messages.success(request, "Undone. Nothing was sent; your text is a draft again.")
    else:
        messages.success(request, f"Undone. Nothing was sent; the text is a draft of {undone.by.name} again.")
    return redirect("inbox:thread", pk)


@posted_from("inbox:thread")
@member_may(Action.ANSWER)
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the conversation to a member."""
    thread = thread_or_404(pk)
    form = AssignForm(request.POST, workspace=thread.workspace)
    if not form.is_valid():
        messages.error(request, "Choose someone who may answer e-mails here.")
        return redirect("inbox:thread", pk)
    to = form.cleaned_data["member"]
    assign_thread(thread, to=to, by=member_of(request))
    messages.success(request, f"Assigned to {to.name}." if to else "Assigned to nobody.")
    return redirect("inbox:thread", pk)


@posted_from("inbox:thread")
@member_may(Action.ANSWER)
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark every e-mail of the conversation as read, at Instantly too."""
    try:
        mark_as_read(thread_or_404(pk), by=member_of(request))
    except (InboxError, WorkspaceError, ClientError) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Marked as read.")
    return redirect("inbox:thread", pk)


@posted_from("inbox:thread")
@member_may(Action.ANSWER)
def unread(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark the newest e-mail that came in as unread, at Instantly too."""
    try:
        mark_as_unread(thread_or_404(pk), by=member_of(request))
    except (InboxError, WorkspaceError, ClientError) as refusal:
        messages.error(request, str(refusal))
        return redirect("inbox:thread", pk)
    messages.success(request, "Marked as unread.")
    return redirect("inbox:thread", pk)


@posted_from("inbox:thread")
@member_may(Action.ANSWER)
def interest(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the interest of the person at Instantly."""
    form = InterestForm(request.POST, workspace=thread_or_404(pk).workspace)
    if not form.is_valid():
        messages.error(request, "Choose one of the interests.")
        return redirect("inbox:thread", pk)
    try:
        set_interest(thread_or_404(pk), form.cleaned_data["interest"], by=member_of(request))
    except (InboxError, WorkspaceError, ClientError) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Interest set. Instantly carries it out in a moment.")
    return redirect("inbox:thread", pk)


def _again(request: HttpRequest, pk: int, form: ReplyForm) -> HttpResponse:
    """The page as it is now, with what was typed."""
    thread = thread_or_404(pk)
    return render_thread(request, thread_page(thread, member_of(request)), form, status=422)


@posted_from("inbox:list")
@member_may(Action.ANSWER)
def simulate_a_reply(request: HttpRequest) -> HttpResponse:
    """Have someone in the sandbox reply, and show where that arrives."""
    try:
        made = simulate(current_workspace(), by=member_of(request))
    except InboxError as refusal:
        messages.error(request, str(refusal))
    else:
        words = f"{made.lead} replied to {made.campaign.name} in the sandbox. It arrives here within seconds."
        messages.success(request, words)
    return redirect(f"{reverse('inbox:list')}?show=all")
