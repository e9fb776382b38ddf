"""How sure a rate is that was counted: the exact interval of Garwood (1936).

The bounds are the means under which a Poisson count as high, or as low, as the one seen has half of
what confidence leaves over. Both are found by bisection of the distribution itself.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
from math import exp, fsum, lgamma, log, sqrt

_CONFIDENCE = 0.95
_DEVIATIONS = 10
_HALVINGS = 40


def interval(count: int, confidence: float = _CONFIDENCE) -> tuple[float, float]:
    """Lowest and highest mean that go with a count."""
    tail = (1 - confidence) / 2
    low = _where(lambda mean: 1 - _at_most(count - 1, mean) < tail, count) if count else 0.0
    return low, _where(lambda mean: _at_most(count, mean) > tail, count)


def _where(below: Callable[[float], bool], count: int) -> float:
    """The mean up to which `below` is true, sought within ten deviations of the count."""
    reach = _DEVIATIONS * sqrt(count + 1)
    low, high = max(count - reach, 0.0), count + reach
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) else (low, middle)
    return low


def _at_most(count: int, mean: float) -> float:
    """The probability of `count` or fewer, summed from the top down."""
    term = exp(count * log(mean) - mean - lgamma(count + 1))
    terms = accumulate(range(count, 0, -1), lambda last, each: last * each / mean, initial=term)
    return fsum(terms)
