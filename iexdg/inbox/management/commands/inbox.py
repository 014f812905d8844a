"""`manage.py inbox [--unanswered]`: the conversations of the inbox, as last read from Instantly."""

from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from django.utils import timezone

from iexdg.inbox.facts import thread_facts
from iexdg.inbox.mirror import read_inbox
from iexdg.inbox.queries import ALL, ThreadFilters, filtered_threads, reading_of
from iexdg.team.commands import Outcome, PlainCommand
from iexdg.ui.formatting import plural
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError

_MOST = 1000
_OLD = timedelta(minutes=2)


class Command(PlainCommand):
    """Reads the newest e-mails first where that was not done lately."""

    help = "List conversations: those that wait for an answer, the longest first, or all, the newest first."
    expected: ClassVar[tuple[type[Exception], ...]] = (WorkspaceError,)

    def arguments(self, parser: ArgumentParser) -> None:
        """Choose which ones."""
        parser.add_argument("--unanswered", action="store_true", help="only replies of people that nobody answered")

    def work(self, **options: Any) -> Outcome:
        """List them."""
        workspace = current_workspace()
        reading = reading_of(workspace)
        if reading is None or reading.read_at is None or timezone.now() - reading.read_at > _OLD:
            read_inbox(workspace)
            reading = reading_of(workspace)
        filters = ThreadFilters() if options["unanswered"] else ThreadFilters(show=ALL)
        found = filtered_threads(workspace, filters, None).select_related("campaign")[:_MOST]
        facts = [thread_facts(thread) for thread in found]
        lines = [_line(one) for one in facts]
        words = "\n".join([plural(len(facts), "conversation"), *lines])
        return Outcome({"threads": facts, "as_of": reading.read_at if reading else None}, words)


def _line(facts: dict[str, Any]) -> str:
    at: datetime | None = facts["received_at"]
    moment = f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if at else "not known when"
    return f"{facts['id']}  {facts['lead']}  {moment}  {facts['campaign'] or '-'}"
