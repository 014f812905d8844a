"""Ties a process to its parent: when the parent exits, however it does, the kernel stops the child.

    python -m iexdg.running.parent_death PARENT_PID SIGNAL COMMAND...

Linux only; elsewhere the command simply runs, and a supervisor that was killed with -9 leaves its children behind.
"""

import ctypes
import os
import sys

# Source: prctl(2), linux/prctl.h.
_PR_SET_PDEATHSIG = 1


def set_parent_death_signal(signal_number: int) -> None:
    """Ask the kernel to send this process a signal when its parent exits."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal_number)


def with_parent_death_signal(command: list[str], *, signal_number: int) -> list[str]:
    """Return the command line that runs `command` as a child that does not outlive this process."""
    return [sys.executable, "-m", "iexdg.running.parent_death", str(os.getpid()), str(signal_number), *command]


def main(arguments: list[str]) -> None:
    """Set the parent-death signal and become the command."""
    parent, signal_number, *command = arguments
    set_parent_death_signal(int(signal_number))
    # The parent may have exited before the signal was set: then it is never sent.
    if os.getppid() != int(parent):
        raise SystemExit(1)
    os.execvp(command[0], command)  # noqa: S606  (the supervisor's own fixed list)


if __name__ == "__main__":
    main(sys.argv[1:])
