from iexdg.incidents.subject import Subject
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import campaign


def test_an_incident_about_a_campaign_names_it_and_links_to_its_page(workspace: Workspace) -> None:
    one = campaign(workspace, "05A")
    assert one.as_subject == Subject(one.pk, "05A", "campaign", one.pk)
