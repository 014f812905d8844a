"""The options of the simulator, and nothing that acts on them; `knobs.py` reads them from flags, files and requests."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


def knob(default: Any, text: str, *, choices: tuple[str, ...] = (), is_fixed: bool = False, name: str = "") -> Any:
    """Declare an option that people may set.

    Shapes: text - what the command line says about it; is_fixed - it cannot change while the simulator runs; name - of
        the flag, where it is not that of the field.
    """
    return field(default=default, metadata={"text": text, "choices": choices, "is_fixed": is_fixed, "name": name})


# Source: gohighlevel-facts.md §2.
CRM_SCOPES = frozenset(
    {
        "contacts.readonly",
        "contacts.write",
        "workflows.readonly",
        "locations.readonly",
        "opportunities.readonly",
        "opportunities.write",
    }
)
_STATE_FILE = knob(None, "file the world is kept in", is_fixed=True, name="state")


@dataclass(frozen=True, kw_only=True)
class SandboxOptions:
    """How one simulator behaves; every default is what the vendor is assumed to do.

    Units: latency_ms per request; speed in world seconds per real second; list_lag_s, first_send_s in world seconds;
        shares and ratios 0-1; clock returns epoch seconds.
    Shapes: webhook_sender - a `webhooks.transfer.Sender` in place of the one that webhook_delivery names.
    Source: instantly-facts.md §6; what is only assumed there is an option here.
    """

    world: str = knob("demo", "what it begins with", choices=("demo", "empty"), is_fixed=True)
    workspaces: int = knob(1, "how many; their keys are KEY, KEY-2, KEY-3 …", is_fixed=True)
    api_key: str = knob("sandbox-key", "of the first workspace", is_fixed=True)
    maton_key: str = knob("maton-key", "of the gateway under /maton", is_fixed=True)
    seed: int = knob(5, "the same seed makes the same world", is_fixed=True)
    edge: str = knob(
        "browser",
        "agents that are let in: a browser's, any that names itself, all",
        choices=("browser", "named", "off"),
    )
    limits: bool = knob(True, "whether there are rate limits")
    unknown_keys: str = knob(
        "refuse", "what becomes of keys that a closed body does not have", choices=("refuse", "strip")
    )
    unknown_parameters: str = knob(
        "ignore", "what becomes of query parameters that are not declared", choices=("ignore", "refuse")
    )
    pending_polls: int = knob(2, "polls after which a verification is settled")
    pending_share: float = knob(1.0, "share of addresses that are pending at first, 0-1")
    pending_max_s: float = knob(7.0, "seconds after which a verification is settled")
    autoflip: frozenset[int] = knob(frozenset({3}), "statuses that flip when leads arrive: 3, 2,3 or off")
    latency_ms: float = knob(0.0, "added to every request")
    speed: float = knob(1.0, "world seconds per real second", is_fixed=True)
    state_file: Path | str | None = _STATE_FILE
    scopes: frozenset[str] = knob(frozenset({"all:all"}), "of the key: campaigns:read,leads:all … or off")
    paid_plan: bool = knob(True, "off answers 402 everywhere")
    list_lag_s: float = knob(5.0, "seconds until a new lead is listed")
    first_send_s: float = knob(120.0, "seconds from an activation to the first attempt to send")
    analytics_empty_until_sent: bool = knob(False, "a campaign that has not sent is missing in the analytics")
    legacy_accept_all: bool = knob(False, "verification answers accept_all for a catch-all")
    verification_cost: float = knob(0.25, "credits for one verification")
    import_verification_cost: float = knob(1.0, "credits for verifying a lead that is added")
    bounce_protect_floor: int = knob(200, "mails sent before bounce protection looks")
    bounce_protect_ratio: float = knob(0.05, "share of bounces that stops a campaign, 0-1")
    reactions: bool = knob(True, "whether recipients open, click, answer, bounce and unsubscribe by themselves")
    variant_trial: int = knob(20, "mails of each variant before the best is chosen by itself")
    webhook_delivery: str = knob(
        "played",
        "whether webhooks leave the process: every target is played by the simulator, or those of webhook_hosts called",
        choices=("played", "network"),
        is_fixed=True,
    )
    webhook_hosts: frozenset[str] = knob(
        frozenset({"127.0.0.1", "::1", "localhost"}), "hosts that webhooks are sent to", is_fixed=True
    )
    crm_token: str = knob("pit-sandbox", "private integration token of the first GoHighLevel location", is_fixed=True)
    crm_client_id: str = knob("sandbox-app", "of the GoHighLevel app", is_fixed=True)
    crm_client_secret: str = knob("sandbox-secret", "of the GoHighLevel app", is_fixed=True)
    crm_scopes: frozenset[str] = knob(CRM_SCOPES, "of the token, and those that a person may grant to the app")
    crm_burst: int = knob(100, "GoHighLevel requests in 10 seconds")
    crm_daily: int = knob(200_000, "GoHighLevel requests in a day")
    crm_duplicates: bool = knob(False, "the location allows duplicate contacts")
    crm_first_key: str = knob("email", "by which an upsert looks first", choices=("email", "phone"))
    crm_overwrites_tags: bool = knob(True, "tags of an upsert replace those that a contact has")
    crm_done_word: str = knob(
        "succeded", "how an answer says that it is done", choices=("succeded", "succeeded", "none")
    )
    crm_drafts: str = knob(
        "accept", "what becomes of a contact that is added to a draft workflow", choices=("accept", "refuse")
    )
    crm_phones: str = knob("keep", "what becomes of a number without a country code", choices=("keep", "refuse"))
    crm_search_lag_s: float = knob(3.0, "seconds until the search finds a changed contact")
    crm_token_s: float = knob(86_399.0, "seconds that an access token of the app lives")
    clock: Callable[[], float] | None = None
    sleep: Callable[[float], None] = time.sleep
    webhook_sender: Callable[..., Any] | None = None

    def key_of(self, number: int) -> str:
        """Return the key of a workspace, counted from 1: "sandbox-key", "sandbox-key-2" and so on."""
        return self.api_key if number == 1 else f"{self.api_key}-{number}"

    def crm_token_of(self, number: int) -> str:
        """Return the token of a location, counted from 1: "pit-sandbox", "pit-sandbox-2" and so on."""
        return self.crm_token if number == 1 else f"{self.crm_token}-{number}"
