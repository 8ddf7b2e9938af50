"""The rows of a report's tables, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from barograph.charts.bars import Bars
from barograph.charts.overlay import Overlay
from barograph.charts.series import Series
from barograph.metrics.values import Result, Value
from barograph.report.figure import Figure, State


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """How far one column moved; rows come in the order the reader should look at them.

    Attributes
    ----------
    effect : the share of rows that moved, with its interval.
    size : the effect in a word (slight, small, moderate, large), empty where there is none.
    q_value : after multiplicity control; None where no test was made.
    n_reference, n_current : rows compared.
    sentence : what changed, in words: ``"temp rose: median 0.20 → 0.34"``.
    picture : drawn small beside the name.
    course : its mean over windows, drawn small beneath.
    is_notable : something is told of its quality, so that only its values may be said to be as before.
    """

    column: str
    kind: str
    effect: Result
    size: str
    q_value: float | None
    n_reference: int
    n_current: int
    state: State
    sentence: str
    picture: Overlay | Bars | None = None
    course: Series | None = None
    is_notable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformanceRow:
    """One performance metric of both sides.

    Attributes
    ----------
    address : such as ``performance.mae``.
    direction : ``"lower is better"``, ``"higher is better"``, or empty.
    unit : of the metric; ``"%"`` for figures in percent, empty for a pure number.
    reference : None in a report of a single profile.
    change : current − reference with its interval; None where either side is missing.
    verdict : in a word or two, such as ``"worse"`` or ``"no clear change"``.
    spread : standard deviation of what is averaged, (reference, current); None where unknown.
    """

    address: str
    title: str
    direction: str
    unit: str
    reference: Result | None
    current: Result
    change: Value | None
    state: State
    verdict: str
    spread: tuple[float | None, float | None] = (None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityRow:
    """The state of one column's values; shares are of all rows, None where they have no meaning.

    Attributes
    ----------
    null_share, new_share, out_of_range_share : (reference, current).
    distinct : (reference, current), estimated.
    low, high : (reference, current) smallest and largest value.
    notable : what a reader should know, in words; empty where there is nothing.
    """

    column: str
    state: State
    null_share: tuple[float | None, float | None]
    new_share: tuple[float | None, float | None] = (None, None)
    out_of_range_share: tuple[float | None, float | None] = (None, None)
    distinct: tuple[float | None, float | None] = (None, None)
    low: tuple[float | None, float | None] = (None, None)
    high: tuple[float | None, float | None] = (None, None)
    notable: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """One figure of a column for both sides; text is shown as it is, numbers are shortened."""

    name: str
    reference: float | str | None
    current: float | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """One measure between the two distributions; `definition` says in a line what it is."""

    name: str
    result: Result
    definition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnView:
    """Everything about one column, shown on demand.

    Attributes
    ----------
    sentence : what changed, or that nothing did.
    about : role, unit and description in a line.
    figures : its overlay first, then over time, then against prediction and label.
    is_compared : False for a column of which no change can be said, such as the time.
    is_notable : something is told of its quality, so that only its values may be said to be as before.
    """

    name: str
    kind: str
    state: State
    sentence: str
    about: str = ""
    figures: tuple[Figure, ...] = ()
    statistics: tuple[Statistic, ...] = ()
    distances: tuple[Distance, ...] = ()
    is_compared: bool = True
    is_notable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrelationRow:
    """How one column goes with another, on the sampled rows; `method` is the coefficient's name."""

    column: str
    other: str
    method: str
    reference: Result | None
    current: Result
    state: State = "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRow:
    """One segment: its rows, its headline metric, how many of its columns moved.

    Attributes
    ----------
    reference, current : the metric named by `ReportView.segment_metric`; None without labels.
    moved : ``"3 of 12 columns"``, or empty.
    """

    name: str
    n_reference: int | None
    n_current: int
    reference: Result | None
    current: Result | None
    moved: str
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A figure that could not be computed: its address, the reason for programs, the detail for people."""

    address: str
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotProfiled:
    """A column that was left out, and why."""

    column: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BiasSide:
    """A feature over the groups of error of one side.

    Attributes
    ----------
    groups : mean, or most frequent category, of majority, under- and over-estimated rows.
    apart : how far both ends lie apart, as a share of the feature's range.
    """

    groups: tuple[float | str | None, float | str | None, float | str | None]
    apart: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class BiasRow:
    """One line of the error-bias table; `figures` are shown when it is opened."""

    feature: str
    kind: str
    reference: BiasSide | None
    current: BiasSide | None
    figures: tuple[Figure, ...] = ()
