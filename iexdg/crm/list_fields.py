"""The fields in which a workflow, a pipeline and its stage are chosen by name, or typed as an id without a list.

An id that the list does not have stays chosen and says so: a list is only as new as its last reading.
"""

from typing import Any

from django import forms

from iexdg.crm.models import CrmLists
from iexdg.crm.workflows import workflow_words

_LONGEST = 64
_NONE = ("", "None")
_ONLY_NEW = (
    "Created where the contact has none in it. One that is there, open, won or lost, keeps its name, stage and status."
)
_FIRST_STAGE = "Of a new opportunity; none chosen: the first stage."
_TYPED = "The list was not read, so type the id at GoHighLevel; empty for none."


def workflow_field(lists: CrmLists | None, *, chosen: str) -> forms.Field:
    """The field of the workflow."""
    label = "Add to the workflow"
    if lists is None or lists.workflows_at is None:
        return _typed(label)
    choices = [(one["id"], workflow_words(one)) for one in lists.workflows]
    return _listed(
        label, choices, chosen, "Only a published workflow takes anybody in: the test step refuses any other."
    )


def pipeline_fields(lists: CrmLists | None, *, pipeline: str, stage: str) -> tuple[forms.Field, forms.Field]:
    """The fields of the pipeline and of its stage; the stages are grouped by their pipelines."""
    labels = "Opportunity in the pipeline", "Stage of the opportunity"
    if lists is None or lists.pipelines_at is None:
        return _typed(labels[0], _ONLY_NEW), _typed(labels[1], _FIRST_STAGE)
    pipelines = [(one["id"], one["name"] or one["id"]) for one in lists.pipelines]
    stages = [(one["name"] or one["id"], _stages(one)) for one in lists.pipelines]
    return _listed(labels[0], pipelines, pipeline, _ONLY_NEW), _listed(labels[1], stages, stage, _FIRST_STAGE)


def stages_of(lists: CrmLists | None, pipeline: str) -> set[str]:
    """The ids of the stages of a pipeline; empty where they are not known."""
    listed = lists.pipelines if lists is not None else []
    return {stage["id"] for one in listed if one["id"] == pipeline for stage in one["stages"]}


def _typed(label: str, more: str = "") -> forms.Field:
    return forms.CharField(max_length=_LONGEST, required=False, label=label, help_text=f"{_TYPED} {more}".strip())


def _listed(label: str, choices: list[Any], chosen: str, help_text: str) -> forms.Field:
    there = {value for key, words in choices for value in ([key] if isinstance(words, str) else dict(words))}
    missing = [(chosen, f"{chosen} (not in the list)")] if chosen and chosen not in there else []
    offered = [_NONE, *choices, *missing]
    return forms.ChoiceField(choices=offered, required=False, label=label, help_text=help_text)


def _stages(pipeline: dict[str, Any]) -> list[tuple[str, str]]:
    return [(stage["id"], stage["name"] or stage["id"]) for stage in pipeline["stages"]]
