"""Answer templates of a workspace: rows of our own that Instantly knows nothing of. Only this module writes them."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from iexdg.inbox.errors import InboxError
from iexdg.inbox.models import AnswerTemplate
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.workspaces.models import Workspace

LONGEST_NAME, LONGEST_TEXT = 100, 20_000


class TemplateRefusedError(InboxError):
    """A template cannot be kept like this; nothing was changed."""

    code = "template_refused"


def save_template(
    workspace: Workspace, name: str, text: str, *, by: Member, template: AnswerTemplate | None = None
) -> AnswerTemplate:
    """Create a template, or change one.

    Raises: NotAllowedError, TemplateRefusedError - no name or text, one that is too long, or a name that is taken.
    """
    require(by, Action.ANSWER, workspace)
    name, text = " ".join(name.split()), text.strip()
    if not name or len(name) > LONGEST_NAME:
        raise TemplateRefusedError(f"Give the template a name of 1 to {LONGEST_NAME} characters.")
    if not text or len(text) > LONGEST_TEXT:
        raise TemplateRefusedError(f"Give the template a text of 1 to {LONGEST_TEXT:,} characters.")
    saved = template or AnswerTemplate(workspace=workspace)
    saved.name, saved.text, saved.changed_at, saved.changed_by = name, text, timezone.now(), by
    verb = "changed" if template else "created"
    try:
        with transaction.atomic():
            saved.save()
            _record(saved, verb, by)
    except IntegrityError:
        raise TemplateRefusedError(f"There is a template named {name} already. Choose another name.") from None
    return saved


def delete_template(template: AnswerTemplate, *, by: Member) -> None:
    """Delete a template; answers that it was inserted in keep their text. Raises: NotAllowedError."""
    require(by, Action.ANSWER, template.workspace)
    with transaction.atomic():
        _record(template, "deleted", by)
        template.delete()


def _record(template: AnswerTemplate, verb: str, by: Member) -> None:
    record(
        f"inbox:template:{verb}",
        f"Answer template {template.name} {verb}",
        subject=f"workspace:{template.workspace_id}",
        by=by,
        after={"template": template.pk},
    )
