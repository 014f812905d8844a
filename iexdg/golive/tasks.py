"""What runs later for go-lives: ids only, may run twice, found again by a sweep when the broker loses it."""

from celery import shared_task

from iexdg.golive.execute import carry_out_go_live, open_go_lives


@shared_task(time_limit=120)
def go_live(approval_pk: int) -> None:
    """Carry an approved go-live one step further."""
    carry_out_go_live(approval_pk)


@shared_task(time_limit=120)
def sweep_go_lives() -> None:
    """Carry on with go-lives that were approved and are not done."""
    for approval_pk in open_go_lives().values_list("pk", flat=True)[:20]:
        carry_out_go_live(approval_pk)
