"""A small threaded HTTP/1.1 server with keep-alive, because the standard WSGI server closes every connection."""

import re
import socket
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from socketserver import TCPServer, ThreadingMixIn
from typing import Any
from urllib.parse import unquote

from iexdg.sandbox.http.faults import ConnectionDropped
from iexdg.sandbox.http.wire import ApiError, Environ, StartResponse, json_reply, send_reply

WsgiApp = Callable[[Environ, StartResponse], Iterable[bytes]]
_MAX_BODY = 32 * 1024 * 1024
_MAX_LINE = 65537
_CHUNK = 65536
# How long a client that is refused may take to stop sending.
_LINGER_S = 2.0
# More digits than any length that is allowed.
_DIGITS = 12
_HEXADECIMAL = re.compile(rb"[0-9a-fA-F]{1,8}")


class SandboxServer(ThreadingMixIn, TCPServer):
    """Serves one WSGI application, a thread per connection."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 512

    def __init__(self, address: tuple[str, int], app: WsgiApp) -> None:
        self.app = app
        super().__init__(address, _Handler)

    @property
    def url(self) -> str:
        """Return the address that clients use."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay quiet about clients that went away; report anything else."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """Turns one HTTP request into one WSGI call and back."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: SandboxServer

    def handle_expect_100(self) -> bool:
        accepted = super().handle_expect_100()
        self.wfile.flush()
        return accepted

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(_MAX_LINE)
        if len(self.raw_requestline) == _MAX_LINE:
            self.requestline, self.request_version, self.command = "", "", ""
            self.send_error(HTTPStatus.REQUEST_URI_TOO_LONG)
        if len(self.raw_requestline) in {0, _MAX_LINE} or not self.parse_request():
            self.close_connection = True
            return
        try:
            self._answer()
        except ConnectionDropped:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        except ApiError as error:
            self._refuse(error)
            return
        except Exception:
            self._refuse(ApiError(500, "Something went wrong in the sandbox; its output says what"))
            raise
        self.wfile.flush()

    def _answer(self) -> None:
        environ = self._environ()
        head: list[Any] = []
        body = b"".join(self.server.app(environ, lambda status, headers: head.append((status, headers))))
        status, headers = head[0]
        self._write(status, headers, body)

    def _write(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers)]
        lines.append("Connection: close" if self.close_connection else "Connection: keep-alive")
        self.wfile.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n")
        if self.command != "HEAD":
            self.wfile.write(body)

    def _refuse(self, error: ApiError) -> None:
        """Answer what cannot be read to its end, and wait until the client has the answer before closing."""
        self.close_connection = True
        head: list[Any] = []
        body = b"".join(send_reply(json_reply(error.body(), error.status), lambda *line: head.append(line)))
        status, headers = head[0]
        self._write(status, headers, body)
        self.wfile.flush()
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(_LINGER_S)
            while self.rfile.read1(_CHUNK):
                continue

    def _environ(self) -> dict[str, Any]:
        path, _, query = self.path.partition("?")
        body = self._body()
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(path, "latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": str(self.server.server_address[0]),
            "SERVER_PORT": str(self.server.server_address[1]),
            "SERVER_PROTOCOL": self.request_version,
            "REMOTE_ADDR": self.client_address[0],
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
            "wsgi.url_scheme": "http",
        }
        for name, value in self.headers.items():
            environ.setdefault(f"HTTP_{name.upper().replace('-', '_')}", value)
        return environ

    def _body(self) -> bytes:
        """Read the body.

        Raises: ApiError 400 or 413 - its length is no number, or larger than any request of the vendor's.
        """
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return self._chunks()
        text = self.headers.get("Content-Length", "0").strip()
        if not (text.isascii() and text.isdecimal()):
            raise _unreadable()
        length = _allowed(int(text[:_DIGITS]))
        body = self.rfile.read(length)
        if len(body) < length:
            raise _unreadable()
        return body

    def _chunks(self) -> bytes:
        body = bytearray()
        while size := self._chunk_size():
            _allowed(len(body) + size)
            body += self.rfile.read(size)
            self.rfile.readline(_MAX_LINE)
        while self.rfile.readline(_MAX_LINE).strip():
            continue
        return bytes(body)

    def _chunk_size(self) -> int:
        text = self.rfile.readline(_MAX_LINE).split(b";")[0].strip()
        if not _HEXADECIMAL.fullmatch(text):
            raise _unreadable()
        return int(text, 16)


def _unreadable() -> ApiError:
    # Source: Fastify's default answer to what Node cannot parse.
    return ApiError(400, "Client Error")


def _allowed(length: int) -> int:
    if length > _MAX_BODY:
        raise ApiError(413, "Request body is too large", code="FST_ERR_CTP_BODY_TOO_LARGE")
    return length
