"""The main workflow in a browser: upload, verification, load, flip caught, approval, go-live, and statistics."""

from tests.e2e.browsing import OpenAs
from tests.e2e.conftest import SCREENS
from tests.e2e.stack import Stack
from tests.e2e.story import a_file_becomes_a_live_campaign


def test_a_file_becomes_a_live_campaign(open_as: OpenAs, stack: Stack) -> None:
    # The control room in the middle of it is the README's picture.
    a_file_becomes_a_live_campaign(open_as, stack.control, picture=SCREENS / "control-room-story.png")
