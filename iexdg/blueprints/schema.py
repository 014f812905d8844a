"""What a blueprint may hold: the schema of its YAML, also published as docs/blueprint.schema.json. Pure."""

import re
from datetime import date
from functools import cache
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    field_validator,
    model_validator,
)

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SHORTHANDS = {"weekdays": list(DAYS[:5]), "every day": list(DAYS)}
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]"
ADDRESS_FORM = r"^[^@\s]+@[^@\s]+$"
HOURS_FORM = rf"^{_CLOCK}-{_CLOCK}$"
NAME_FORM = r"^\w+$"
ID_FORM = r"^[0-9a-fA-F-]{36}$"
_UNITS = ("minutes", "hours", "days")
_WAIT = re.compile(r"([0-9]+(?:\.[0-9]+)?) (minutes?|hours?|days?)")
_LONGEST_WAIT = 1_000_000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOST_VARIANTS = 26
MOST_STEPS = 100
MOST_WINDOWS = 50
MOST_CAMPAIGNS = 1000


def _listed_days(value: Any) -> Any:
    return _SHORTHANDS.get(value, value) if isinstance(value, str) else value


def _sender_set(value: Any) -> Any:
    return {"addresses": value} if isinstance(value, list) else value


def _is_wait(text: str) -> str:
    if not _WAIT.fullmatch(text):
        raise ValueError("Write a number and minutes, hours or days, such as “3 days”")
    if wait_of(text)[0] > _LONGEST_WAIT:
        raise ValueError(f"Write at most {_LONGEST_WAIT:,}")
    return text


def _is_day(text: str) -> str:
    # Python reads further forms, such as 20270131, which Instantly does not.
    try:
        date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError:
        raise ValueError("This is no date; write it as 2027-01-31") from None
    return text


def _is_no_blank(text: str) -> str:
    if text and not text.strip():
        raise ValueError("Write a name that is not only spaces")
    return text


def wait_of(text: str) -> tuple[float, str]:
    """Return amount and unit of a wait: "3 days" -> (3, "days")."""
    match = _WAIT.fullmatch(text)
    if match is None:
        raise ValueError(text)
    unit = next(unit for unit in _UNITS if unit.startswith(match[2].rstrip("s")))
    return (float(match[1]) if "." in match[1] else int(match[1])), unit


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


Line = Annotated[str, StringConstraints(max_length=2000)]
Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=1000),
    AfterValidator(_is_no_blank),
    Field(json_schema_extra={"pattern": r"\S"}),
]
Address = Annotated[str, StringConstraints(pattern=ADDRESS_FORM, max_length=320)]
Hours = Annotated[str, StringConstraints(pattern=HOURS_FORM)]
Wait = Annotated[
    str,
    StringConstraints(max_length=30),
    BeforeValidator(lambda value: _is_wait(value) if isinstance(value, str) else value),
    Field(json_schema_extra={"pattern": f"^{_WAIT.pattern}$", "examples": ["3 days", "90 minutes"]}),
]
Day = Annotated[
    str,
    BeforeValidator(lambda value: _is_day(value) if isinstance(value, str) else value),
    Field(json_schema_extra={"format": "date"}),
]
_DAYS_SCHEMA = {
    "anyOf": [{"enum": list(_SHORTHANDS)}, {"type": "array", "items": {"enum": list(DAYS)}, "uniqueItems": True}]
}
Days = Annotated[
    list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]],
    BeforeValidator(_listed_days),
    WithJsonSchema(_DAYS_SCHEMA),
]
Amount = Annotated[int, Field(ge=0, le=1_000_000)]
Number = Annotated[int | float, Field(ge=0, le=1_000_000)]


class Window(_Strict):
    """Hours on days of the week. What it leaves out is that of the schedule around it."""

    name: Annotated[Line | None, Field(description="Shown in Instantly")] = None
    zone: Annotated[
        Line | None, Field(description="An IANA name, such as America/New_York; mapped to one that Instantly accepts")
    ] = None
    hours: Annotated[Hours | None, Field(description="From and to, such as 09:00-17:00")] = None
    days: Annotated[Days | None, Field(description="weekdays, every day, or a list such as [mon, wed]")] = None


