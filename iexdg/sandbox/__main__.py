"""The command line of the simulator: `python -m iexdg.sandbox --port 8900`."""

import argparse
import signal
import sys
import threading
from pathlib import Path

from iexdg.sandbox.app import create_app
from iexdg.sandbox.http.edge import EDGE_MODES
from iexdg.sandbox.http.server import SandboxServer
from iexdg.sandbox.simulation import WORLDS
from iexdg.sandbox.world.options import SandboxOptions


def _statuses(text: str) -> frozenset[int]:
    return frozenset() if text == "off" else frozenset(int(part) for part in text.split(","))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m iexdg.sandbox", description="Serve a simulator of Instantly.")
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--api-key", default="sandbox-key")
    parser.add_argument("--world", choices=WORLDS, default="demo")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--latency-ms", type=float, default=0)
    parser.add_argument("--speed", type=float, default=1.0, help="world seconds per real second")
    parser.add_argument("--edge", choices=EDGE_MODES, default="browser")
    parser.add_argument("--limits", choices=("on", "off"), default="on")
    parser.add_argument("--pending-polls", type=int, default=2)
    parser.add_argument("--pending-share", type=float, default=1.0, help="share of addresses pending at first, 0-1")
    parser.add_argument("--autoflip", type=_statuses, default=frozenset({3}), help="statuses that flip: 3, 2,3 or off")
    parser.add_argument("--state", type=Path, default=None, help="file the world is kept in")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT, then save and return the exit code."""
    parser = _parser()
    args = parser.parse_args(arguments)
    options = SandboxOptions(
        world=args.world,
        api_key=args.api_key,
        seed=args.seed,
        edge=args.edge,
        limits=args.limits == "on",
        pending_polls=args.pending_polls,
        pending_share=args.pending_share,
        autoflip=args.autoflip,
        latency_ms=args.latency_ms,
        speed=args.speed,
        state_file=args.state,
    )
    try:
        app = create_app(options)
    except ValueError:
        parser.exit(1, f"error: {args.state} is not a saved world. Name another --state file or remove it.\n")
    try:
        server = SandboxServer((args.host, args.port), app)
    except (OSError, OverflowError) as error:
        parser.exit(1, f"error: cannot listen on {args.host}:{args.port}: {error}. Name another --port.\n")
    for number in (signal.SIGTERM, signal.SIGINT):
        # shutdown() waits for the serving loop, which is interrupted by this very handler: hence the thread.
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    sys.stdout.write(f"sandbox ready on {server.url}\n")
    sys.stdout.flush()
    with server:
        server.serve_forever(poll_interval=0.1)
    if app.state_file is not None:
        app.state_file.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
