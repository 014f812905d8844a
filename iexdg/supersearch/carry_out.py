"""Carries out enrichments: the only module that spends credits on SuperSearch. May run twice and at the same time.

Sent once; then its end is awaited by reading, its people are listed, and become an import that waits for its own start.
"""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from iexdg.clients.http.errors import ClientError, NotFoundError
from iexdg.clients.instantly import InstantlyClient
from iexdg.clients.instantly.background_jobs import JobOutcome
from iexdg.supersearch.models import Enrichment, EnrichmentState
from iexdg.supersearch.orders import SpendIntent, claim, close, end, follow, leave_unknown, refuse, release
from iexdg.team.errors import NotAllowedError
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.errors import WorkspaceError
from iexdg.workspaces.models import Mode, Workspace
from iexdg.workspaces.writes import perform_write
from leads.errors import LeadsError
from leads.importing.errors import UnreadableFileError
from leads.imports.moving import people_of_list, prepare_move
from leads.lists.mirror import LIST_LAG, mirror_people, people_in, read_stats, store_list
from leads.models import Import, LeadList

# Source: docs/api/instantly-facts.md §1, asynchronous work: about every 7 s.
_LOOK_EVERY = timedelta(seconds=7)
# What was not sent in this time may no longer be wanted.
_SEND_WITHIN = timedelta(minutes=15)
# A list that is not there after `LOST_AFTER` may still come: it is looked for less often, until a person abandons it.
_LOOK_FOR_LOST_EVERY = timedelta(minutes=5)
_LIST_WITHIN = timedelta(hours=1)
_RETRY_AFTER = timedelta(seconds=30)


def carry_out(pk: int) -> Import | None:
    """Take an enrichment as far as it goes now; returns the import that was made of it, if it was made now."""
    made = claim(pk)
    if made is None:
        return None
    due_in = _RETRY_AFTER
    try:
        step = _STEPS[EnrichmentState(made.state)]
        try:
            due_in = step(made, client_for(made.workspace))
        except ClientError as error:
            Enrichment.objects.filter(pk=made.pk).update(error=str(error)[:300], changed_at=timezone.now())
    finally:
        release(made, due_in=due_in)
    made.refresh_from_db()
    return made.imported


def _send(made: Enrichment, client: InstantlyClient) -> timedelta:
    if timezone.now() - made.asked_at > _SEND_WITHIN:
        refuse(made, "It was not sent within 15 minutes. Nothing was spent.")
        return _LOOK_EVERY
    if not Workspace.objects.filter(pk=made.workspace_id, mode=Mode.WRITE).exists():
        refuse(made, "The workspace was put into observe mode. Nothing was spent.")
        return _LOOK_EVERY
    # A balance that cannot be read is no reason to spend: it is tried again, and refused in the end.
    left = client.workspace.plan_details().available_credits
    if left is None or left < made.price:
        words = "not known" if left is None else f"{left:,.2f}"
        refuse(made, f"It may cost {made.price:,.0f} credits, and the balance is {words}. Nothing was spent.")
        return _LOOK_EVERY
    Enrichment.objects.filter(pk=made.pk).update(credits_before=left)
    search, fields = made.search, {"search_name": made.search.name, "skip_rows_without_email": True}
    filters = {
        **search.filters,
        "skip_owned_leads": search.skip_owned,
        "show_one_lead_per_company": search.one_per_company,
    }
    perform_write(
        SpendIntent(made),
        lambda: client.supersearch.import_leads(
            filters, most=made.most, list_name=made.list_name, find_addresses=True, fields=fields
        ),
    )
    return _LOOK_EVERY


def _find(made: Enrichment, client: InstantlyClient) -> timedelta:
    """Look for the list of what was sent and never answered; the call itself is never repeated."""
    if made.state == EnrichmentState.SENT:
        # A worker died in between: whether the call arrived is not known.
        leave_unknown(made, "The worker stopped before an answer came.")
    found = [one for one in client.lead_lists.list(search=made.list_name) if one.name == made.list_name]
    if found:
        follow(made, resource=found[0].remote_id)
    elif made.is_lost:
        words = "Instantly has no list of it after 30 minutes; whether credits were spent is not known."
        Enrichment.objects.filter(pk=made.pk).update(error=words, changed_at=timezone.now())
        return _LOOK_FOR_LOST_EVERY
    return _LOOK_EVERY


