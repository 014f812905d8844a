"""Leads: add one or a batch, find, read and delete them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.answers import MOST_PER_PAGE, Page, checked_limit, identified, one, page_of, walk
from iexdg.clients.instantly.types.leads import Lead, LoadAccounting

_PATH = "/api/v2/leads"
_LIST = f"{_PATH}/list"
_ADD = f"{_PATH}/add"
# Source: instantly-api.md §2.2, POST /leads/add takes 1 to 1000 leads.
MOST_PER_LOAD = 1000


class Leads:
    """Source: instantly-api.md §2.2 (read 2026-11-22). Adding leads can flip a campaign active (Law 7)."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def create(self, campaign_remote_id: str, lead: Mapping[str, Any], *, lane: Lane = Lane.BULK) -> Lead:
        """Add one lead; not repeated when its answer is lost. Re-read the campaign's status afterwards."""
        body = {**lead, "campaign": campaign_remote_id}
        answer = self._transport.request("POST", _PATH, body=body, lane=lane)
        return Lead.from_raw(identified(answer, "POST", _PATH, is_write=True))

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
        if not 1 <= len(leads) <= MOST_PER_LOAD:
            raise ValueError(f"a batch holds 1 to {MOST_PER_LOAD} leads, not {len(leads)}")
        body = {
            "campaign_id": campaign_remote_id,
            "leads": [dict(lead) for lead in leads],
            "skip_if_in_workspace": skip_if_in_workspace,
            "skip_if_in_campaign": skip_if_in_campaign,
        }
        answer = self._transport.request("POST", _ADD, body=body, lane=lane)
        return LoadAccounting.from_raw(one(answer, "POST", _ADD, is_write=True))

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

        Shapes: contacts - addresses to look for; lead_filter - one of the vendor's FILTER_VAL_ names.
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
        return page_of(answer, Lead.from_raw, "POST", _LIST)

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

        return walk(fetch, _LIST)

    def get(self, remote_id: str, *, lane: Lane = Lane.BULK) -> Lead:
        path = f"{_PATH}/{remote_id}"
        return Lead.from_raw(identified(self._transport.request("GET", path, lane=lane), "GET", path))

    def delete(self, remote_id: str, *, lane: Lane = Lane.BULK) -> None:
        """Remove one lead; the request carries neither body nor Content-Type (Law 8)."""
        self._transport.request("DELETE", f"{_PATH}/{remote_id}", lane=lane)
