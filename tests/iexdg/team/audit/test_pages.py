import pytest
from django.utils import timezone

from iexdg.team.audit.models import AuditEvent
from iexdg.team.audit.pages import lines_of


@pytest.mark.parametrize(
    ("subject", "campaign", "url"),
    [
        ("campaign:3", 3, "/campaigns/3/"),
        ("import:5", 3, "/imports/5/"),
        ("incident:8", None, "/incidents/8/"),
        ("approval:4", 3, "/campaigns/3/"),
        ("workspace:1", None, ""),
        ("import:", 3, "/campaigns/3/"),
        ("import:²", None, ""),
    ],
)
def test_a_line_leads_to_what_it_is_about(subject: str, campaign: int | None, url: str) -> None:
    event = AuditEvent(at=timezone.now(), action="x:y:z", subject=subject, campaign_ref=campaign)
    (line,) = lines_of([event])
    assert line.url == url
