"""The served SuperSearch operations."""

from iexdg.sandbox.http.routing import served
from iexdg.sandbox.http.schema import Schema
from iexdg.sandbox.resources.supersearch import enriching, finding, writing
from iexdg.sandbox.vendor.facts import request_of

_PATH = "/supersearch-enrichment"
_COUNT = f"{_PATH}/count-leads-from-supersearch"
_PREVIEW = f"{_PATH}/preview-leads-from-supersearch"
_ENRICH = f"{_PATH}/enrich-leads-from-supersearch"
_CREATE, _READ = "supersearch_enrichments:create", "supersearch_enrichments:read"

# Source: instantly-facts.md §1, Errors: their 402 and 429 both say this.
_LIMIT = "Rate limit exceeded"


def _any_filters(path: str) -> Schema:
    """Return the body of a search with filters of any kind.

    Source: instantly-facts.md §2.6: a misspelt value of a closed filter is no error, it finds nothing.
    """
    body = request_of("POST", path).body or {}
    return body | {"properties": body["properties"] | {"search_filters": {"type": "object"}}}


# Where the vendor names no scope, that of what the operation does.
ROUTES = (
    served("POST", f"{_PATH}/", enriching.create_enrichment, scope=_CREATE),
    served("POST", _COUNT, finding.count_leads, body=_any_filters(_COUNT), refusal=_LIMIT),
    served("POST", _PREVIEW, finding.preview_leads, body=_any_filters(_PREVIEW), refusal=_LIMIT),
    served("POST", _ENRICH, enriching.enrich_from_search, body=_any_filters(_ENRICH), scope=_CREATE),
    served("POST", f"{_PATH}/run", enriching.run_enrichment, scope=_CREATE),
    served("POST", f"{_PATH}/ai", writing.create_ai_enrichment),
    served("POST", f"{_PATH}/signal-keywords-facet", finding.signal_keywords),
    served("GET", f"{_PATH}/ai/{{resource_id}}/in-progress", writing.ai_in_progress),
    served("GET", f"{_PATH}/history/{{resource_id}}", enriching.history),
    served("PATCH", f"{_PATH}/{{resource_id}}/settings", enriching.patch_settings),
    served("GET", f"{_PATH}/{{resource_id}}", enriching.get_enrichment, scope=_READ),
)
