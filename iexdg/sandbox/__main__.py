"""The command line of the simulator: `python -m iexdg.sandbox --port 8900`."""

import argparse
import gc
import json
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from iexdg.sandbox.app import create_app
from iexdg.sandbox.http.server import SandboxServer
from iexdg.sandbox.world.knobs import KNOBS, Knob, shown, with_values
from iexdg.sandbox.world.options import SandboxOptions

_METAVARS = {str: "TEXT", int: "NUMBER", float: "NUMBER", frozenset: "LIST", type(None): "FILE"}
# A process of its own calls webhooks on this machine; a test plays them.
_USUAL = SandboxOptions(webhook_delivery="network")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m iexdg.sandbox",
        description="Serve a simulator of Instantly.",
        epilog="Every option but --port, --host and --options can stand in the file of --options by its name.",
    )
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--options", type=Path, metavar="FILE", help='JSON: {"list_lag_s": 0, "autoflip": [2, 3]}')
    for knob in KNOBS.values():
        parser.add_argument(knob.flag, dest=knob.name, default=argparse.SUPPRESS, **_shown(knob))
    return parser


def _shown(knob: Knob) -> dict[str, Any]:
    choices = knob.choices or (("on", "off") if isinstance(knob.default, bool) else ())
    named = {"choices": choices} if choices else {"metavar": _METAVARS[type(knob.default)]}
    return {"help": f"{knob.text} (usual: {_usual(knob)})".replace("%", "%%"), **named}


def _usual(knob: Knob) -> str:
    """What an option is on a command line that does not name it, as a flag would say it."""
    value = shown(_USUAL)[knob.name]
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list):
        return ",".join(str(one) for one in value) or "off"
    return f"{value:g}" if isinstance(value, float) else str(value or "none")


def options_of(args: argparse.Namespace) -> SandboxOptions:
    """Return the options of a command line; its flags count more than the file that it names.

    Raises: ValueError - an option is unknown or has no such value; OSError - the file cannot be read.
    """
    options = _USUAL
    if args.options is not None:
        options = with_values(options, json.loads(args.options.read_text(encoding="utf-8")))
    return with_values(options, {name: value for name, value in vars(args).items() if name in KNOBS})


def _collect_seldom() -> None:
    """Let the collector of cycles look seldom: a world is many objects that live long, and it would visit all of them.

    Measured: a quarter more leads are added in a second.
    """
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT, then save and return the exit code."""
    parser = _parser()
    args = parser.parse_args(arguments)
    try:
        options = options_of(args)
    except (ValueError, OSError) as error:
        parser.error(str(error))
    try:
        app = create_app(options)
    except ValueError:
        parser.exit(1, f"error: {options.state_file} is not a saved world. Name another --state file or remove it.\n")
    _collect_seldom()
    try:
        server = SandboxServer((args.host, args.port), app)
    except (OSError, OverflowError) as error:
        parser.exit(1, f"error: cannot listen on {args.host}:{args.port}: {error}. Name another --port.\n")
    for number in (signal.SIGTERM, signal.SIGINT):
        # shutdown() waits for the serving loop, which is interrupted by this very handler: hence the thread.
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    sys.stdout.write(f"sandbox ready on {server.url}\n")
    sys.stdout.flush()
    if app.courier is not None:
        app.courier.start()
    with server:
        server.serve_forever(poll_interval=0.1)
    if app.courier is not None:
        app.courier.stop()
    if app.state_file is not None:
        app.state_file.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
