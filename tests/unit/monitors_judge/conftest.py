"""Windows to judge, made short."""

from collections.abc import Callable, Sequence

import pytest

from barograph.metrics.address import parse_address
from barograph.metrics.intervals import wilson
from barograph.metrics.registry import metric
from barograph.metrics.values import Result, Value
from barograph.monitors.monitor import Monitor
from barograph.monitors.verdict import Figure, Seen

DAY = 86_400_000_000


@pytest.fixture
def monitor() -> Callable[..., Monitor]:
    """A monitor of an address: ``monitor("performance.mae", Limit(above=2.0), for_windows=2)``."""
    return lambda address, when, **more: Monitor(name="m", metric=parse_address(address), when=when, **more)


@pytest.fixture
def figures() -> Callable[..., tuple[Figure, ...]]:
    """Windows in a row: ``figures([1.0, 2.0], first=28)``."""

    def made(values: Sequence[float | Result], *, first: int = 0, step: int = DAY, n: int = 500):
        results = [v if not isinstance(v, int | float) else Value(value=float(v), n=n) for v in values]
        return tuple(
            Figure(start=(first + i) * step, end=(first + i + 1) * step, result=r)
            for i, r in enumerate(results)
        )

    return made


@pytest.fixture
def seen() -> Callable[..., Seen]:
    """What a condition is judged from, of a current window: ``seen("performance.mae", figure, history=…)``."""
    return lambda name, current, **more: Seen(spec=metric(name), current=current, **({"rows": 900} | more))


@pytest.fixture
def rate() -> Callable[[int, int], Value]:
    """A share of rows with its interval: ``rate(3, 24)``."""
    return lambda hits, n: Value(value=hits / n, n=n, interval=wilson(hits, n))
