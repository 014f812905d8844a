"""Declares what the page of background jobs knows of leads: which jobs move the people of an import, and lead lists."""

from collections.abc import Collection

from django.db.models import QuerySet

from iexdg.ui.formatting import plural
from iexdg.workspace_objects.jobs import OwnJob, OwnJobs, declare_job_entity, declare_own_jobs
from iexdg.workspace_objects.uses import Taggable
from iexdg.workspaces.models import Workspace
from leads.models import Batch, LeadList


def _moves(workspace: Workspace) -> QuerySet[Batch]:
    return Batch.objects.filter(imported__workspace=workspace).exclude(job="").order_by()


def _own(workspace: Workspace, ids: Collection[str]) -> dict[str, OwnJob]:
    found = _moves(workspace).filter(job__in=ids).values_list("job", "size", "number", "imported")
    return {
        job: OwnJob(f"Move {plural(size, 'person', 'people')}, batch {number}", "import", imported)
        for job, size, number, imported in found
    }


def _running(workspace: Workspace) -> list[str]:
    return list(_moves(workspace).filter(job_ended_at__isnull=True).values_list("job", flat=True))


def _lists(workspace: Workspace) -> list[Taggable]:
    there = LeadList.objects.filter(workspace=workspace, vanished_at__isnull=True)
    return [Taggable(one.remote_id, str(one), "lead_list", one.pk) for one in there]


declare_own_jobs(OwnJobs(among=_own, running=_running))
declare_job_entity("list", _lists)
