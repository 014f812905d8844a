"""Declares that mailboxes can have tags, and which background jobs change their warm-up."""

from collections.abc import Collection

from django.db.models import Count, QuerySet

from iexdg.clients.instantly.custom_tags import TaggedKind
from iexdg.mailboxes.models import OPEN_CHANGE, Mailbox, MailboxChange, Wanted
from iexdg.ui.formatting import plural
from iexdg.workspace_objects.jobs import OwnJob, OwnJobs, declare_own_jobs
from iexdg.workspace_objects.uses import Taggable, declare_taggable
from iexdg.workspaces.models import Workspace


def _mailboxes(workspace: Workspace) -> list[Taggable]:
    there = Mailbox.objects.filter(workspace=workspace, vanished_at__isnull=True).order_by("email")
    return [Taggable(email, email, "mailbox", pk) for pk, email in there.values_list("pk", "email")]


def _in_jobs(workspace: Workspace) -> QuerySet[MailboxChange]:
    # `job` of a change that connects a mailbox is the id of a sign-in.
    wanted = [Wanted.WARMUP_ON, Wanted.WARMUP_OFF]
    return MailboxChange.objects.filter(workspace=workspace, wanted__in=wanted).exclude(job="")


def _own(workspace: Workspace, ids: Collection[str]) -> dict[str, OwnJob]:
    found = _in_jobs(workspace).filter(job__in=ids).order_by()
    counted = found.values_list("job", "wanted", "group").annotate(mailboxes=Count("pk"))
    return {
        job: OwnJob(
            f"{Wanted(wanted).label.capitalize()}, {plural(number, 'mailbox', 'mailboxes')}", "mailbox-changes", group
        )
        for job, wanted, group, number in counted
    }


def _running(workspace: Workspace) -> list[str]:
    waiting = _in_jobs(workspace).filter(state__in=OPEN_CHANGE).exclude(progress__gte=100)
    return list(waiting.order_by().values_list("job", flat=True).distinct())


declare_taggable(TaggedKind.ACCOUNT, _mailboxes)
declare_own_jobs(OwnJobs(among=_own, running=_running))
