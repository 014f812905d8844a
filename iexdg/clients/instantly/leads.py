"""Leads: add one or a batch, find, read and delete them; and the vendor's accounting of a batch."""

from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from typing import Annotated, Any

from pydantic import Field

from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.answers import MOST_PER_PAGE, Page, checked_limit, identified, one, page_of, walk
from iexdg.clients.instantly.background_jobs import BackgroundJob, job_in
from iexdg.clients.instantly.lead_selection import LeadSelection, MoveOptions, is_blank
from iexdg.clients.instantly.model import (
    OBJECTS,
    Code,
    Count,
    Identifier,
    Integer,
    Model,
    Moment,
    Object,
    Text,
    count,
)

_PATH = "leads"
_LIST = f"{_PATH}/list"
_ADD = f"{_PATH}/add"
# Source: docs/api/instantly-facts.md §2.2, POST /leads/add takes 1 to 1000 leads.
MOST_PER_LOAD = 1000


class LeadStatus(IntEnum):
    """Source: docs/api/instantly-facts.md §2.0; a lead keeps its code as an int, so an unknown one survives."""

    ACTIVE = 1
    PAUSED = 2
    COMPLETED = 3
    BOUNCED = -1
    UNSUBSCRIBED = -2
    SKIPPED = -3


class Lead(Model):
    """One lead; `campaign_remote_id` is None for a lead that is in a list only."""

    required = ("remote_id",)
    # Without its counters and its status a person who bounced or replied would look like one who did not, and without
    # the time of an interest a change would look like none.
    checked = (
        "email", "campaign_remote_id", "status", "open_count", "reply_count", "click_count", "last_contact_at",
        "last_reply_at", "interest_status", "interest_changed_at",
    )  # fmt: skip

    remote_id: Identifier = Field("", validation_alias="id")
    campaign_remote_id: Text = Field(None, validation_alias="campaign")
    list_remote_id: Text = Field(None, validation_alias="list_id")
    subsequence_remote_id: Text = Field(None, validation_alias="subsequence_id")
    assigned_to: Text = None
    email: Text = None
    first_name: Text = None
    last_name: Text = None
    company_name: Text = None
    job_title: Text = None
    status: Code = None
    verification_status: Integer = None
    enrichment_status: Integer = None
    provider_code: Code = Field(None, validation_alias="esp_code")
    interest_status: Integer = Field(None, validation_alias="lt_interest_status")
    open_count: Count = Field(None, validation_alias="email_open_count")
    reply_count: Count = Field(None, validation_alias="email_reply_count")
    click_count: Count = Field(None, validation_alias="email_click_count")
    payload: Object = Field(default_factory=dict)
    created_at: Moment = Field(None, validation_alias="timestamp_created")
    last_contact_at: Moment = Field(None, validation_alias="timestamp_last_contact")
    last_reply_at: Moment = Field(None, validation_alias="timestamp_last_reply")
    interest_changed_at: Moment = Field(None, validation_alias="timestamp_last_interest_change")


class CreatedLead(Model):
    """One lead that was made; `index` is its place in the list that was sent."""

    index: Count = None
    id: Identifier = ""
    email: Text = None


class LoadAccounting(Model):
    """The vendor's own account of one batch.

    Source: docs/api/instantly-facts.md §2.2, the answer of POST /leads/add (read 2026-11-22).
    """

    total_sent: Count = None
    leads_uploaded: Count = None
    in_blocklist: Count = None
    duplicated_leads: Count = None
    skipped_count: Count = None
    invalid_email_count: Count = None
    incomplete_count: Count = None
    duplicate_email_count: Count = None
    remaining_in_plan: Integer = None
    created_leads: Annotated[tuple[CreatedLead, ...], OBJECTS] = ()

    @property
    def accounted(self) -> int | None:
        """Return uploaded plus every skip class; None while one of them is not reported."""
        classes = (
            self.leads_uploaded,
            self.in_blocklist,
            self.duplicated_leads,
            self.skipped_count,
            self.invalid_email_count,
            self.incomplete_count,
            self.duplicate_email_count,
        )
        known = [count for count in classes if count is not None]
        return sum(known) if len(known) == len(classes) else None

    @property
    def adds_up(self) -> bool:
        """Say whether every lead that was sent is in exactly one class."""
        return self.total_sent is not None and self.accounted == self.total_sent

    @property
    def is_itemised(self) -> bool:
        """Say whether every uploaded lead is named, so that outcomes can be recorded lead by lead."""
        named = [lead for lead in self.created_leads if lead.id and lead.index is not None]
        return self.leads_uploaded == len(named) == len(self.created_leads)


