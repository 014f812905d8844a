"""A small threaded HTTP/1.1 server with keep-alive, because the standard WSGI server closes every connection."""

import socket
import sys
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from socketserver import TCPServer, ThreadingMixIn
from typing import Any
from urllib.parse import unquote

from iexdg.sandbox.http.faults import ConnectionDropped
from iexdg.sandbox.http.wire import Environ, StartResponse

WsgiApp = Callable[[Environ, StartResponse], Iterable[bytes]]
_MAX_BODY = 32 * 1024 * 1024


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

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        try:
            self._answer()
        except ConnectionDropped:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.wfile.flush()

    def _answer(self) -> None:
        environ = self._environ()
        head: list[Any] = []
        body = b"".join(self.server.app(environ, lambda status, headers: head.append((status, headers))))
        status, headers = head[0]
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers)]
        lines.append("Connection: close" if self.close_connection else "Connection: keep-alive")
        self.wfile.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n")
        if self.command != "HEAD":
            self.wfile.write(body)

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
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return self._chunks()
        length = int(self.headers.get("Content-Length") or 0)
        if length > _MAX_BODY:
            self.close_connection = True
            return b""
        return self.rfile.read(length) if length > 0 else b""

    def _chunks(self) -> bytes:
        body = b""
        while size := int(self.rfile.readline(1024).split(b";")[0].strip() or b"0", 16):
            body += self.rfile.read(size)
            self.rfile.readline(8)
        self.rfile.readline(8)
        return body