class Schedule(Window):
    """When a campaign sends: one window, or several under `windows`."""

    start: Annotated[Day | None, Field(description="First day")] = None
    end: Annotated[Day | None, Field(description="Last day")] = None
    windows: Annotated[list[Window] | None, Field(min_length=1, max_length=MOST_WINDOWS)] = None

    @property
    def all_windows(self) -> list[Window]:
        """Every window with what it takes from the schedule."""
        own = {name: getattr(self, name) for name in Window.model_fields}
        if self.windows is None:
            return [Window.model_construct(**own)] if any(value is not None for value in own.values()) else []
        return [
            Window.model_construct(
                **{name: getattr(one, name) if getattr(one, name) is not None else own[name] for name in own}
            )
            for one in self.windows
        ]


class Variant(_Strict):
    """One wording of a step: its text as plain paragraphs, or as HTML that is sent as it is."""

    subject: Annotated[Line, Field(description="Empty or left out on a follow-up: the same thread")] = ""
    body: Annotated[
        str | None, Field(max_length=50_000, description="Plain lines; a link is [a phrase](https://…)")
    ] = None
    html: Annotated[
        str | None, Field(max_length=200_000, description="Instead of `body`: exactly what Instantly stores")
    ] = None
    off: Annotated[bool, Field(description="Not sent")] = False

    @model_validator(mode="after")
    def _has_one_text(self) -> "Variant":
        if self.body is not None and self.html is not None:
            raise ValueError("Give `body` or `html`, not both")
        return self


class Step(Variant):
    """One e-mail of the sequence; several wordings of it under `variants`."""

    wait_after: Annotated[Wait | None, Field(description="The wait before the next e-mail")] = None
    variants: Annotated[list[Variant] | None, Field(min_length=1, max_length=MOST_VARIANTS)] = None

    @model_validator(mode="after")
    def _is_one_or_several(self) -> "Step":
        own = {"subject", "body", "html", "off"} & self.model_fields_set
        if self.variants is not None and own:
            raise ValueError(f"With `variants`, `{min(own)}` belongs to each of them")
        return self

    @property
    def all_variants(self) -> list[Variant]:
        """Every wording, the step's own as the only one where there are no `variants`."""
        return [self] if self.variants is None else list(self.variants)


class SubsequenceStep(Step):
    """One e-mail of a subsequence."""

    wait_before: Annotated[Wait | None, Field(description="The first e-mail alone: the wait before it")] = None


class Senders(_Strict):
    """Who sends: mailboxes by address, and all that have a tag."""

    addresses: Annotated[list[Address], Field(max_length=2000)] = []
    tags: Annotated[list[Name], Field(max_length=200, description="Labels of tags, or their ids")] = []
    others: Annotated[
        Literal["keep", "remove"], Field(description="Senders that only Instantly has: keep or remove them")
    ] = "remove"


SenderSet = Annotated[
    Senders,
    BeforeValidator(_sender_set),
    Field(description="A list of addresses, or addresses and tags"),
]


class Caps(_Strict):
    """How much is sent; null takes a cap away."""

    daily: Annotated[Number | None, Field(description="E-mails a day")] = None
    new_leads_daily: Annotated[Amount | None, Field(description="New leads a day")] = None
    gap_minutes: Annotated[Number | None, Field(description="Minutes between e-mails")] = None
    random_minutes: Annotated[Number | None, Field(description="At most so many more minutes, by chance")] = None


class Flags(_Strict):
    """Instantly's switches, under its names; null leaves one unset."""

    stop_on_reply: bool | None = None
    stop_on_auto_reply: bool | None = None
    stop_for_company: bool | None = None
    open_tracking: bool | None = None
    link_tracking: bool | None = None
    text_only: bool | None = None
    first_email_text_only: bool | None = None
    insert_unsubscribe_header: bool | None = None
    allow_risky_contacts: bool | None = None
    disable_bounce_protect: bool | None = None
    prioritize_new_leads: bool | None = None
    match_lead_esp: bool | None = None
    is_evergreen: bool | None = None

    @field_validator("open_tracking")
    @classmethod
    def _is_never_unset(cls, value: bool | None) -> bool | None:
        if value is None:
            raise ValueError("Instantly takes true or false here")
        return value


class PerCompany(_Strict):
    """How many e-mails one company gets."""

    mode: Literal["custom", "disabled"]
    daily_limit: Annotated[int | float, Field(ge=1)] | None = None
    scope: Literal["per_campaign", "across_workspace"] | None = None


