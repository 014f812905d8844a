"""A clock that moves only by sleeping."""


class FakeTime:
    """Injected as clock and sleep; `slept` lists every wait."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
