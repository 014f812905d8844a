"""Checks ports and sockets on this machine, and what answers there."""

import http.client
import json
import socket
import time
from pathlib import Path


def port_is_free(host: str, port: int, *, wait_s: float = 0.0) -> bool:
    """Whether a server could listen there; waits up to `wait_s` for one that is stopping."""
    deadline = time.monotonic() + wait_s
    while not _can_listen(host, port):
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.1)
    return True


def _can_listen(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As servers do: connections that are only winding down do not count as a listener.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def port_answers(host: str, port: int) -> bool:
    """Whether something accepts connections there."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def socket_answers(path: Path) -> bool:
    """Whether a Redis or Valkey on this unix socket answers PONG; while it loads its file it does not."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(1)
            probe.connect(str(path))
            probe.sendall(b"PING\r\n")
            return probe.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def http_status(host: str, port: int, path: str, *, name: str = "", timeout_s: float = 2.0) -> int | None:
    """Return the status of a GET, None without an answer; `name` is the Host header to send."""
    connection = http.client.HTTPConnection(host, port, timeout=timeout_s)
    try:
        connection.request("GET", path, headers={"Host": name} if name else {})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def is_sandbox(host: str, port: int) -> bool:
    """Whether what listens there is a sandbox of this product, and not another server."""
    connection = http.client.HTTPConnection(host, port, timeout=3)
    try:
        connection.request("GET", "/_sandbox/state")
        answer = json.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError):
        return False
    finally:
        connection.close()
    return isinstance(answer, dict) and "campaigns" in answer