class Leads:
    """Source: docs/api/instantly-facts.md §2.2 (read 2026-11-22). Adding leads can flip a campaign active (Law 7)."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def create(
        self,
        campaign_remote_id: str | None,
        lead: Mapping[str, Any],
        *,
        list_remote_id: str | None = None,
        lane: Lane = Lane.BULK,
    ) -> Lead:
        """Add one lead; not repeated when its answer is lost. Re-read the campaign's status afterwards.

        Shapes: without a campaign and a list the lead is in neither, and nothing is ever sent to it.
        """
        places = {"campaign": campaign_remote_id, "list_id": list_remote_id}
        body = {**lead, **{name: place for name, place in places.items() if place is not None}}
        answer = self._transport.request("POST", _PATH, body=body, lane=lane)
        return Lead.model_validate(identified(answer))

    def add(
        self,
        campaign_remote_id: str,
        leads: Sequence[Mapping[str, Any]],
        *,
        skip_if_in_workspace: bool = False,
        skip_if_in_campaign: bool = False,
        lane: Lane = Lane.BULK,
    ) -> LoadAccounting:
        """Load a batch; not repeated when its answer is lost. Re-read the campaign's status afterwards.

        Shapes: leads - 1 to 1000 of {email, first_name, …, custom_variables}; skip_if_in_campaign means ANY campaign.
        Raises: ValueError - too many or none, nothing was sent; ClientError - see its `outcome_unknown`.
        """
        flags = {"skip_if_in_workspace": skip_if_in_workspace, "skip_if_in_campaign": skip_if_in_campaign}
        return self._add({"campaign_id": campaign_remote_id, **flags}, leads, lane)

    def add_to_list(
        self,
        list_remote_id: str,
        leads: Sequence[Mapping[str, Any]],
        *,
        skip_if_in_workspace: bool = False,
        skip_if_in_list: bool = False,
        pay_for_verification: bool = False,
        lane: Lane = Lane.BULK,
    ) -> LoadAccounting:
        """Put a batch into a lead list; not repeated when its answer is lost.

        Shapes: as `add`; skip_if_in_list means ANY list; pay_for_verification - the vendor verifies each address for
            credits, and the verdict appears in `verification_status` of the lead.
        Raises: as `add`.
        """
        flags = {"skip_if_in_workspace": skip_if_in_workspace, "skip_if_in_list": skip_if_in_list}
        wanted = {"list_id": list_remote_id, "verify_leads_on_import": pay_for_verification, **flags}
        return self._add(wanted, leads, lane)

    def page(
        self,
        campaign_remote_id: str,
        *,
        search: str | None = None,
        ids: Sequence[str] | None = None,
        contacts: Sequence[str] | None = None,
        lead_filter: str | None = None,
        limit: int = MOST_PER_PAGE,
        starting_after: str | None = None,
        lane: Lane = Lane.BULK,
    ) -> Page[Lead]:
        """Read one page of a campaign's leads; new leads can be missing for some seconds (Law 10).

        Shapes: contacts - addresses to search for; lead_filter - one of the vendor's FILTER_VAL_ names.
        """
        wanted = {
            # `campaign`, not `campaign_id`: an unknown key is ignored and every lead of the workspace comes back.
            "campaign": campaign_remote_id,
            "limit": checked_limit(limit),
            "search": search,
            "ids": list(ids) if ids is not None else None,
            "contacts": list(contacts) if contacts is not None else None,
            "filter": lead_filter,
            "starting_after": starting_after,
        }
        body = {key: value for key, value in wanted.items() if value is not None}
        # A POST by name (Law 9) but a read by nature: it may be repeated.
        answer = self._transport.request("POST", _LIST, body=body, lane=lane, is_write=False)
        return page_of(answer, Lead)

    def list(
        self,
        campaign_remote_id: str,
        *,
        search: str | None = None,
        ids: Sequence[str] | None = None,
        contacts: Sequence[str] | None = None,
        limit: int = MOST_PER_PAGE,
        lane: Lane = Lane.BULK,
    ) -> Iterator[Lead]:
        """Yield all leads of a campaign, page by page."""
        checked_limit(limit)

        def fetch(cursor: str | None) -> Page[Lead]:
            return self.page(
                campaign_remote_id,
                search=search,
                ids=ids,
                contacts=contacts,
                limit=limit,
                starting_after=cursor,
                lane=lane,
            )

        return walk(fetch)

    def get(self, remote_id: str, *, lane: Lane = Lane.BULK) -> Lead:
        path = f"{_PATH}/{remote_id}"
        return Lead.model_validate(identified(self._transport.request("GET", path, lane=lane), remote_id))

    def select(
        self,
        selection: LeadSelection,
        *,
        one_per_address: bool = False,
        limit: int = MOST_PER_PAGE,
        lane: Lane = Lane.BULK,
    ) -> Iterator[Lead]:
        """Yield the leads that a selection means, page by page; an empty selection means all of the workspace."""
        wanted = {**selection.body(), "limit": checked_limit(limit), "distinct_contacts": one_per_address}

        def fetch(cursor: str | None) -> Page[Lead]:
            body = wanted if cursor is None else {**wanted, "starting_after": cursor}
            return page_of(self._transport.request("POST", _LIST, body=body, lane=lane, is_write=False), Lead)

        return walk(fetch)

    def patch(self, remote_id: str, changes: Mapping[str, Any], *, lane: Lane = Lane.BULK) -> Lead:
        """Change the fields given; address, campaign and list of a lead cannot be changed this way."""
        answer = self._transport.request("PATCH", f"{_PATH}/{remote_id}", body=dict(changes), lane=lane)
        return Lead.model_validate(identified(answer, remote_id))

    def delete(self, remote_id: str, *, lane: Lane = Lane.BULK) -> None:
        """Remove one lead; the request carries neither body nor Content-Type (Law 8)."""
        self._transport.request("DELETE", f"{_PATH}/{remote_id}", lane=lane)

    def delete_many(
        self,
        *,
        campaign_remote_id: str | None = None,
        list_remote_id: str | None = None,
        ids: Sequence[str] | None = None,
        status: int | None = None,
        delete_everybody: bool = False,
        lane: Lane = Lane.BULK,
    ) -> int | None:
        """Remove leads of one campaign or one list; return how many are gone, None where that is not reported.

        Shapes: ids, status - who of them; without either it has to be said that everybody is meant.
        Raises: ValueError - it does not say who is meant, or from where; nothing was sent.
        Source: docs/api/instantly-facts.md §2.2: without ids or a limit the vendor deletes all of them.
        """
        is_unnamed = is_blank(campaign_remote_id) or is_blank(list_remote_id)
        if is_unnamed or (campaign_remote_id is None) == (list_remote_id is None):
            raise ValueError("name the campaign or the list that leads are deleted from")
        if delete_everybody is not (ids is None and status is None) or (ids is not None and not ids):
            raise ValueError("name the ids or the status of the leads to delete, or say delete_everybody=True")
        wanted = {
            "campaign_id": campaign_remote_id,
            "list_id": list_remote_id,
            "ids": list(ids) if ids is not None else None,
            "status": status,
        }
        body = {name: value for name, value in wanted.items() if value is not None}
        return count(one(self._transport.request("DELETE", _PATH, body=body, lane=lane)).get("count"))

    def move(
        self,
        selection: LeadSelection,
        *,
        to_campaign_remote_id: str | None = None,
        to_list_remote_id: str | None = None,
        move_everybody: bool = False,
        options: MoveOptions | None = None,
        lane: Lane = Lane.BULK,
    ) -> BackgroundJob:
        """Move leads to a campaign or a list; the job says when it is done. It can flip a campaign active (Law 7).

        Shapes: move_everybody - all of the campaign or list that the selection names are meant.
        Raises: ValueError - nobody or nowhere is named; nothing was sent.
        """
        if (to_campaign_remote_id is None) == (to_list_remote_id is None):
            raise ValueError("name the campaign or the list that leads are moved to")
        targets = {"to_campaign_id": to_campaign_remote_id, "to_list_id": to_list_remote_id}
        body = {
            **selection.narrowed_body(everybody=move_everybody),
            **(options or MoveOptions()).body(),
            **{name: target for name, target in targets.items() if target is not None},
        }
        return job_in(self._transport.request("POST", f"{_PATH}/move", body=body, lane=lane))

    def assign(
        self,
        user_ids: Sequence[str],
        selection: LeadSelection,
        *,
        assign_everybody: bool = False,
        lane: Lane = Lane.BULK,
    ) -> None:
        """Assign leads to users of the workspace; accepted only (202): read the leads back.

        Raises: ValueError - nobody is named; nothing was sent.
        """
        if not user_ids:
            raise ValueError("name the users that leads are assigned to")
        if selection.contacts is not None:
            # The operation does not know this selector: it would be ignored, and everybody assigned.
            raise ValueError("leads cannot be assigned by address: name their ids")
        body = {**selection.narrowed_body(everybody=assign_everybody), "organization_user_ids": list(user_ids)}
        one(self._transport.request("POST", f"{_PATH}/bulk-assign", body=body, lane=lane))

    def merge(self, remote_id: str, into_remote_id: str, *, lane: Lane = Lane.BULK) -> Lead:
        """Merge a lead into another one, which is the one that is left."""
        body = {"lead_id": remote_id, "destination_lead_id": into_remote_id}
        answer = self._transport.request("POST", f"{_PATH}/merge", body=body, lane=lane)
        return Lead.model_validate(identified(answer, into_remote_id))

    def set_interest(
        self,
        email: str,
        interest: int | None,
        *,
        campaign_remote_id: str | None = None,
        list_remote_id: str | None = None,
        lane: Lane = Lane.BULK,
    ) -> None:
        """Set the interest of a person, None for none; accepted only (202): read the lead back.

        Shapes: interest - a code of `lt_interest_status`, or the number of a label.
        """
        places = {"campaign_id": campaign_remote_id, "list_id": list_remote_id}
        body = {
            "lead_email": email,
            "interest_value": interest,
            **{name: place for name, place in places.items() if place is not None},
        }
        one(self._transport.request("POST", f"{_PATH}/update-interest-status", body=body, lane=lane))

    def move_to_subsequence(self, remote_id: str, subsequence_remote_id: str, *, lane: Lane = Lane.BULK) -> Lead:
        body = {"id": remote_id, "subsequence_id": subsequence_remote_id}
        answer = self._transport.request("POST", f"{_PATH}/subsequence/move", body=body, lane=lane)
        return Lead.model_validate(identified(answer, remote_id))

    def remove_from_subsequence(self, remote_id: str, *, lane: Lane = Lane.BULK) -> Lead:
        path = f"{_PATH}/subsequence/remove"
        answer = self._transport.request("POST", path, body={"id": remote_id}, lane=lane)
        return Lead.model_validate(identified(answer, remote_id))

    def _add(self, wanted: Mapping[str, Any], leads: Sequence[Mapping[str, Any]], lane: Lane) -> LoadAccounting:
        if not 1 <= len(leads) <= MOST_PER_LOAD:
            raise ValueError(f"a batch holds 1 to {MOST_PER_LOAD} leads, not {len(leads)}")
        body = {**wanted, "leads": [dict(lead) for lead in leads]}
        return LoadAccounting.model_validate(one(self._transport.request("POST", _ADD, body=body, lane=lane)))
