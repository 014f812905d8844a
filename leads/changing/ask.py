"""Requests changes of lead lists and of people. Each is a row before anything is sent; see `carry_out`."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.ui.formatting import plural
from iexdg.ui.visible import clean_line, clean_text
from iexdg.workspaces.connected import require_write_mode
from iexdg.workspaces.models import Workspace
from leads.errors import PeopleChangeError
from leads.models import (
    Import,
    ImportState,
    Lead,
    LeadList,
    ListedLead,
    PeopleChange,
    PeopleChangeState,
    PeopleWanted,
)
from leads.models.change import OPEN_PEOPLE_CHANGE
from leads.states import move_people_change

LONGEST_NAME = 100
# What of a person can be changed: the field here -> Instantly's name. Anything else is one of its variables.
FIELDS = {name: name for name in ("first_name", "last_name", "company_name", "job_title")}
_LONGEST_VALUE = 5000
_ROWS_AT_ONCE = 500
# One request removes at most so many: each is a row, and is read back.
MOST_REMOVED = 20_000


def create_list(workspace: Workspace, name: str, *, by: Member, via: str | None = None) -> PeopleChange:
    """Request a new, empty list.

    Raises: NotAllowedError, ObserveModeError, PeopleChangeError - nothing was recorded.
    """
    _require(workspace, by)
    values = {"name": _name(workspace, name)}
    same = PeopleChange.objects.filter(
        workspace=workspace, wanted=PeopleWanted.CREATE_LIST, state__in=OPEN_PEOPLE_CHANGE, values=values
    )
    if same.exists():
        raise PeopleChangeError(f"A list named {values['name']} is being created. Wait until that is confirmed.")
    return _one(workspace, PeopleWanted.CREATE_LIST, by=by, via=via, values=values)


def rename_list(lead_list: LeadList, name: str, *, by: Member, via: str | None = None) -> PeopleChange:
    """Request another name. Raises: NotAllowedError, ObserveModeError, PeopleChangeError - nothing was recorded."""
    workspace = lead_list.workspace
    _require(workspace, by)
    values = {"name": _name(workspace, name, but=lead_list)}
    return _one(workspace, PeopleWanted.RENAME_LIST, by=by, via=via, values=values, about=lead_list)


def delete_list(lead_list: LeadList, *, by: Member, via: str | None = None) -> PeopleChange:
    """Request that a list goes, and everyone in it with it.

    Raises: NotAllowedError, ObserveModeError, PeopleChangeError (people of it are being moved) - nothing was recorded.
    """
    _require(lead_list.workspace, by)
    idle = [ImportState.DONE, ImportState.FAILED, ImportState.UPLOADED, ImportState.MAPPED]
    if Import.objects.filter(lead_list=lead_list).exclude(state__in=idle).exists():
        raise PeopleChangeError("People are being put into this list. Finish or stop that import first.")
    moving = Import.objects.filter(source_list=lead_list).exclude(state__in=idle)
    if moving.exists():
        raise PeopleChangeError("People of this list are being moved out of it. Finish or stop that first.")
    return _one(lead_list.workspace, PeopleWanted.DELETE_LIST, by=by, via=via, values={}, about=lead_list)


def change_variables(
    lead: Lead, fields: Mapping[str, str], variables: Mapping[str, str], *, by: Member, via: str | None = None
) -> PeopleChange:
    """Request other values of a person in a campaign; only what differs is sent, without what shows nothing.

    Shapes: fields - of FIELDS; variables - of those that Instantly lists for the person.
    Raises: NotAllowedError, ObserveModeError, PeopleChangeError (nothing differs, a value is too long, or a variable is
        not theirs) - nothing was recorded.
    """
    workspace = lead.campaign.workspace
    _require(workspace, by)
    if unknown := [name for name in variables if name not in lead.variables]:
        raise PeopleChangeError(f"There is no variable {unknown[0][:50]}.")
    fields, variables = _cleaned(fields), _cleaned(variables)
    new: dict[str, Any] = _differing({FIELDS[name]: text for name, text in fields.items()}, vars(lead))
    if others := _differing(variables, lead.variables):
        new["custom_variables"] = others
    if any(len(text) > _LONGEST_VALUE for text in [*fields.values(), *variables.values()]):
        raise PeopleChangeError(f"A value has more than {_LONGEST_VALUE:,} characters.")
    if not new:
        raise PeopleChangeError("Nothing differs from what Instantly has.")
    return _one(workspace, PeopleWanted.VARIABLES, by=by, via=via, values=new, about=lead)


def _cleaned(values: Mapping[str, str]) -> dict[str, str]:
    return {name: clean_text(text) for name, text in values.items()}


def _differing(wanted: Mapping[str, str], there: Mapping[str, Any]) -> dict[str, str]:
    """Those values that are not there already; what shows nothing makes no difference."""
    return {name: text for name, text in wanted.items() if clean_text(str(there[name] or "")) != text}


def remove_people(
    workspace: Workspace,
    people: QuerySet[Lead] | QuerySet[ListedLead],
    *,
    by: Member,
    expected: int | None = None,
    via: str | None = None,
) -> tuple[int, int]:
    """Request that people leave their campaign or list: the number of the group, and how many.

    Shapes: expected - how many the person was shown; another number refuses it.
    Raises: NotAllowedError, ObserveModeError, PeopleChangeError (no one, or another number) - nothing was recorded.
    """
    _require(workspace, by)
    with transaction.atomic():
        found: list[Lead | ListedLead] = list(people.order_by("pk")[: MOST_REMOVED + 1])
        if len(found) > MOST_REMOVED:
            raise PeopleChangeError(f"At most {MOST_REMOVED:,} people can be removed at once. Narrow the filter.")
        if expected is not None and len(found) != expected:
            raise PeopleChangeError(
                f"It was to be {plural(expected, 'person', 'people')}, and now it would be {len(found):,}. Look again."
            )
        open_ones = _open_removals(workspace, [one.remote_id for one in found])
        new = [_removal(workspace, one, by) for one in found if one.remote_id not in open_ones]
        if not new:
            raise PeopleChangeError("No one is left to remove: they are gone, or are being removed already.")
        PeopleChange.objects.bulk_create(new, batch_size=_ROWS_AT_ONCE)
        group = new[0].pk
        for place in range(0, len(new), _ROWS_AT_ONCE):
            part = [one.pk for one in new[place : place + _ROWS_AT_ONCE]]
            PeopleChange.objects.filter(pk__in=part).update(group=group)
        words = f"Request to remove {plural(len(new), 'person', 'people')} from {_places(new)}"
        _record(workspace, PeopleWanted.REMOVE, words, group, by=by, via=via)
    return group, len(new)


def delete_emails(
    workspace: Workspace,
    remote_ids: Collection[str],
    *,
    by: Member,
    conversation: int,
    campaign: Campaign | None,
    lead: Lead | None,
    via: str | None = None,
) -> int:
    """Request that e-mails of a conversation are deleted at Instantly; returns the number of the group.

    Shapes: conversation - its number here; lead - the person, None where no campaign has them.
    Raises: NotAllowedError, ObserveModeError, PeopleChangeError (none is left to delete) - nothing was recorded.
    """
    _require(workspace, by)
    with transaction.atomic():
        there = PeopleChange.objects.filter(
            workspace=workspace, wanted=PeopleWanted.DELETE_EMAIL, state__in=OPEN_PEOPLE_CHANGE
        )
        known = set(there.filter(remote_id__in=list(remote_ids)).values_list("remote_id", flat=True))
        now = timezone.now()
        values = {"conversation": conversation}
        wanted = {"workspace": workspace, "wanted": PeopleWanted.DELETE_EMAIL, "by": by, "values": values}
        wanted |= {"campaign": campaign, "lead": lead}
        new = [
            PeopleChange(**wanted, remote_id=remote_id, asked_at=now, changed_at=now)
            for remote_id in dict.fromkeys(remote_ids)
            if remote_id not in known
        ]
        if not new:
            raise PeopleChangeError("Deleting this is requested already, or nothing is left to delete.")
        PeopleChange.objects.bulk_create(new, batch_size=_ROWS_AT_ONCE)
        group = new[0].pk
        PeopleChange.objects.filter(pk__in=[one.pk for one in new]).update(group=group)
        words = f"Request to delete {plural(len(new), 'e-mail')} of conversation {conversation}"
        _record(workspace, PeopleWanted.DELETE_EMAIL, words, group, by=by, via=via)
    return group


def stop_group(workspace: Workspace, group: int, *, by: Member, via: str | None = None) -> int:
    """Refuse what of a group was not sent yet; returns how many. Raises: NotAllowedError."""
    require(by, Action.PEOPLE, workspace)
    waiting = PeopleChange.objects.filter(workspace=workspace, group=group)
    now = timezone.now()
    stopped = move_people_change(
        waiting, to=PeopleChangeState.REFUSED, expected=PeopleChangeState.ASKED, error=f"Stopped by {by.name}"[:300],
        closed_at=now, changed_at=now,
    )  # fmt: skip
    if stopped:
        wanted = PeopleWanted(waiting.values_list("wanted", flat=True)[0])
        stays = (
            ("e-mail stays", "e-mails stay") if wanted == PeopleWanted.DELETE_EMAIL else ("person stays", "people stay")
        )
        words = f"Stopped; {plural(stopped, *stays)}"
        _record(workspace, wanted, words, group, by=by, via=via, verb="stopped")
    return stopped


def _require(workspace: Workspace, by: Member) -> None:
    require(by, Action.PEOPLE, workspace)
    require_write_mode(workspace)


def _name(workspace: Workspace, name: str, *, but: LeadList | None = None) -> str:
    wanted = clean_line(name)
    if not wanted or len(wanted) > LONGEST_NAME:
        raise PeopleChangeError(f"Give the list a name of 1 to {LONGEST_NAME} characters.")
    same = LeadList.objects.filter(workspace=workspace, vanished_at__isnull=True, name=wanted)
    if but is not None:
        same = same.exclude(pk=but.pk)
    if same.exists():
        raise PeopleChangeError(f"There is a list named {wanted} already. Choose another name.")
    return wanted


def _open_removals(workspace: Workspace, remote_ids: Collection[str]) -> set[str]:
    there = PeopleChange.objects.filter(
        workspace=workspace, wanted=PeopleWanted.REMOVE, state__in=OPEN_PEOPLE_CHANGE
    ).values_list("remote_id", flat=True)
    return set(there) & set(remote_ids)


def _places(removals: Sequence[PeopleChange]) -> str:
    """Where people are removed from, without naming anyone: "05A", or "2 campaigns and lists"."""
    campaigns = {one.campaign_id for one in removals if one.campaign_id}
    lists = {one.lead_list_id for one in removals if one.lead_list_id}
    if len(campaigns) + len(lists) > 1:
        return plural(len(campaigns) + len(lists), "campaign or list", "campaigns and lists")
    place = Campaign.objects.filter(pk__in=campaigns).first() or LeadList.objects.filter(pk__in=lists).first()
    return str(place)


def _removal(workspace: Workspace, one: Lead | ListedLead, by: Member | None) -> PeopleChange:
    now = timezone.now()
    return PeopleChange(
        workspace=workspace,
        wanted=PeopleWanted.REMOVE,
        remote_id=one.remote_id,
        lead=one if isinstance(one, Lead) else None,
        campaign_id=one.campaign_id if isinstance(one, Lead) else None,
        listed=one if isinstance(one, ListedLead) else None,
        lead_list_id=one.lead_list_id if isinstance(one, ListedLead) else None,
        by=by,
        asked_at=now,
        changed_at=now,
    )


def _one(
    workspace: Workspace,
    wanted: PeopleWanted,
    *,
    by: Member,
    via: str | None,
    values: dict[str, Any],
    about: LeadList | Lead | None = None,
) -> PeopleChange:
    now = timezone.now()
    try:
        with transaction.atomic():
            change = PeopleChange.objects.create(
                workspace=workspace,
                wanted=wanted,
                remote_id=about.remote_id if about else "",
                lead_list=about if isinstance(about, LeadList) else None,
                lead=about if isinstance(about, Lead) else None,
                campaign_id=about.campaign_id if isinstance(about, Lead) else None,
                values=values,
                by=by,
                asked_at=now,
                changed_at=now,
            )
            PeopleChange.objects.filter(pk=change.pk).update(group=change.pk)
            change.group = change.pk
            _record(workspace, wanted, f"Request to {wanted.label}", change.pk, by=by, via=via)
    except IntegrityError:
        raise PeopleChangeError("The same was requested a moment ago. Wait until that is confirmed.") from None
    return change


def _record(
    workspace: Workspace, wanted: PeopleWanted, words: str, group: int, *, by: Member, via: str | None,
    verb: str = "asked",
) -> None:  # fmt: skip
    """One event; it counts, and names no one."""
    subject, after = f"workspace:{workspace.pk}", {"request": group}
    record(f"people:{wanted}:{verb}", words, subject=subject, by=by, via=via, after=after)
