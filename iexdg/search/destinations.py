"""Pages and actions that can be found by name, and which role each needs. Pure."""

from dataclasses import dataclass

from iexdg.team.roles import Action


@dataclass(frozen=True)
class Destination:
    """A page, or a page on which something is done.

    Shapes: url_name - as `reverse` takes it, without arguments; words - by which it is found besides its label;
    key - the letter that follows g, on every page.
    """

    label: str
    url_name: str
    action: Action = Action.READ
    words: str = ""
    key: str = ""

    def matches(self, words: str) -> bool:
        """Tell whether every word begins a word of the label or of the others."""
        names = f"{self.label} {self.words}".lower().split()
        return all(any(name.startswith(word) for name in names) for word in words.lower().split())


PAGES = (
    Destination("Control room", "campaigns:control-room", words="home start", key="h"),
    Destination("Campaigns", "campaigns:list", key="c"),
    Destination("Drafts", "blueprints:drafts", words="campaigns blueprints write editor"),
    Destination("What was applied", "blueprints:writes", words="blueprints drafts campaigns writes"),
    Destination("Inbox", "inbox:list", words="replies answers conversations", key="i"),
    Destination("CRM", "crm:connection", words="gohighlevel location contacts token scopes"),
    Destination("Automations", "crm:automations", words="crm gohighlevel replies tags workflows"),
    Destination("Unmatched replies", "crm:unmatched", words="crm queue no campaign lead assign"),
    Destination("Ledger", "crm:ledger", words="crm gohighlevel entries replay backlog"),
    Destination("Analytics", "analytics:compare", words="compare figures rates statistics steps variants", key="y"),
    Destination("Leads", "leads:list", words="people", key="l"),
    Destination("Lead lists", "leads:lists", words="people verification move"),
    Destination("Imports", "leads:imports", words="uploads files", key="u"),
    Destination("SuperSearch", "supersearch:list", words="find people leads enrichment credits"),
    Destination("Mailboxes", "mailboxes:list", words="senders accounts warm-up", key="m"),
    Destination("Placement tests", "placement:list", words="inbox spam deliverability seeds mailboxes"),
    Destination("Subsequences", "campaigns:subsequences", words="follow-ups conditions", key="q"),
    Destination("Tags", "objects:tags", words="mailboxes campaigns senders", key="t"),
    Destination("Labels", "objects:labels", words="interests custom"),
    Destination("Webhooks", "objects:webhooks", words="receiver events subscriptions"),
    Destination("Deliveries", "webhooks:deliveries", words="webhooks events replay"),
    Destination("Replies counted", "inbox:replies", words="reconcile missing crm"),
    Destination("Background jobs", "objects:jobs", words="moves warm-up progress", key="j"),
    Destination("API keys", "objects:keys", Action.KEYS, words="scopes"),
    Destination("Block list", "leads:block-list", words="blocked suppression unsubscribed domains"),
    Destination("Incidents", "incidents:list", words="alarms problems", key="n"),
    Destination("Awaiting confirmation", "leads:unknown", words="unknown outcome"),
    Destination("Verifications", "leads:receipts", words="receipts credits"),
    Destination("Import receipts", "leads:receipts-import", Action.IMPORT_RECEIPTS, words="verifications credits file"),
    Destination("Runbook", "incidents:runbook", words="help what to do"),
    Destination("Audit", "audit:list", words="history log who", key="a"),
    Destination("Audit at Instantly", "objects:vendor-audit", words="history log who"),
    Destination("Settings", "workspaces:settings", words="workspace mode", key="s"),
    Destination("Guardrails", "campaigns:guardrail-defaults", words="limits bounces settings"),
    Destination("Approval policy", "golive:approval-policy", words="go-live settings"),
    Destination("Report", "analytics:report", words="analytics print figures"),
    Destination("Notifications", "incidents:notifications", words="webhook e-mail settings"),
    Destination("Weekly report", "analytics:weekly", words="e-mail settings analytics"),
    Destination("Team", "team:team", Action.SETTINGS, words="members roles settings"),
    Destination("Connections", "connections:list", Action.CONNECT, words="workspaces keys maton settings"),
    Destination("Your account", "account_home", words="password second factor sessions"),
)
ACTIONS = (
    Destination("Upload leads", "leads:upload", Action.IMPORT, words="import csv file new"),
    Destination("New campaign", "blueprints:new", Action.BLUEPRINTS, words="create draft blueprint copy"),
    Destination("New subsequence", "campaigns:subsequence-create", Action.SUBSEQUENCES, words="create"),
    Destination("New search", "supersearch:create", Action.SUPERSEARCH, words="find people leads supersearch"),
    Destination("New placement test", "placement:create", Action.PLACEMENT, words="create start inbox spam"),
    Destination("New automation", "crm:new", Action.CONNECT, words="create crm gohighlevel notify suppress"),
    Destination("New webhook", "objects:webhook-create", Action.WEBHOOKS, words="create"),
    Destination("Stop all sending", "campaigns:stop", Action.PAUSE, words="kill switch pause"),
)