PROVIDERS = ("all", "google", "outlook", "other")
ACTIVITIES = ("opened", "clicked", "completed_without_reply")
_Provider = Literal["all", "google", "outlook", "other"]


class Routing(_Strict):
    """Which senders write to recipients of which provider."""

    action: Literal["send", "do_not_send"]
    recipient_esp: list[_Provider]
    sender_esp: list[_Provider]


class Conditions(_Strict):
    """When a subsequence begins; at least one of them."""

    interest: Annotated[list[int | Line], Field(description="Names or numbers of interests")] = []
    activity: list[Literal["opened", "clicked", "completed_without_reply"]] = []
    reply_contains: Line = ""

    @model_validator(mode="after")
    def _is_any(self) -> "Conditions":
        if not (self.interest or self.activity or self.reply_contains):
            raise ValueError("A subsequence needs a condition")
        return self


class Subsequence(_Strict):
    """What is written to a lead once something has happened. It is left paused."""

    name: Name
    when: Conditions
    schedule: Annotated[Schedule | None, Field(description="Left out: that of the campaign")] = None
    steps: Annotated[list[SubsequenceStep], Field(max_length=MOST_STEPS)]


class Shared(_Strict):
    """What `defaults` may hold, and each campaign too. What is left out is not compared, and stays as it is."""

    schedule: Schedule | None = None
    senders: SenderSet | None = None
    caps: Caps | None = None
    flags: Flags | None = None
    cc: list[Address] | None = None
    bcc: list[Address] | None = None
    emails_per_company: PerCompany | None = None
    choose_variant_by: Literal["reply_rate", "click_rate", "open_rate"] | None = None
    provider_routing: list[Routing] | None = None
    lead_value: Annotated[int | float | None, Field(description="Value of a positive lead")] = None
    variables: Annotated[
        list[Annotated[str, StringConstraints(pattern=NAME_FORM, max_length=100)]] | None,
        Field(description="Custom variables that its leads have"),
    ] = None
    steps: Annotated[list[Step] | None, Field(max_length=MOST_STEPS)] = None
    subsequences: list[Subsequence] | None = None

    never_null: ClassVar[tuple[str, ...]] = (
        "schedule", "senders", "caps", "flags", "cc", "bcc", "provider_routing", "variables", "steps", "subsequences",
    )  # fmt: skip

    @model_validator(mode="after")
    def _is_filled(self) -> "Shared":
        for name in self.never_null:
            if name in self.model_fields_set and getattr(self, name) is None:
                nothing = "write [] for none" if name in ("cc", "bcc", "provider_routing") else "fill it in"
                raise ValueError(f"`{name}` is empty: {nothing}, or leave it out")
        return self


class CampaignBlueprint(Shared):
    """One campaign. It is found at Instantly by its id, or else by its name."""

    name: Name
    id: Annotated[
        str | None,
        StringConstraints(pattern=ID_FORM),
        Field(description="Instantly's id, so that it can be renamed"),
    ] = None


class BlueprintFile(_Strict):
    """A file of campaigns."""

    model_config = ConfigDict(title="Blueprint of IEXDG Outreach", extra="forbid", strict=True, frozen=True)

    defaults: Annotated[Shared | None, Field(description="What the campaigns share; each may replace any of it")] = None
    campaigns: Annotated[list[CampaignBlueprint], Field(min_length=1, max_length=MOST_CAMPAIGNS)]


@cache
def known_names() -> frozenset[str]:
    """Return every name that a blueprint may use, for a hint about one that is misspelt."""
    found: set[str] = set()
    waiting: list[type[BaseModel]] = [_Strict]
    while waiting:
        for model in waiting.pop().__subclasses__():
            found.update(model.model_fields)
            waiting.append(model)
    return frozenset(found)


def json_schema() -> dict[str, Any]:
    """Return the published schema; what YAML anchors need is allowed by keys that begin with `x-`."""
    made = BlueprintFile.model_json_schema()
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    made["patternProperties"] = {"^x-": {"description": "Anything, for anchors to stand in"}}
    senders = made["$defs"]["Senders"]
    plain = {"type": "array", "items": senders["properties"]["addresses"]["items"]}
    made["$defs"]["Senders"] = {"anyOf": [plain, senders], "description": senders["description"]}
    return made
