"""Requests a path of the web process; the containers' health check. Exit code 0 only for 200.

python -m iexdg.running.probe PORT PATH
"""

import os
import sys

from iexdg.running.ports import http_status


def allowed_name(hosts: str) -> str:
    """Return a Host header that Django accepts, from a list such as `.example.com,localhost` or `*`."""
    first = hosts.split(",")[0].strip().lstrip(".")
    return "localhost" if first in {"", "*"} else first


def main(arguments: list[str]) -> int:
    """Send one request."""
    port, path = arguments
    name = allowed_name(os.environ.get("ALLOWED_HOSTS", ""))
    return 0 if http_status("127.0.0.1", int(port), path, name=name, timeout_s=5.0) == 200 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
