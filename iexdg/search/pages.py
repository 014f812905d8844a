"""What a search shows: groups of results, each with the address of its page."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.urls import reverse

from campaigns.queries import campaigns_of, with_campaign_line
from iexdg.inbox.models import Thread
from iexdg.inbox.queries import ALL, threads_of
from iexdg.inbox.search import matching
from iexdg.incidents.queries import incidents_with
from iexdg.mailboxes.queries import Filters as MailboxFilters
from iexdg.mailboxes.queries import mailboxes, status_words
from iexdg.search.destinations import ACTIONS, PAGES, Destination
from iexdg.supersearch.queries import searches_named
from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.ui.folding import folded
from iexdg.workspace_objects.tags import tags_of
from iexdg.workspaces.models import Workspace
from leads.lists.mirror import lists_with
from leads.models import Lead
from leads.queries import imports_with
from leads.selection import LeadFilters, Selection

# Of each kind; the last result of a group that has more leads to its list.
MOST = 6
_LONGEST = 100


@dataclass(frozen=True)
class Result:
    """One thing that was found."""

    label: str
    detail: str
    url: str


@dataclass(frozen=True)
class Group:
    """Results of one kind; `more` is the address of the whole list, empty where everything is shown."""

    kind: str
    label: str
    results: tuple[Result, ...]
    more: str = ""


@dataclass(frozen=True)
class SearchPage:
    """The answer to a search. Without words it offers pages and actions."""

    words: str
    groups: tuple[Group, ...]

    def as_json(self) -> dict[str, Any]:
        """The answer as an API gives it."""
        return asdict(self)


def search_page(workspace: Workspace, member: Member, words: str) -> SearchPage:
    """Search everything that a member may see in a workspace. Shapes: words - as typed, of any length."""
    words = " ".join(words.split())[:_LONGEST]
    groups = [*_things(workspace, words), *_destinations(workspace, member, words)]
    return SearchPage(words, tuple(group for group in groups if group.results))


def _things(workspace: Workspace, words: str) -> Iterable[Group]:
    """Nothing is listed before a letter is typed: the first of thousands would answer no question."""
    if not words:
        return
    yield _campaigns(workspace, words)
    yield _people(workspace, words)
    yield _conversations(workspace, words)
    yield _mailboxes(workspace, words)
    yield _lead_lists(workspace, words)
    yield _imports(workspace, words)
    yield _searches(workspace, words)
    yield _tags(workspace, words)
    yield _incidents(workspace, words)


def _destinations(workspace: Workspace, member: Member, words: str) -> Iterable[Group]:
    for kind, label, offered in (("actions", "Actions", ACTIONS), ("pages", "Pages", PAGES)):
        results = [_destination(one) for one in offered if one.matches(words) and _may(member, one, workspace)]
        yield Group(kind, label, tuple(results))


def _may(member: Member, destination: Destination, workspace: Workspace) -> bool:
    # Connections belong to no workspace alone.
    if destination.action == Action.CONNECT:
        return member.may_everywhere(Action.CONNECT)
    return member.may(destination.action, workspace)


def _destination(destination: Destination) -> Result:
    return Result(destination.label, f"g {destination.key}" if destination.key else "", reverse(destination.url_name))


def _group(kind: str, label: str, results: Iterable[Result], more: str) -> Group:
    """A group of the first results. Shapes: results - one more than MOST where there are more."""
    found = tuple(results)
    return Group(kind, label, found[:MOST], more if len(found) > MOST else "")


def _campaigns(workspace: Workspace, words: str) -> Group:
    found = campaigns_of(workspace, search=words, with_archived=True).defer("sequences", "custom_variables")[: MOST + 1]
    results = [Result(one.name, one.status_label, reverse("campaigns:detail", args=[one.pk])) for one in found]
    more = reverse("campaigns:list", query={"q": words})
    return _group("campaigns", "Campaigns", results, more)


def _people(workspace: Workspace, words: str) -> Group:
    filters = LeadFilters(words=words)
    selection = Selection(workspace, filters)
    found = selection.with_exact_address() or selection.look().within(selection.leads)[: MOST + 1]
    return _group("people", "People", map(_person, found), reverse("leads:list", query={"q": words}))


def _person(lead: Lead) -> Result:
    name = f"{lead.first_name} {lead.last_name}".strip()
    detail = ", ".join(part for part in (name, lead.company_name, lead.campaign.name) if part)
    return Result(lead.email, detail, reverse("leads:person", args=[lead.pk]))


def _conversations(workspace: Workspace, words: str) -> Group:
    found = with_campaign_line(matching(threads_of(workspace), words)).order_by("-listed_at", "-pk")
    results = [_conversation(one) for one in found[: MOST + 1]]
    more = reverse("inbox:list", query={"show": ALL, "q": words})
    return _group("conversations", "Conversations", results, more)


def _conversation(thread: Thread) -> Result:
    detail = ", ".join(part for part in (thread.lead, thread.campaign.name if thread.campaign else "") if part)
    return Result(str(thread), detail, reverse("inbox:thread", args=[thread.pk]))


def _mailboxes(workspace: Workspace, words: str) -> Group:
    found = mailboxes(workspace, MailboxFilters(q=words))[: MOST + 1]
    results = [
        Result(one.email, status_words(one.status)[0], reverse("mailboxes:detail", args=[one.pk])) for one in found
    ]
    return _group("mailboxes", "Mailboxes", results, reverse("mailboxes:list", query={"q": words}))


def _lead_lists(workspace: Workspace, words: str) -> Group:
    found = lists_with(workspace, words).defer("stats")[: MOST + 1]
    results = [Result(str(one), "", reverse("leads:lead-list", args=[one.pk])) for one in found]
    return _group("lists", "Lead lists", results, reverse("leads:lists"))


def _imports(workspace: Workspace, words: str) -> Group:
    found = imports_with(workspace, words)[: MOST + 1]
    results = [
        Result(
            one.file_name,
            f"{one.get_state_display()}, into {one.into}",
            reverse("leads:import", args=[one.pk]),
        )
        for one in found
    ]
    return _group("imports", "Imports", results, reverse("leads:imports"))


def _incidents(workspace: Workspace, words: str) -> Group:
    found = incidents_with(workspace, words)[: MOST + 1]
    results = [
        Result(one.summary, one.get_state_display(), reverse("incidents:detail", args=[one.pk])) for one in found
    ]
    return _group("incidents", "Incidents", results, reverse("incidents:list"))


def _searches(workspace: Workspace, words: str) -> Group:
    found = searches_named(workspace, words).only("name")[: MOST + 1]
    results = [Result(one.name, "", reverse("supersearch:search", args=[one.pk])) for one in found]
    return _group("supersearch", "SuperSearch", results, reverse("supersearch:list"))


def _tags(workspace: Workspace, words: str) -> Group:
    wanted = folded(words).split()
    _, tags = tags_of(workspace)
    found = {pk: label for pk, label in tags.items() if all(word in folded(label) for word in wanted)}
    results = [Result(label, "", reverse("objects:tag", args=[pk])) for pk, label in found.items()]
    return _group("tags", "Tags", results, reverse("objects:tags"))
