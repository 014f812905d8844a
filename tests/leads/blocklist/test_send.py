"""What is asked for reaches Instantly once, and only a read of the list settles it."""

from collections.abc import Callable

import pytest

from iexdg.team.audit.models import AuditEvent
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.errors import ObserveModeError
from iexdg.workspaces.models import Mode, Workspace
from leads.blocklist.ask import Asked, ask_to_block, ask_to_unblock
from leads.blocklist.mirror import blocked_among, mirror_block_list
from leads.blocklist.reconcile import MOST_ATTEMPTS
from leads.blocklist.send import carry_out
from leads.models import BlockSource, Suppression, Unblocked
from leads.tasks import send_block_list
from tests.leads.blocklist.factories import listed, sent_long_ago, states
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
CREATE = {"method": "POST", "path": "/block-lists-entries/bulk-create"}
DELETE = {"method": "POST", "path": "/block-lists-entries/bulk-delete"}
RIVAL, ADDRESS = "rival.example.net", "no@firm.example.org"
Block = Callable[..., dict[str, Asked]]


@pytest.fixture
def operator(member: Callable[..., Member]) -> Member:
    return member("operator")


@pytest.fixture
def block(control: SandboxControl, workspace: Workspace, operator: Member) -> Block:
    control.settings(blocklist=[])

    def ask(*values: str) -> dict[str, Asked]:
        return ask_to_block(workspace, values, by=operator, source=BlockSource.TYPED, why="They asked us to.")

    return ask


def writes(control: SandboxControl) -> int:
    return len([one for one in control.log(path="/block-lists-entries/bulk") if one["method"] == "POST"])


def test_a_value_blocks_here_before_instantly_has_it(workspace: Workspace, block: Block) -> None:
    assert block(RIVAL) == {RIVAL: Asked.ADDED}
    assert states(workspace) == {RIVAL: "asked"}
    assert blocked_among(workspace.pk, [f"ada@{RIVAL}"]) == {f"ada@{RIVAL}": RIVAL}


def test_it_is_on_both_lists_afterwards_with_why_and_by_whom(
    control: SandboxControl, workspace: Workspace, block: Block, operator: Member
) -> None:
    listed(control, workspace)
    block(RIVAL, ADDRESS)
    send_block_list(workspace.pk)
    assert sorted(control.state()["blocklist"]) == sorted([RIVAL, ADDRESS])
    assert states(workspace) == {RIVAL: "confirmed", ADDRESS: "confirmed"}
    row = Suppression.objects.get(value=RIVAL)
    assert (row.why, row.asked_by, row.source, row.is_domain) == ("They asked us to.", operator, "typed", True)
    assert row.remote_id
    assert row.since is not None


def test_asking_and_sending_twice_changes_nothing(control: SandboxControl, workspace: Workspace, block: Block) -> None:
    block(RIVAL)
    carry_out(workspace)
    sent, events = writes(control), AuditEvent.objects.count()
    assert block(RIVAL) == {RIVAL: Asked.ALREADY}
    carry_out(workspace)
    send_block_list(workspace.pk)
    assert writes(control) == sent
    assert AuditEvent.objects.count() == events


def test_the_history_counts_and_names_no_address(workspace: Workspace, block: Block) -> None:
    block(RIVAL, ADDRESS)
    event = AuditEvent.objects.get(action="blocklist:values:asked")
    assert event.after == {"addresses": 1, "domains": 1, "source": "typed"}
    assert ADDRESS not in f"{event.summary}{event.note}{event.after}"


def test_a_lost_answer_is_unknown_until_the_list_is_read(
    control: SandboxControl, workspace: Workspace, block: Block
) -> None:
    block(RIVAL)
    control.faults(
        {"match": CREATE, "do": "drop_after_commit", "times": 9},
        {"match": {"method": "GET", "path": "/block-lists-entries"}, "do": "status", "value": 403, "times": 1},
    )
    send_block_list(workspace.pk)
    assert states(workspace) == {RIVAL: "unknown"}
    sent = writes(control)
    send_block_list(workspace.pk)
    assert states(workspace) == {RIVAL: "confirmed"}
    assert writes(control) == sent, "it was read, not sent again"


def test_what_a_read_proves_was_not_carried_out_is_sent_again(
    control: SandboxControl, workspace: Workspace, block: Block
) -> None:
    block(RIVAL)
    control.faults({"match": CREATE, "do": "drop_after_commit", "times": 9})
    carry_out(workspace)
    control.settings(blocklist=[])
    Suppression.objects.update(state="unknown", synced_at=None)
    mirror_block_list(workspace)
    assert states(workspace) == {RIVAL: "unknown"}, "a read just after may be too old"
    sent_long_ago(workspace)
    mirror_block_list(workspace)
    assert states(workspace) == {RIVAL: "asked"}
    control.faults()
    carry_out(workspace)
    assert states(workspace) == {RIVAL: "confirmed"}


