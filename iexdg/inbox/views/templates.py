"""Answer templates: the list with a form for a new one, a form for each, and deleting one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from iexdg.inbox.models import AnswerTemplate
from iexdg.inbox.queries import templates_of
from iexdg.inbox.templates import TemplateRefusedError, delete_template, save_template
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.posting import posted_from
from iexdg.workspaces.connected import current_workspace


@require_http_methods(["GET", "POST"])
@member_may(Action.ANSWER)
def templates(request: HttpRequest) -> HttpResponse:
    """List the templates, or create one."""
    return _form(request, None)


@require_http_methods(["GET", "POST"])
@member_may(Action.ANSWER)
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one template to change it, or change it."""
    return _form(request, _template_or_404(pk))


@posted_from("inbox:template")
@member_may(Action.ANSWER)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a template."""
    found = _template_or_404(pk)
    delete_template(found, by=member_of(request))
    messages.success(request, f"Template {found.name} deleted.")
    return redirect("inbox:templates")


def _form(request: HttpRequest, chosen: AnswerTemplate | None) -> HttpResponse:
    typed, error = {"name": chosen.name if chosen else "", "text": chosen.text if chosen else ""}, ""
    if request.method == "POST":
        typed = {name: request.POST.get(name, "") for name in typed}
        try:
            save_template(current_workspace(), **typed, by=member_of(request), template=chosen)
        except TemplateRefusedError as refusal:
            error = str(refusal)
        else:
            messages.success(request, "Template saved.")
            return redirect("inbox:templates")
    listed = templates_of(current_workspace())
    context = {"nav": "inbox", "chosen": chosen, "typed": typed, "error": error, "listed": listed}
    return render(request, "inbox/templates.html", context, status=422 if error else 200)


def _template_or_404(pk: int) -> AnswerTemplate:
    found = AnswerTemplate.objects.filter(workspace=current_workspace(), pk=pk).select_related("workspace").first()
    if found is None:
        raise Http404("There is no such template in this workspace.")
    return found
