from iexdg.incidents.subject import Subject
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import campaign
from tests.leads.factories import checked_import


def test_an_incident_about_an_import_names_its_campaign_and_leads_to_the_import(workspace: Workspace) -> None:
    one = campaign(workspace, "05A")
    imported = checked_import(one, ["a@firm.example.com"])
    assert imported.as_subject == Subject(one.pk, "05A", "import", imported.pk)
