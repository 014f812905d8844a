"""The background tasks of go-lives: they take ids, may run twice, and a sweep finds what the broker lost."""

from celery import shared_task

from campaigns.models import Approval
from iexdg.golive.execute import carry_out_go_live, open_go_lives
from iexdg.operations.workspace_tasks import EachWorkspace, WorkspaceTask


class OfApproval(WorkspaceTask):
    """A task whose argument is the id of an approval."""

    abstract = True

    def workspace_of(self, pk: int) -> int | None:
        """Return the workspace of the approval's campaign."""
        return Approval.objects.filter(pk=pk).values_list("campaign__workspace", flat=True).first()


@shared_task(base=OfApproval, time_limit=120)
def go_live(approval_pk: int) -> None:
    """Carry an approved go-live one step further."""
    carry_out_go_live(approval_pk)


@shared_task(base=EachWorkspace, time_limit=120)
def sweep_go_lives(pk: int) -> None:
    """Continue a workspace's go-lives that are approved and still being carried out."""
    for approval_pk in open_go_lives().filter(campaign__workspace=pk).values_list("pk", flat=True)[:20]:
        carry_out_go_live(approval_pk)
