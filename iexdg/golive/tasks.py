"""The background tasks of go-lives: they take ids, may run twice, and a sweep finds what the broker lost."""

from celery import shared_task

from iexdg.golive.execute import carry_out_go_live, open_go_lives


@shared_task(time_limit=120)
def go_live(approval_pk: int) -> None:
    """Carry an approved go-live one step further."""
    carry_out_go_live(approval_pk)


@shared_task(time_limit=120)
def sweep_go_lives() -> None:
    """Continue go-lives that are approved and still being carried out."""
    for approval_pk in open_go_lives().values_list("pk", flat=True)[:20]:
        carry_out_go_live(approval_pk)
