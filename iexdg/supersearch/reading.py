"""Counts and previews a search: reads that spend nothing. A failed one keeps what was known, with the reason."""

from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from iexdg.clients.http.errors import ClientError
from iexdg.clients.instantly.supersearch import FoundPerson
from iexdg.supersearch.models import Search
from iexdg.workspaces.connected import client_for

_MOST_SHOWN = 20


def read_search(search: Search) -> bool:
    """Read how many people a search finds, and the first of them; False where that could not be read."""
    this, supersearch = Search.objects.filter(pk=search.pk), client_for(search.workspace).supersearch
    skip, one_each = search.skip_owned, search.one_per_company
    try:
        count = supersearch.count(search.filters, skip_owned=skip, one_per_company=one_each)
        preview = supersearch.preview(search.filters, skip_owned=skip, one_per_company=one_each)
    except ClientError as error:
        now = timezone.now()
        unknown_since = Coalesce("unknown_since", Value(now))
        this.update(error=str(error)[:300], unknown_since=unknown_since, changed_at=now)
        return False
    now = timezone.now()
    people = [_shown(one) for one in preview.people[:_MOST_SHOWN]]
    this.update(count=count, people=people, read_at=now, unknown_since=None, error="", changed_at=now)
    return True


def _shown(one: FoundPerson) -> dict[str, str | bool | None]:
    return {
        "name": " ".join(part for part in (one.first_name, one.last_name) if part)[:200],
        "title": (one.job_title or "")[:200],
        "company": (one.company_name or "")[:200],
        "location": (one.location or "")[:200],
        "is_owned": one.is_owned,
    }
