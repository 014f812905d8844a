"""Every option by its name: read from text or JSON, and shown as JSON."""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from math import isfinite
from pathlib import Path
from typing import Any

from iexdg.sandbox.world.clock import FASTEST
from iexdg.sandbox.world.options import SandboxOptions
from iexdg.sandbox.world.records import CAMPAIGN_STATUSES

_SCOPE = re.compile(r"[a-z_-]+:(?:read|create|update|delete|all)")
_YES_NO = {"on": True, "true": True, "off": False, "false": False}


@dataclass(frozen=True)
class Knob:
    """One option that people may set. Shapes: name - of the field; flag - "--list-lag-s"; kind - its type."""

    name: str
    flag: str
    text: str
    choices: tuple[str, ...]
    is_fixed: bool
    default: Any

    def read(self, value: Any) -> Any:
        """Return a value as the option holds it.

        Shapes: value - text of a flag, or JSON: "on", True, "2,3", [2, 3], 0.5.
        Raises: ValueError - it is no value of this option.
        """
        found = self._reader()(value)
        if self.choices and found not in self.choices:
            raise ValueError(f"{self.name} must be one of {', '.join(self.choices)}")
        return found

    def _reader(self) -> Callable[[Any], Any]:
        if isinstance(self.default, bool):
            return self._yes_no
        if isinstance(self.default, int | float):
            return self._number
        return self._set if isinstance(self.default, frozenset) else self._text

    def _yes_no(self, value: Any) -> bool:
        found = value if isinstance(value, bool) else _YES_NO.get(str(value).lower())
        if found is None:
            raise ValueError(f"{self.name} must be on or off")
        return found

    def _number(self, value: Any) -> float:
        wanted = type(self.default)
        try:
            number = float("nan") if isinstance(value, bool) else float(value)
        except (TypeError, ValueError, OverflowError):
            number = float("nan")
        if not isfinite(number) or number < 0 or (wanted is int and not number.is_integer()):
            raise ValueError(f"{self.name} must be {'a whole' if wanted is int else 'a'} number that is not negative")
        return int(number) if wanted is int else number

    def _set(self, value: Any) -> frozenset[Any]:
        of_numbers = all(isinstance(one, int) for one in self.default)
        items = value if isinstance(value, list) else [] if value in ("", "off") else str(value).split(",")
        try:
            return frozenset(int(one) if of_numbers else str(one) for one in items)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{self.name} must be numbers with commas, or off") from error

    def _text(self, value: Any) -> Any:
        if self.default is None:
            return None if value is None else Path(str(value))
        if not isinstance(value, str):
            raise ValueError(f"{self.name} must be text")
        return value


KNOBS: dict[str, Knob] = {
    one.name: Knob(
        name=one.name,
        flag=f"--{(one.metadata['name'] or one.name).replace('_', '-')}",
        text=one.metadata["text"],
        choices=one.metadata["choices"],
        is_fixed=one.metadata["is_fixed"],
        default=one.default,
    )
    for one in fields(SandboxOptions)
    if one.metadata
}


def with_values(options: SandboxOptions, values: Any, *, is_running: bool = False) -> SandboxOptions:
    """Return options with some of them set by name.

    Shapes: values - {"list_lag_s": 0, "autoflip": "2,3"}, a dash counts as an underscore.
    Raises: ValueError - one is unknown, no value of its option, or fixed while the simulator runs.
    """
    if not isinstance(values, dict):
        raise ValueError("options must be an object of names and values")
    changes = {}
    for name, value in values.items():
        known = KNOBS.get(name.replace("-", "_"))
        if known is None:
            raise ValueError(f"there is no option {name}")
        if is_running and known.is_fixed:
            raise ValueError(f"{known.name} is fixed once the sandbox runs")
        changes[known.name] = known.read(value)
    _check(changes)
    return replace(options, **changes)


def _check(changes: dict[str, Any]) -> None:
    """Refuse what could never have an effect: it would look as if the option were set."""
    if changes.get("workspaces") == 0:
        raise ValueError("workspaces must be at least 1")
    for name, most in {"speed": FASTEST, "pending_share": 1, "bounce_protect_ratio": 1}.items():
        if changes.get(name, 0) > most:
            raise ValueError(f"{name} must not be more than {most}")
    if not changes.get("autoflip", frozenset()) <= set(CAMPAIGN_STATUSES):
        raise ValueError("autoflip must be campaign statuses, such as 3 or 2,3")
    if not all(_SCOPE.fullmatch(scope) for scope in changes.get("scopes", ())):
        raise ValueError("scopes must be as campaigns:read, leads:all or all:all")


def shown(options: SandboxOptions) -> dict[str, Any]:
    """Return every option as plain JSON data."""
    return {name: _plain(getattr(options, name)) for name in KNOBS}


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    return str(value) if isinstance(value, Path) else value
