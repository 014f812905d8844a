"""Liquid as a reader gets it: rendered with one lead's variables, without files and within limits. Pure.

Instantly renders the Liquid of an e-mail when it sends it. What Liquid does not know, such as `{{RANDOM | …}}` and
fallbacks, is kept as it is written for `variables.filled`.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, wraps
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from liquid import Environment

# No copy that is sent comes near these; they end what would take seconds or a lot of memory.
LONGEST_SOURCE = 60_000
_MOST_ROUNDS = 500
_LONGEST_RESULT = 200_000
_MOST_BITS = 256


class LiquidRenderingError(Exception):
    """The Liquid was not rendered; the message says why, in the words of the parser.

    Shapes: at - where in the source, None where the parser does not say.
    """

    def __init__(self, words: str, at: int | None = None) -> None:
        super().__init__(words)
        self.at = at


def render(source: str, values: Mapping[str, str]) -> str:
    """Render Liquid. An empty value counts as none, so that a condition does not hold for it.

    Raises: LiquidRenderingError - it is not Liquid, compares what cannot be compared, or is beyond the limits.
    """
    if len(source) > LONGEST_SOURCE:
        raise LiquidRenderingError("it is too long to be shown")
    try:
        return _environment().from_string(source).render(**{name: value for name, value in values.items() if value})
    except import_module("liquid.exceptions").LiquidError as error:
        first = str(error.args[0] if error.args else error).splitlines() or [""]
        token = getattr(error, "token", None)
        raise LiquidRenderingError(first[0].strip(), getattr(token, "start_index", None)) from None
    except (ArithmeticError, TypeError, ValueError, RecursionError, LookupError):
        # Filters of the library raise these for values that they are not made for.
        raise LiquidRenderingError("a filter cannot work with a value") from None


@cache
def _environment() -> "Environment":
    """An environment that reads no file, with limits. Loaded when it is needed, as in `liquid`."""
    liquid = import_module("liquid")
    made: Environment = liquid.Environment(tolerance=liquid.Mode.STRICT, loader=liquid.DictLoader({}))
    for name, value in (
        ("loop_iteration_limit", _MOST_ROUNDS),
        ("output_stream_limit", _LONGEST_RESULT),
        ("local_namespace_limit", _LONGEST_RESULT),
    ):
        setattr(made, name, value)
    made.filters.update({name: _limited(one) for name, one in made.filters.items()})
    return made


def _limited(one: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that refuses what would become large: the library limits loops and variables, not filters."""

    @wraps(one)
    def limited(*given: Any, **named: Any) -> Any:
        if _work(given) > _LONGEST_RESULT:
            raise ValueError("too large")
        return one(*given, **named)

    return limited


def _work(given: Sequence[Any]) -> int:
    """At most how many characters a filter can make of what it is given."""
    product = 1
    for value in given:
        if isinstance(value, int) and value.bit_length() > _MOST_BITS:
            return _LONGEST_RESULT + 1
        if isinstance(value, str | list | tuple | range):
            product *= max(len(value), 1)
    return product
