"""What an automation must be to make sense; a refusal names one cause and one next step. Pure: nothing is read here."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from iexdg.crm.actions import CONTACT, EMAIL, NOTE, NOTIFY, OPPORTUNITY, OWN, SUPPRESS, TAGS, WEBHOOK, WORKFLOW
from iexdg.crm.errors import CrmRefusedError
from iexdg.crm.models import OF_CONVERSATIONS, Trigger

KINDS = frozenset({CONTACT, TAGS, NOTE, WORKFLOW, OPPORTUNITY, NOTIFY, SUPPRESS})


def needs_crm(actions: Iterable[Mapping[str, Any]]) -> bool:
    """Whether any of these actions is carried out in GoHighLevel."""
    return any(action["kind"] not in OWN for action in actions)


def require_sound(facts: Mapping[str, Any]) -> None:
    """Raises: CrmRefusedError - the columns of an automation do not make sense together."""
    actions = facts["actions"]
    kinds = [action["kind"] for action in actions]
    if not kinds:
        raise CrmRefusedError("An automation without an action does nothing. Choose at least one.")
    if not set(kinds) <= KINDS:
        raise CrmRefusedError("There is no such action. Choose one of the form.")
    _require_filter(facts["trigger"], facts["filter"])
    _require_recipients(actions)
    if needs_crm(actions):
        _require_contact(kinds, facts["field_map"])
    if TAGS in kinds and not facts["tag_template"].strip(" ,"):
        raise CrmRefusedError("Write at least one tag, or leave the action out.")


def _require_filter(trigger: str, filters: Mapping[str, Any]) -> None:
    if trigger in OF_CONVERSATIONS:
        return
    words = Trigger(trigger).label
    if filters.get("labels"):
        raise CrmRefusedError(f"Only a conversation has an interest. Choose none where {words}.")
    if filters.get("excludes_automatic"):
        raise CrmRefusedError(f"Only a reply can be automatic. Leave that out where {words}.")


def _require_recipients(actions: Sequence[Mapping[str, Any]]) -> None:
    for action in actions:
        if action["kind"] != NOTIFY:
            continue
        if action.get("channel", EMAIL) not in {EMAIL, WEBHOOK}:
            raise CrmRefusedError("People are notified by e-mail or by the team's webhook. Choose one of them.")
        if action.get("channel", EMAIL) == EMAIL and not (action.get("roles") or action.get("members")):
            raise CrmRefusedError("Nobody would be notified. Choose a role or a member.")


def _require_contact(kinds: Sequence[str], field_map: Mapping[str, str]) -> None:
    if next(kind for kind in kinds if kind not in OWN) != CONTACT:
        raise CrmRefusedError(
            "The first action in GoHighLevel creates or updates the contact: the others need it. Choose it too."
        )
    if "email" not in field_map:
        raise CrmRefusedError("The field map needs email: contacts are found by it.")
    if {"tags", "locationId"} & set(field_map):
        raise CrmRefusedError("tags and locationId are no fields: sent with a contact, tags would replace its own.")