def _watch(made: Enrichment, client: InstantlyClient) -> timedelta:
    """Read how far it is; what says nothing that we know is not taken for an end."""
    expected = (EnrichmentState.RUNNING,)
    if made.job_remote_id:
        job = client.background_jobs.get(made.job_remote_id)
        Enrichment.objects.filter(pk=made.pk).update(progress=job.progress, changed_at=timezone.now(), error="")
        if job.outcome in {JobOutcome.FAILED, JobOutcome.CANCELLED}:
            words = f"Its job ended as {job.status} at Instantly"
            close(made, EnrichmentState.FAILED, expected, "Failed at Instantly", error=f"{words}.", **_balance(made))
            return _LOOK_EVERY
        has_ended = job.outcome is JobOutcome.SUCCEEDED
    else:
        has_ended = True
    if has_ended and client.supersearch.get(made.resource_remote_id).in_progress is False:
        end(made)
        return LIST_LAG
    if made.watch_until is not None and timezone.now() > made.watch_until:
        reason = "No end was read within 2 hours. What was found is in its lead list."
        close(made, EnrichmentState.OVERDUE, expected, "No end was read", error=reason)
    return _LOOK_EVERY


def _list(made: Enrichment, client: InstantlyClient) -> timedelta:
    """List its people, and prepare an import of them, which spends and loads nothing until it is started."""
    lead_list = _list_of(made, client)
    mirror_people(lead_list)
    read_stats(lead_list)
    people = people_in(lead_list)
    facts: dict[str, Any] = {
        "found": people.count(),
        "with_address": people.exclude(email="").count(),
        **_balance(made),
    }
    try:
        imported = _import_of(made, lead_list)
    except (LeadsError, UnreadableFileError, NotAllowedError, WorkspaceError) as refusal:
        reason = str(refusal)[:300]
        close(made, EnrichmentState.LISTED, (EnrichmentState.LISTING,), "In the lead list", error=reason, **facts)
        return _LOOK_EVERY
    facts |= {"imported": imported, "error": ""}
    close(made, EnrichmentState.IMPORTED, (EnrichmentState.LISTING,), "Prepared an import", **facts)
    return _LOOK_EVERY


def _import_of(made: Enrichment, lead_list: LeadList) -> Import:
    """The import of its people; that of a worker that stopped right after making it, if there is one."""
    there = Import.objects.filter(source_list=lead_list, campaign=made.campaign).order_by("-pk").first()
    return there or prepare_move(people_of_list(lead_list), into=made.campaign, by=made.by)


def _list_of(made: Enrichment, client: InstantlyClient) -> LeadList:
    try:
        lead_list = store_list(made.workspace, client.lead_lists.get(made.resource_remote_id))
    except NotFoundError as error:
        if made.ended_at is not None and timezone.now() - made.ended_at > _LIST_WITHIN:
            close(made, EnrichmentState.LISTED, (EnrichmentState.LISTING,), "Its list is gone", error=str(error)[:300])
        raise
    Enrichment.objects.filter(pk=made.pk).update(lead_list=lead_list)
    return lead_list


def _balance(made: Enrichment) -> dict[str, Decimal | None]:
    """The credits that are left now; unknown where they cannot be read."""
    try:
        left = client_for(made.workspace).workspace.plan_details().available_credits
    except ClientError:
        return {}
    return {"credits_after": left}


_STEPS: dict[EnrichmentState, Callable[[Enrichment, InstantlyClient], timedelta]] = {
    EnrichmentState.ASKED: _send,
    EnrichmentState.SENT: _find,
    EnrichmentState.UNKNOWN: _find,
    EnrichmentState.RUNNING: _watch,
    EnrichmentState.LISTING: _list,
}
