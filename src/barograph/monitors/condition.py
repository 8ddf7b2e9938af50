"""The conditions a monitor can have, as values; each is judged in a file of its name in `monitors.judge`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from barograph.metrics.address import Address
from barograph.monitors.against import Against

Side = Literal["above", "below", "both"]
#: What windows share a season: "none" all of them.
Season = Literal["none", "hour of day", "day of week", "hour of week"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The figure beyond a fixed limit: ``above: 0.1``, ``below: 0.8``, ``outside: [0.1, 0.3]``.

    Attributes
    ----------
    above, below : breached beyond; at least one is given.
    clear : a firing alert recovers only past this value; with both limits, how far inside them. None: the limit itself.
    """

    above: float | None = None
    below: float | None = None
    clear: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The figure changed against what it is compared with: ``change: -5%``, ``change: {above: 0.02, relative: false}``.

    Attributes
    ----------
    above, below : of (current − compared), divided by |compared| where `relative`; at least one is given.
    clear : as of `Limit`, of the change.
    sure : also more than chance: the interval of the difference does not reach the limit.
    """

    above: float | None = None
    below: float | None = None
    relative: bool = True
    clear: float | None = None
    sure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """The figure outside a learned band: median ± width robust standard deviations of like windows.

    Attributes
    ----------
    width : in standard deviations (1.4826 MAD) beyond the window's own sampling error.
    season : which earlier windows are like this one; None: by the length of the window.
    windows : history looked at, in windows; None: 200, of windows shorter than a day `fewest` weeks of them (at most
        2,000).
    fewest : like windows that are needed; fewer are *unknown*.
    """

    width: float = 3.0
    side: Side = "both"
    season: Season | None = None
    windows: int | None = None
    fewest: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """False alarms allowed: `count` a model in `days` (a quarter: 91.3125), shared by its monitors."""

    count: float = 1.0
    days: float = 91.3125


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrated:
    """More than noise and than the reference's own variation, and enough to matter.

    Attributes
    ----------
    level : p-value from which a window is breached; None: from the budget.
    budget : where no level is given.
    side : which change is looked for; None: the harmful one by the metric's direction, both where it has none.
    matters : smallest change that matters, in the metric's unit; None: the metric's own smallest.
    """

    level: float | None = None
    budget: Budget = Budget()
    side: Side | None = None
    matters: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Anytime:
    """An anytime-valid test that the figure is worse than the reference's, watched for ever.

    Attributes
    ----------
    level : of ever alarming while nothing is worse.
    tolerance : added to the reference's value; None: the standard deviation between its windows.
    """

    level: float = 0.05
    tolerance: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Burn:
    """An objective whose error budget burns too fast, over a long and a short span at once.

    Attributes
    ----------
    objective : share of good events wanted, such as 0.999; the metric is the share of bad ones.
    days : of the objective's budget.
    rates : (burn rate, long span, short span in seconds), the severest first.
    """

    objective: float
    days: float = 30.0
    rates: tuple[tuple[float, float, float], ...] = (
        (14.4, 3_600.0, 300.0),
        (6.0, 21_600.0, 1_800.0),
        (1.0, 259_200.0, 21_600.0),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One condition of several: of the monitor's own metric, or of another of the same model, version and window."""

    metric: Address | None
    against: Against | None
    when: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Composite:
    """All, or any, of some conditions."""

    how: Literal["all", "any"]
    parts: tuple[Part, ...]


Condition = Limit | Change | Band | Calibrated | Anytime | Burn | Composite
