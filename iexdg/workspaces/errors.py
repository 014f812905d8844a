"""What can go wrong with the connection to Instantly."""


class WorkspaceError(Exception):
    """Root of this app's errors; `code` is stable."""

    code = "workspace"


class NotConnectedError(WorkspaceError):
    """No workspace is connected, or not this one; nothing was read or written."""

    code = "not_connected"


class ConnectedTwiceError(NotConnectedError):
    """The workspace is connected by another connection already; nothing was changed."""

    code = "connected_twice"


class ConnectingError(WorkspaceError):
    """What was entered cannot be connected; nothing was stored."""

    code = "connecting"


class InUseError(WorkspaceError):
    """Something depends on the workspace being connected; nothing was changed."""

    code = "in_use"


class WorkspaceChangedError(WorkspaceError):
    """The connection opens another workspace than its row stands for; the row was disconnected."""

    code = "workspace_changed"


class ObserveModeError(WorkspaceError):
    """The workspace may only be observed; nothing was written."""

    code = "observe_mode"


class UnsafeStartError(WorkspaceError):
    """Starting like this would be unsafe; nothing was started."""

    code = "unsafe_start"


class KillSwitchError(WorkspaceError):
    """The kill switch forbids it, or cannot be lifted now; nothing was changed."""

    code = "kill_switch"
