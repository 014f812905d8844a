"""`manage.py move_leads --from X --to Y …`: moves people to another campaign or list, as the pages do."""

from argparse import ArgumentParser
from typing import Any
from urllib.parse import parse_qsl

from campaigns.errors import CampaignError
from campaigns.mirror.sync import find_campaign
from campaigns.models import Campaign
from iexdg.team.audit.models import Via
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.errors import MoveError
from leads.imports.moving import People, people_of_campaign, people_of_list, prepare_move
from leads.lists.mirror import find_list, lists_named
from leads.management.commands.import_leads import Command as ImportCommand
from leads.management.commands.import_leads import wait_for_check
from leads.models import Import, LeadList
from leads.selection import LeadFilters


class Command(ImportCommand):
    """The same functions, rules and audit events as the screens; a move is an import whose people are there already."""

    help = "Move people of a campaign or a lead list to another one: only verified people, watched as an import."

    def arguments(self, parser: ArgumentParser) -> None:
        """From where, to where, who of them, policy, and whether to wait."""
        parser.add_argument(
            "--from", required=True, dest="source", metavar="X", help="campaign or lead list: name or id"
        )
        place = parser.add_mutually_exclusive_group(required=True)
        place.add_argument("--to", default="", dest="campaign", metavar="Y", help="campaign: name or remote id")
        place.add_argument("--to-list", default="", metavar="L", help="lead list, to which no one writes: name or id")
        parser.add_argument(
            "--filter", metavar="QUERY",
            help="who of them: as in the address of the page of leads, such as \"status=3&verification=verified\"",
        )  # fmt: skip
        parser.add_argument("--include-replied", action="store_true", help="also move people who replied")
        self.start_arguments(parser, names_member=True)

    def stored(self, workspace: Workspace, member: Member, options: dict[str, Any]) -> Import:
        """The import of the people who are named. Raises: LeadsError - there is none then."""
        if options["to_list"]:
            into: Campaign | LeadList = find_list(workspace, options["to_list"])
        else:
            into = find_campaign(workspace, options["campaign"])
        people = _people(workspace, options)
        return prepare_move(people, into=into, by=member, via=Via.CLI)

    def checked(self, imported: Import, member: Member, options: dict[str, Any]) -> None:
        """Check everyone. Raises: LeadsError - the check failed."""
        wait_for_check(imported)


def _people(workspace: Workspace, options: dict[str, Any]) -> People:
    """Raises: MoveError - no campaign or list of that name, or a filter that means nothing."""
    filters, names = _filters(options["filter"])
    name, takes_replied = options["source"], options["include_replied"]
    try:
        return people_of_campaign(find_campaign(workspace, name), filters, takes_replied=takes_replied)
    except CampaignError:
        found = lists_named(workspace, name)
    if len(found) != 1:
        raise MoveError(f"There is no campaign and not exactly one lead list named {name}. Give its id.")
    if names - {"q"}:
        raise MoveError("The people of a list are narrowed by q alone, as in --filter q=words.")
    return people_of_list(found[0], filters.words, takes_replied=takes_replied)


def _filters(text: str | None) -> tuple[LeadFilters, set[str]]:
    """The filter of the command line, and the names in it; without the option everybody is meant.

    Raises: MoveError - a part of it means nothing: it would move people who were not meant.
    """
    if text is None:
        return LeadFilters(), set()
    pairs = parse_qsl(text.removeprefix("?"), keep_blank_values=True)
    query = dict(pairs)
    filters = LeadFilters.read(query)
    meant = filters.named()
    for name, value in pairs:
        if meant.get(name) in (None, "") or "\0" in value:
            raise MoveError(f"The filter {name}={value} means nothing, so no one was moved.".replace("\0", "NUL"))
    if not pairs or len(pairs) != len(query):
        raise MoveError(f"The filter {text or 'is empty, which'} means nothing, so no one was moved.")
    return filters, set(query)
