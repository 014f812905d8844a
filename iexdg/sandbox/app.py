"""One complete simulator as a WSGI application: which APIs it serves, its control plane and its state file."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from iexdg.sandbox.control.answering import CONTROL_PREFIX, answer_control
from iexdg.sandbox.http.pipeline import Pipeline
from iexdg.sandbox.http.routing import Api
from iexdg.sandbox.http.wire import Environ, StartResponse, request_path, send_reply
from iexdg.sandbox.resources.routes import INSTANTLY
from iexdg.sandbox.simulation import Simulation
from iexdg.sandbox.world.options import SandboxOptions
from iexdg.sandbox.world.state_file import StateFile
from iexdg.sandbox.world.world import World

__all__ = ["Sandbox", "SandboxOptions", "create_app"]

# Another vendor or a gateway is served by adding its Api here.
APIS = (INSTANTLY,)


class Sandbox:
    """A WSGI callable that behaves like the vendor; safe to call from many threads."""

    def __init__(self, options: SandboxOptions, *, apis: Sequence[Api] = APIS) -> None:
        self.options = options
        self.simulation = Simulation(options)
        self.state_file: StateFile | None = None
        self._pipeline = Pipeline(self.simulation, apis)
        if options.state_file is not None:
            self.state_file = StateFile(self.simulation, Path(options.state_file))
            self.state_file.load()
            self.state_file.start()

    @property
    def world(self) -> World:
        """The one state object."""
        return self.simulation.world

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request.

        Raises: ConnectionDropped - an injected fault loses the answer.
        """
        path = request_path(environ)
        if path.startswith(CONTROL_PREFIX):
            return send_reply(answer_control(self.simulation, environ, path), start_response)
        return send_reply(self._pipeline.answer(environ, path), start_response)


def create_app(options: SandboxOptions | None = None) -> Sandbox:
    """Build a simulator that can be served or mounted in a test."""
    return Sandbox(options or SandboxOptions())
