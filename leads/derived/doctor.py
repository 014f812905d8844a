"""What the doctor checks here: the counts equal a recount, and the search has its index."""

from django.db import DatabaseError

from iexdg.operations.doctor import declare_check
from iexdg.operations.health import Health
from leads.derived.counts import COUNTERS, differences
from leads.derived.install import missing_triggers
from leads.derived.marks import wrong_marks
from leads.derived.search import search_index

_COUNT_AGAIN = "Run `manage.py migrate`: it creates what is missing and counts everything again."


def counts() -> Health:
    """Check that the triggers are there, and count everything again to compare."""
    try:
        missing = missing_triggers()
        off = {counter.table: differences(counter) for counter in COUNTERS} | {"marks of leads": wrong_marks()}
    except DatabaseError:
        return Health(False, "cannot be compared", "Fix the checks `database` and `migrations` first.")
    if missing:
        return Health(False, f"triggers are missing: {', '.join(missing)}", _COUNT_AGAIN)
    wrong = [f"{number} of {table}" for table, number in off.items() if number]
    if wrong:
        step = "Run `manage.py shell -c 'from leads.derived.install import count_again; count_again()'`."
        return Health(False, f"counts differ from a recount: {', '.join(wrong)}", step)
    return Health(True, "equal a recount")


def search() -> Health:
    """Check that the search has its index."""
    try:
        found = search_index()
    except DatabaseError:
        return Health(False, "cannot be checked", "Fix the checks `database` and `migrations` first.")
    return Health(found.ok, found.detail, found.next_step)


def declare() -> None:
    """Have the doctor make these checks."""
    declare_check("counts", counts)
    declare_check("search", search)
