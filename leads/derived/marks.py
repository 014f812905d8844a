"""The two columns of a lead that other rows decide: what its newest receipt says, and whether it is active elsewhere.

Written by triggers on leads and receipts, so that a list is filtered by an index of its own, however many leads and
receipts there are. SQLite has one writer at a time, so there they are always right. On Postgres two transactions do not
see each other's rows, and a trigger never waits for a lead that another transaction holds: a mark can be left as it was
then. Every reading of a campaign's list writes each of its leads, and that corrects it; safety never rests on a mark.
"""

from collections.abc import Iterator

from django.db import connection, transaction

from leads.derived.trigger import Trigger, changed_rows

_LEADS, _RECEIPTS = "leads_lead", "leads_receipt"
# A setting of Postgres, on while every mark is worked out at once.
_MARKING = "outreach.marking"
# Of a lead, with "{0}" for it. See leads.pages.people.verification_key, which says the same of a receipt.
_VERIFICATION = (
    "COALESCE((SELECT CASE WHEN r.verdict = 'invalid' THEN 'invalid' WHEN r.verdict <> 'verified' THEN 'pending'"
    " WHEN r.catch_all = 'no' THEN 'verified' WHEN r.catch_all = 'yes' THEN 'catch_all' ELSE 'pending' END"
    f" FROM {_RECEIPTS} r WHERE r.workspace_id = {{0}}.workspace_id AND r.email = {{0}}.email"
    " AND r.answered_at IS NOT NULL ORDER BY r.answered_at DESC LIMIT 1), 'none')"
)
_ELSEWHERE = (
    f"EXISTS (SELECT 1 FROM {_LEADS} o WHERE o.workspace_id = {{0}}.workspace_id AND o.email = {{0}}.email"
    " AND o.campaign_id <> {0}.campaign_id AND o.status = 1 AND o.vanished_at IS NULL)"
)
_DIFFER = f"({{0}}.verification <> {_VERIFICATION} OR {{0}}.is_elsewhere <> {_ELSEWHERE})"
_SET = f"verification = {_VERIFICATION}, is_elsewhere = {_ELSEWHERE}"
_OF_LEAD = ("workspace_id", "campaign_id", "email", "status", "vanished_at")
_OF_RECEIPT = ("workspace_id", "email", "verdict", "catch_all", "answered_at")


def triggers() -> list[Trigger]:
    """The triggers that write the marks, in the language of the connected database."""
    return list(_sqlite() if connection.vendor == "sqlite" else _postgres())


def mark_again() -> None:
    """Work out every mark, and write those that differ."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # For this transaction: everything is marked already, so the triggers need not look at every lead again.
            cursor.execute(f"SET LOCAL {_MARKING} = 'on'")
        cursor.execute(f"UPDATE {_LEADS} SET {_SET.format(_LEADS)} WHERE {_DIFFER.format(_LEADS)}")
        if connection.vendor == "postgresql":
            cursor.execute(f"SET LOCAL {_MARKING} = 'off'")


def wrong_marks() -> int:
    """How many leads have a mark that differs from what it should be."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {_LEADS} WHERE {_DIFFER.format(_LEADS)}")
        return int(cursor.fetchone()[0])


# -- SQLite ----------------------------------------------------------------------------------------


def _sqlite() -> Iterator[Trigger]:
    active_before, active = (f"({row}.status IS 1 AND {row}.vanished_at IS NULL)" for row in ("OLD", "NEW"))
    moved = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in ("workspace_id", "campaign_id", "email"))
    answered = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in _OF_RECEIPT)
    old, new = _sqlite_marks("OLD"), _sqlite_marks("NEW")
    for table, event, condition, body in (
        (_LEADS, "INSERT", "", new),
        (_LEADS, f"UPDATE OF {', '.join(_OF_LEAD)}", f"{moved} OR {active_before} IS NOT {active}", f"{old} {new}"),
        (_LEADS, "DELETE", "", old),
        (_RECEIPTS, "INSERT", "NEW.answered_at IS NOT NULL", new),
        (_RECEIPTS, f"UPDATE OF {', '.join(_OF_RECEIPT)}", answered, f"{old} {new}"),
        (_RECEIPTS, "DELETE", "OLD.answered_at IS NOT NULL", old),
    ):
        name = f"{table}_marks_{event[:6].lower()}"
        when = f" WHEN {condition}" if condition else ""
        create = f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW{when} BEGIN {body} END"
        yield Trigger(name, table, (create,))


def _sqlite_marks(row: str) -> str:
    """The statement that marks every lead with the address of one row."""
    return (
        f"UPDATE {_LEADS} SET {_SET.format(_LEADS)} WHERE workspace_id = {row}.workspace_id"
        f" AND email = {row}.email AND {_DIFFER.format(_LEADS)};"
    )


# -- Postgres --------------------------------------------------------------------------------------


def _postgres() -> Iterator[Trigger]:
    """One function and one trigger per event: a trigger that sees a whole statement may have one event only."""
    of_receipts = {
        "INSERT": "SELECT workspace_id, email FROM new_rows WHERE answered_at IS NOT NULL",
        "UPDATE": f"SELECT workspace_id, email FROM ({changed_rows(_OF_RECEIPT)}) changed",
        "DELETE": "SELECT workspace_id, email FROM old_rows WHERE answered_at IS NOT NULL",
    }
    # Also of leads that were written unchanged: that corrects what two transactions could not see of each other.
    of_leads = {
        "INSERT": "SELECT workspace_id, email FROM new_rows",
        "UPDATE": "SELECT workspace_id, email FROM new_rows UNION SELECT workspace_id, email FROM old_rows",
        # One that was not active made no other lead one of two campaigns.
        "DELETE": "SELECT workspace_id, email FROM old_rows WHERE status = 1 AND vanished_at IS NULL",
    }
    rows = {
        "INSERT": "NEW TABLE AS new_rows",
        "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
        "DELETE": "OLD TABLE AS old_rows",
    }
    for table, addresses in ((_LEADS, of_leads), (_RECEIPTS, of_receipts)):
        for event, changed_addresses in addresses.items():
            name = f"{table}_marks_{event.lower()}"
            runs = f"AS $$ BEGIN {_postgres_marks(changed_addresses)}; RETURN NULL; END $$"
            function = f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {runs}"
            create = (
                f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {rows[event]}"
                # Not for what a trigger itself wrote.
                " FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0"
                f" AND current_setting('{_MARKING}', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION {name}()"
            )
            yield Trigger(name, table, (function, create))


def _postgres_marks(addresses: str) -> str:
    """The statement that marks every lead with one of these addresses; one that is locked is passed over."""
    # Joined by address: a planner that takes a large statement for a small one still asks the index once per address.
    return (
        f"WITH addresses AS MATERIALIZED (SELECT DISTINCT workspace_id, email FROM ({addresses}) every_one),"
        f" off AS MATERIALIZED (SELECT m.id FROM addresses a JOIN {_LEADS} m"
        f" ON m.workspace_id = a.workspace_id AND m.email = a.email WHERE {_DIFFER.format('m')}"
        " FOR UPDATE OF m SKIP LOCKED)"
        f" UPDATE {_LEADS} l SET {_SET.format('l')} FROM off WHERE l.id = off.id"
    )