def test_a_refusal_is_kept_with_its_reason_and_blocks_here_all_the_same(
    control: SandboxControl, workspace: Workspace, block: Block
) -> None:
    block(RIVAL)
    control.faults({"match": CREATE, "do": "status", "value": 400, "times": 1})
    carry_out(workspace)
    assert states(workspace) == {RIVAL: "refused"}
    assert "400" in Suppression.objects.get().error
    assert blocked_among(workspace.pk, [f"ada@{RIVAL}"])
    assert block(RIVAL) == {RIVAL: Asked.AGAIN}
    carry_out(workspace)
    assert states(workspace) == {RIVAL: "confirmed"}


def test_a_value_that_instantly_does_not_take_does_not_keep_the_others_off(
    control: SandboxControl, workspace: Workspace, block: Block
) -> None:
    block("not_a_domain", RIVAL)
    carry_out(workspace)
    assert states(workspace) == {"not_a_domain": "refused", RIVAL: "confirmed"}


def test_it_is_given_up_after_some_attempts(control: SandboxControl, workspace: Workspace, block: Block) -> None:
    block(RIVAL)
    carry_out(workspace)
    control.settings(blocklist=[])
    Suppression.objects.update(state="sent", synced_at=None, attempts=MOST_ATTEMPTS)
    sent_long_ago(workspace)
    mirror_block_list(workspace)
    assert states(workspace) == {RIVAL: "refused"}


def test_a_removed_value_blocks_until_instantly_no_longer_lists_it(
    control: SandboxControl, workspace: Workspace, operator: Member
) -> None:
    listed(control, workspace, RIVAL, ADDRESS)
    assert ask_to_unblock(workspace, [RIVAL], by=operator) == {RIVAL: Asked.REMOVED}
    assert ask_to_unblock(workspace, [RIVAL], by=operator) == {RIVAL: Asked.LEAVING}
    assert blocked_among(workspace.pk, [f"ada@{RIVAL}"])
    carry_out(workspace)
    assert control.state()["blocklist"] == [ADDRESS]
    assert states(workspace) == {ADDRESS: "confirmed"}
    assert Unblocked.objects.get().by == operator
    assert ask_to_unblock(workspace, [RIVAL], by=operator) == {RIVAL: Asked.NOT_LISTED}


def test_a_removal_whose_answer_was_lost_is_settled_by_a_read(
    control: SandboxControl, workspace: Workspace, operator: Member
) -> None:
    listed(control, workspace, RIVAL)
    ask_to_unblock(workspace, [RIVAL], by=operator)
    control.faults({"match": DELETE, "do": "drop_after_commit", "times": 9})
    carry_out(workspace)
    assert states(workspace) == {}


def test_a_removal_can_be_taken_back_before_it_is_sent(
    control: SandboxControl, workspace: Workspace, block: Block, operator: Member
) -> None:
    listed(control, workspace, RIVAL)
    ask_to_unblock(workspace, [RIVAL], by=operator)
    assert block(RIVAL) == {RIVAL: Asked.KEPT}
    carry_out(workspace)
    assert control.state()["blocklist"] == [RIVAL]
    assert not Suppression.objects.get().is_leaving


def test_what_was_never_sent_is_taken_off_at_once(workspace: Workspace, block: Block, operator: Member) -> None:
    block(RIVAL)
    assert ask_to_unblock(workspace, [RIVAL], by=operator) == {RIVAL: Asked.REMOVED}
    assert states(workspace) == {}


def test_a_value_that_someone_takes_off_in_instantly_goes_here_too(
    control: SandboxControl, workspace: Workspace
) -> None:
    listed(control, workspace, RIVAL, ADDRESS)
    listed(control, workspace, ADDRESS)
    assert states(workspace) == {ADDRESS: "confirmed"}
    assert AuditEvent.objects.filter(action="blocklist:values:gone").count() == 1


def test_observe_mode_refuses_and_sends_nothing(
    control: SandboxControl, workspace: Workspace, block: Block, operator: Member
) -> None:
    listed(control, workspace, ADDRESS)
    Workspace.objects.update(mode=Mode.OBSERVE)
    workspace.refresh_from_db()
    with pytest.raises(ObserveModeError):
        ask_to_block(workspace, [RIVAL], by=operator, source=BlockSource.TYPED)
    with pytest.raises(ObserveModeError):
        ask_to_unblock(workspace, [ADDRESS], by=operator)
    assert states(workspace) == {ADDRESS: "confirmed"}
    Suppression.objects.update(state="asked")
    with pytest.raises(ObserveModeError):
        carry_out(workspace)
    send_block_list(workspace.pk)
    assert writes(control) == 0


def test_a_viewer_may_not_change_the_list(workspace: Workspace, member: Callable[..., Member]) -> None:
    with pytest.raises(NotAllowedError):
        ask_to_block(workspace, [RIVAL], by=member("viewer"), source=BlockSource.TYPED)
    with pytest.raises(NotAllowedError):
        ask_to_unblock(workspace, [RIVAL], by=member("viewer"))
    assert states(workspace) == {}


def test_more_values_than_one_call_takes_go_in_several(
    control: SandboxControl, workspace: Workspace, block: Block
) -> None:
    listed(control, workspace)
    block(*(f"out{number}.example.net" for number in range(1_050)))
    carry_out(workspace)
    assert len(control.state()["blocklist"]) == 1_050
    assert set(states(workspace).values()) == {"confirmed"}
    assert writes(control) == 2
