"""A workspace with connected senders and a balance, and nothing in it yet."""

from iexdg.sandbox.resources.accounts.account import new_account
from iexdg.sandbox.world.clock import WorldClock
from iexdg.sandbox.world.office import new_office
from iexdg.sandbox.world.options import SandboxOptions
from iexdg.sandbox.world.world import World

_DAY_S = 86_400
# Assumed: the mail domain and the people are invented.
SENDERS = (
    ("exec@peers.example.com", "Nora Whitfield", 96),
    ("peer@peers.example.com", "Marcus Hale", 94),
    ("team@peers.example.com", "Ines Calder", 91),
)


def empty_world(*, seed: int, clock: WorldClock, options: SandboxOptions) -> World:
    """Build a workspace without campaigns; senders exist because the served API cannot connect any."""
    del options  # Every world is built from the same three things.
    world = World(seed=seed, clock=clock)
    world.created = clock.now() - 200 * _DAY_S
    world.office = new_office(world.organization, world.owner, world.created)
    for age, (email, name, score) in enumerate(SENDERS):
        new_account(world, email, name, created=clock.now() - (120 + age) * _DAY_S, score=score)
    return world
