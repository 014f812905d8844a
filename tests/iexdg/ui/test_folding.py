"""Text as a search compares it, in Python and in the database."""

import pytest

from campaigns.models import Campaign
from campaigns.queries import campaigns_of
from iexdg.ui.folding import folded
from iexdg.workspaces.models import Workspace


@pytest.mark.parametrize(
    ("text", "compared"), [("ÜNÏ", "uni"), ("u\u0308ni", "uni"), ("MĀLĪK", "malik"), ("Łódź 5%", "łodz 5%"), ("", "")]
)
def test_a_text_is_compared_in_lower_case_and_without_accents(text: str, compared: str) -> None:
    assert folded(text) == compared


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["Ünï", "ÜNÏ", "ünï", "uni", "long ÜNÏ", "u\u0308NI\u0308", "ÏC"])
def test_a_campaign_is_found_in_upper_and_lower_case_with_and_without_accents(workspace: Workspace, words: str) -> None:
    wanted = Campaign.objects.create(workspace=workspace, name="RV Long ünïcode", remote_id="one")
    Campaign.objects.create(workspace=workspace, name="Another", remote_id="two")
    assert list(campaigns_of(workspace, search=words)) == [wanted]


@pytest.mark.django_db
def test_signs_with_a_meaning_for_the_database_mean_themselves(workspace: Workspace) -> None:
    Campaign.objects.create(workspace=workspace, name="Überall 100", remote_id="one")
    for words in ("%", "_", "1%0", "\\", "Ü_erall"):
        assert list(campaigns_of(workspace, search=words)) == []
