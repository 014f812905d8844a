"""One complete simulator as a WSGI application: which APIs it serves, its control plane and its state file."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from iexdg.sandbox.control.answering import CONTROL_PREFIX, answer_control
from iexdg.sandbox.ghl.front import CrmGateway
from iexdg.sandbox.http.auth import made_key_opens
from iexdg.sandbox.http.pipeline import Pipeline
from iexdg.sandbox.http.routing import Api
from iexdg.sandbox.http.wire import ApiError, Environ, Reply, StartResponse, json_reply, request_path, send_reply
from iexdg.sandbox.maton.gateway import Gateway
from iexdg.sandbox.resources.oauth.operations import SIGN_IN_PATH
from iexdg.sandbox.resources.oauth.page import answer_sign_in
from iexdg.sandbox.resources.routes import INSTANTLY
from iexdg.sandbox.simulation import Simulation, Simulations
from iexdg.sandbox.webhooks.courier import Courier
from iexdg.sandbox.webhooks.transfer import sender_of
from iexdg.sandbox.world.options import SandboxOptions
from iexdg.sandbox.world.state_file import StateFile
from iexdg.sandbox.world.world import World

__all__ = ["Sandbox", "SandboxOptions", "create_app"]

# Another vendor is served by adding its Api here.
APIS = (INSTANTLY,)


class Sandbox:
    """A WSGI callable that behaves like the vendor; safe to call from many threads."""

    def __init__(self, options: SandboxOptions, *, apis: Sequence[Api] = APIS) -> None:
        self.options = options
        self.simulations = Simulations(options)
        self.lock = self.simulations.lock
        self._pipelines = {one.options.api_key: Pipeline(one, apis) for one in self.simulations.all}
        self.gateway = Gateway(self.simulations, self._pipelines)
        self.crm = CrmGateway(self.simulations)
        sender = sender_of(options)
        self.courier = Courier(self.simulations.all, sender) if sender else None
        self.state_file: StateFile | None = None
        if options.state_file is not None:
            self.state_file = StateFile(self, Path(options.state_file))
            self.state_file.load()
            self.state_file.start()

    @property
    def simulation(self) -> Simulation:
        """The first workspace."""
        return self.simulations.all[0]

    @property
    def world(self) -> World:
        """The state of the first workspace."""
        return self.simulation.world

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request.

        Raises: ConnectionDropped - an injected fault loses the answer.
        """
        try:
            reply = self._reply(environ, request_path(environ))
        except ApiError as error:
            reply = json_reply(error.body(), error.status)
        return send_reply(reply, start_response)

    def _reply(self, environ: Environ, path: str) -> Reply:
        if path.startswith(CONTROL_PREFIX):
            return answer_control(self.simulations, self.gateway.account, environ, path)
        if path == SIGN_IN_PATH:
            with self.lock:
                return answer_sign_in([one.world for one in self.simulations.all], environ)
        if self.gateway.serves(path):
            return self.gateway.answer(environ, path)
        if self.crm.serves(path):
            return self.crm.answer(environ, path)
        return self._pipeline(environ).answer(environ, path)

    @property
    def mark(self) -> tuple[int, ...]:
        """What differs once something worth saving has changed."""
        worlds = (one.world for one in self.simulations.all)
        return (self.gateway.account.changes, *(part for world in worlds for part in (id(world), world.changes)))

    def saved(self) -> dict[str, Any]:
        """Return the whole state as plain JSON data."""
        return {"worlds": [one.world.saved() for one in self.simulations.all], "maton": self.gateway.account.saved()}

    def restore(self, saved: dict[str, Any]) -> None:
        """Become what was saved, keeping the wanted speed; workspaces that were not saved stay fresh.

        A file of an earlier version holds one world and nothing else.
        """
        worlds = saved.get("worlds", [saved])
        for simulation, world in zip(self.simulations.all, worlds, strict=False):
            simulation.world.restore(world)
            simulation.world.clock.set_rate(self.options.speed)
        if "maton" in saved:
            self.gateway.account.restore(saved["maton"])
            self.gateway.open(self.simulations.all[len(worlds) :])

    def _pipeline(self, environ: Environ) -> Pipeline:
        key = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
        return self._pipelines.get(key) or self._pipelines[self._key_beside(key)]

    def _key_beside(self, made_key: str) -> str:
        """Return the first key of the workspace that made another one; that of the first where none did."""
        with self.lock:
            makers = (one.options.api_key for one in self.simulations.all if made_key_opens(one.world, made_key))
            return next(makers, self.options.api_key)


def create_app(options: SandboxOptions | None = None) -> Sandbox:
    """Build a simulator that can be served or mounted in a test."""
    return Sandbox(options or SandboxOptions())
