"""The fields of what a campaign has besides schedule, senders, caps and switches: copies, companies, routing, value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from iexdg.blueprints.drafts.content import rules_of
from iexdg.blueprints.drafts.fields import shown_list, shown_number, shown_rule
from iexdg.blueprints.drafts.typed_options import NONE
from iexdg.blueprints.schema import PROVIDERS
from iexdg.ui.filters import Choice

# What Instantly has stays.
AS_IS = ("", "as it is")
_MODES = (AS_IS, (NONE, "none: as the workspace has it"), ("custom", "a limit of its own"), ("disabled", "no limit"))
_SCOPES = (AS_IS, ("per_campaign", "in this campaign"), ("across_workspace", "in the whole workspace"))
_CHOOSE_BY = (
    AS_IS, (NONE, "none: every variant alike"), ("reply_rate", "replies"), ("click_rate", "clicks"),
    ("open_rate", "opens"),
)  # fmt: skip
_ACTIONS = (("send", "may write to"), ("do_not_send", "do not write to"))
_PROVIDER_LABELS = dict(zip(PROVIDERS, ("all", "Google", "Outlook", "other"), strict=True))


@dataclass(frozen=True)
class TextForm:
    """A field that may be empty. Shapes: is_none - whether an empty field means that there is none."""

    name: str
    label: str
    help: str
    value: str
    is_none: bool


@dataclass(frozen=True)
class RuleForm:
    """One rule of provider routing. Shapes: recipients, senders - (value, label, is chosen)."""

    start: str
    place: int
    action: tuple[Choice, ...]
    recipients: tuple[tuple[str, str, bool], ...]
    senders: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True)
class OptionsForm:
    """The fields."""

    texts: tuple[TextForm, ...]
    company_mode: tuple[Choice, ...]
    company_daily: str
    company_scope: tuple[Choice, ...]
    choose_by: tuple[Choice, ...]
    rules: tuple[RuleForm, ...]
    rules_none: bool


def options_form(content: Mapping[str, Any]) -> OptionsForm:
    """Build the fields."""
    listed = content.get("emails_per_company")
    company = listed if isinstance(listed, Mapping) else {}
    return OptionsForm(
        texts=(
            _text(content, "cc", "cc", "Everybody here sees every e-mail, and each lead sees them"),
            _text(content, "bcc", "bcc", "Everybody here sees every e-mail; no lead sees them"),
            TextForm(
                "lead-value", "Value of a positive lead", "What the opportunities are counted with",
                shown_number(content.get("lead_value")), "lead_value" in content,
            ),
        ),
        company_mode=_choices(_MODES, _now(content, "emails_per_company", company.get("mode"))),
        company_daily=shown_number(company.get("daily_limit")),
        company_scope=_choices(_SCOPES, str(company.get("scope") or "")),
        choose_by=_choices(_CHOOSE_BY, _now(content, "choose_variant_by", content.get("choose_variant_by"))),
        rules=tuple(_rule(place, one) for place, one in enumerate(rules_of(content))),
        rules_none="provider_routing" in content,
    )  # fmt: skip


def _text(content: Mapping[str, Any], name: str, label: str, words: str) -> TextForm:
    return TextForm(name, label, words, shown_list(content.get(name)), name in content)


def _now(content: Mapping[str, Any], name: str, value: object) -> str:
    """What a choice shows: the value, or that there is none."""
    return NONE if name in content and content[name] is None else str(value or "")


def _choices(listed: tuple[tuple[str, str], ...], now: str) -> tuple[Choice, ...]:
    """The choices, and what is chosen among them even where it is none of them."""
    known = listed if any(value == now for value, _ in listed) else (*listed, (now, now))
    return tuple(Choice(value, label, value == now) for value, label in known)


def _rule(place: int, rule: Mapping[str, Any]) -> RuleForm:
    shown = shown_rule(rule)
    recipients, senders = (
        tuple((one, _PROVIDER_LABELS[one], one in shown[name]) for one in PROVIDERS)
        for name in ("recipient_esp", "sender_esp")
    )
    return RuleForm(f"routing-{place}", place, _choices(_ACTIONS, str(shown["action"] or "")), recipients, senders)
