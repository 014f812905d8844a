"""Steps and variants: each with its rates, how sure they are, and whether one variant is ahead."""

from collections.abc import Sequence
from dataclasses import dataclass

from campaigns.copy import PreviewStep, preview
from campaigns.copy.sequence import variant_letter
from campaigns.models import Campaign
from campaigns.pages import figures
from campaigns.pages.figures import Rate
from iexdg.analytics.intervals import BEHIND, Interval, verdicts, wilson
from iexdg.analytics.pages.compare import Frame
from iexdg.analytics.queries import StepCount, steps_of, steps_since_start

OPEN_FORMULA = "people who opened ÷ e-mails of this step"
CLICK_FORMULA = "people who clicked ÷ e-mails of this step"
REPLY_FORMULA = "people who replied, no auto-replies ÷ e-mails of this step"


@dataclass(frozen=True)
class VariantRow:
    """One variant of one step. Shapes: verdict - "ahead", "behind", "too early to tell", or "" where it is alone;
    may_be_turned_off - it is behind, and still sent.
    """

    step: int
    letter: str
    subject: str
    sent: int | None
    open: Rate
    click: Rate
    reply: Rate
    interval: Interval | None
    verdict: str
    place: int = 0
    may_be_turned_off: bool = False


@dataclass(frozen=True)
class CampaignSteps:
    """The steps of one campaign; `is_unknown` where they were not read."""

    campaign: Campaign
    rows: Sequence[VariantRow]
    is_unknown: bool


def steps_page(frame: Frame) -> list[CampaignSteps]:
    """The steps of every campaign that is compared; one query."""
    if frame.days is None:
        since = steps_since_start(frame.pks)
        return [_campaign(campaign, since[campaign.pk]) for campaign in frame.campaigns]
    return [_campaign(campaign, steps_of(frame.reading(campaign.pk))) for campaign in frame.campaigns]


def _campaign(campaign: Campaign, counts: Sequence[StepCount] | None) -> CampaignSteps:
    if counts is None:
        return CampaignSteps(campaign, (), is_unknown=True)
    subjects = _subjects(preview(campaign.sequences, ()))
    by_step: dict[int, list[StepCount]] = {}
    for count in sorted(counts, key=lambda one: (one.step, one.variant)):
        by_step.setdefault(count.step, []).append(count)
    rows: list[VariantRow] = []
    for variants in by_step.values():
        replies = [figures.rate(one.replied, one.sent, REPLY_FORMULA, of="sent") for one in variants]
        said = verdicts(replies)
        rows += [
            _row(campaign, one, subjects, reply, verdict)
            for one, reply, verdict in zip(variants, replies, said, strict=True)
        ]
    return CampaignSteps(campaign, tuple(rows), is_unknown=False)


def _row(
    campaign: Campaign, one: StepCount, subjects: dict[tuple[int, int], str], reply: Rate, verdict: str
) -> VariantRow:
    opened = figures.tracked_rate(one.opened, one.sent, OPEN_FORMULA, is_tracked=campaign.tracks_opens)
    clicked = figures.tracked_rate(one.clicked, one.sent, CLICK_FORMULA, is_tracked=campaign.tracks_clicks)
    return VariantRow(
        step=one.step,
        letter=variant_letter(one.variant),
        subject=subjects.get((one.step, one.variant), "no longer sent"),
        sent=one.sent,
        open=opened,
        click=clicked,
        reply=reply,
        interval=wilson(reply.part, reply.whole),
        verdict=verdict,
        place=one.variant,
        may_be_turned_off=verdict == BEHIND and (one.step, one.variant) in subjects,
    )


def _subjects(steps: Sequence[PreviewStep]) -> dict[tuple[int, int], str]:
    """The subject of each variant by step and place; a blank one continues the conversation."""
    found = {}
    for step in steps:
        for variant in step.variants:
            text = "".join(piece.text for piece in variant.subject).strip()
            found[step.number, variant.place] = text or ("no subject" if step.number == 1 else "same thread")
    return found
