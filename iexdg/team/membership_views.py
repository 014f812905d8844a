"""Views of the team, for admins only. Above the audit package, like the actions they call.

An admin of one workspace sees the members who have a role in it; the others do not exist for them.
"""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from iexdg.team.audit.already import already
from iexdg.team.current import Connected, workspace_here
from iexdg.team.errors import TeamError
from iexdg.team.forms import EVERYWHERE, AddMemberForm, PasswordForm, RoleForm, SecondFactorForm, SignInForm
from iexdg.team.membership import add_member, change_membership, change_role, set_password, switch_sign_in
from iexdg.team.models import Member
from iexdg.team.pages import MAY, TeamPage, team_page
from iexdg.team.permissions import member_may, member_of
from iexdg.team.queries import roles_with_second_factor
from iexdg.team.roles import Action, Role
from iexdg.team.second_factor import require_of_roles, reset_second_factor
from iexdg.team.sign_in_again import recent_sign_in, recent_sign_in_when
from iexdg.ui.posting import posted_from


@require_GET
@member_may(Action.SETTINGS)
def team(request: HttpRequest) -> HttpResponse:
    """Show who is on the team."""
    return _page(request)


@sensitive_post_parameters("password")
@posted_from("team:team")
@member_may(Action.SETTINGS)
@recent_sign_in
def add(request: HttpRequest) -> HttpResponse:
    """Add a member."""
    page = _team(request)
    form = _add_form(page, request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    wanted = form.cleaned_data
    is_everywhere = wanted.get("where") == EVERYWHERE if page.offers_both else page.is_over_all
    workspace = None if is_everywhere else page.workspace
    try:
        member = add_member(
            wanted["email"],
            name=wanted["name"],
            role=wanted["role"],
            password=wanted["password"],
            by=member_of(request),
            workspace=workspace,
        )
    except TeamError as refusal:
        form.add_error("email", str(refusal))
        return _page(request, form, status=422)
    messages.success(request, f"{member.name} can sign in now as {Role(wanted['role']).label}{_in(workspace)}.")
    return redirect("team:team")


@posted_from("team:team")
@member_may(Action.SETTINGS)
@recent_sign_in
def role(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a member's role in every workspace; empty where only their memberships are to count."""
    member = _member(request, pk)
    form = RoleForm(request.POST, may_be_none=_team(request).has_several)
    if not form.is_valid():
        return _no_such_role(request)
    wanted = form.cleaned_data["role"]
    words = (
        f"{member.name} is {Role(wanted).label} now."
        if wanted
        else f"{member.name} has no role for all workspaces now."
    )
    return _do(request, words, lambda by: change_role(member, wanted, by=by), _done(member, "role-changed"))


@posted_from("team:team")
@member_may(Action.SETTINGS)
@recent_sign_in
def membership(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a member's role in the current workspace; empty takes away what was set for it."""
    member, workspace = _member(request, pk), workspace_here()
    form = RoleForm(request.POST, may_be_none=True)
    if not form.is_valid() or workspace is None:
        return _no_such_role(request)
    wanted = form.cleaned_data["role"]
    what = f"{member.name} is {Role(wanted).label}" if wanted else f"{member.name} has no role of their own"
    words = f"{what} in {workspace.name} now."
    return _do(
        request, words, lambda by: change_membership(member, workspace, wanted, by=by), _done(member, "role-changed")
    )


@posted_from("team:team")
@member_may(Action.SETTINGS)
@recent_sign_in_when(lambda request: request.POST.get("is_active") != "no")
def sign_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Deactivate or reactivate a member."""
    member = _member(request, pk)
    form = SignInForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Say whether they may sign in: reload the page and try again.")
        return _page(request, status=422)
    is_active = form.cleaned_data["is_active"]
    words = f"{member.name} {'can sign in again' if is_active else 'cannot sign in any more'}."
    event = "reactivated" if is_active else "deactivated"
    workspace = _of_admin(request)
    switched = partial(switch_sign_in, member, is_active=is_active, workspace=workspace)
    return _do(request, words, lambda by: switched(by=by), _done(member, event))


@sensitive_post_parameters("password")
@posted_from("team:team")
@member_may(Action.SETTINGS)
@recent_sign_in
def password(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a member's password, or one's own."""
    member = _member(request, pk)
    form = PasswordForm(request.POST, member=member)
    if not form.is_valid():
        reasons = " ".join(str(error) for error in form.errors["password"])
        messages.error(request, f"The password was not set. {reasons}")
        return _page(request, status=422)
    by = member_of(request)
    try:
        set_password(member, form.cleaned_data["password"], by=by, workspace=_of_admin(request))
    except TeamError as refusal:
        messages.error(request, str(refusal))
        return _page(request, status=422)
    if member.pk == by.pk:
        update_session_auth_hash(request, member)
    messages.success(request, f"The password of {member.name} was set; their open sessions have ended.")
    return redirect("team:team")


@posted_from("team:team")
@member_may(Action.SETTINGS)
@recent_sign_in
def second_factor(request: HttpRequest) -> HttpResponse:
    """Require a second factor of roles."""
    form = SecondFactorForm(request.POST)
    if not form.is_valid():
        messages.error(request, "There is no such role. Choose from the list.")
        return _page(request, status=422)
    roles = form.cleaned_data["roles"]
    return _do(request, "The rule for second factors was saved.", lambda by: require_of_roles(roles, by=by))


@posted_from("team:team")
@member_may(Action.SETTINGS)
@recent_sign_in
def reset_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove the second factors of a member who lost theirs."""
    member = _member(request, pk)
    words = f"The second factor of {member.name} was reset. They sign in with their password, and can set up another."
    workspace = _of_admin(request)
    return _do(request, words, lambda by: reset_second_factor(member, by=by, workspace=workspace))


def _do(
    request: HttpRequest, words: str, verb: Callable[[Member], bool], done: tuple[str, str, str] = ("", "", "")
) -> HttpResponse:
    """Run the verb. Shapes: done - what was done where nothing changes, its subject and its event."""
    try:
        was_changed = verb(member_of(request))
    except TeamError as refusal:
        messages.error(request, str(refusal))
        return _page(request, status=422)
    if was_changed:
        messages.success(request, words)
    else:
        messages.info(request, f"{already(*done) or 'It is like that.'} Nothing was changed.")
    return redirect("team:team")


def _done(member: Member, event: str) -> tuple[str, str, str]:
    return event.rpartition("-")[2], f"member:{member.pk}", f"team:member:{event}"


def _no_such_role(request: HttpRequest) -> HttpResponse:
    messages.error(request, "There is no such role. Choose one from the list.")
    return _page(request, status=422)


def _of_admin(request: HttpRequest) -> Connected | None:
    """The workspace whose admin asks; None for an admin of all."""
    return None if member_of(request).may_everywhere(Action.SETTINGS) else workspace_here()


def _member(request: HttpRequest, pk: int) -> Member:
    """Raises: Http404 - no such member, or none that the admin of one workspace sees."""
    member = get_object_or_404(Member, pk=pk)
    if not member_of(request).may_everywhere(Action.SETTINGS) and not member.role_in(workspace_here()):
        raise Http404("There is no such member in this workspace.")
    return member


def _in(workspace: Connected | None) -> str:
    return f" in {workspace.name}" if workspace is not None else ""


def _team(request: HttpRequest) -> TeamPage:
    return team_page(member_of(request))


def _add_form(page: TeamPage, data: QueryDict | None = None) -> AddMemberForm:
    return AddMemberForm(data, workspace=page.workspace.name if page.offers_both and page.workspace else "")


def _page(request: HttpRequest, form: AddMemberForm | None = None, status: int = 200) -> HttpResponse:
    page = _team(request)
    required = roles_with_second_factor()
    context = {
        "nav": "settings",
        "tab": "team",
        "form": form or _add_form(page),
        "page": page,
        "lines": page.lines,
        "roles": [(name.label, may) for name, may in MAY.items()],
        "rules": [(role.value, role.label, role.value in required) for role in Role],
    }
    return render(request, "team/team.html", context, status=status)
