"""What a report says, as plain values: the one thing every rendering of a report is made from.

A `ReportView` holds sentences, figures and the counts of pictures; it knows neither profiles nor HTML. An
empty tuple or None means that the report has no such part, and the page then leaves it out or says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from barograph.charts.bars import Bars
from barograph.charts.calibration import Calibration
from barograph.charts.confusion import Confusion
from barograph.charts.density import Density
from barograph.charts.overlay import Overlay
from barograph.charts.series import Series
from barograph.metrics.values import Result, Value

State = Literal["ok", "changed", "better", "worse", "unknown"]
Chart = Overlay | Bars | Series | Density | Confusion | Calibration

#: Rows of a table, and columns told in full, beyond which a page folds the rest into one sentence.
SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line of the head of a report, such as rows: 618 against 165."""

    name: str
    reference: str | None
    current: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A picture with its title and, where the picture needs one, a line on how to read it."""

    title: str
    chart: Chart
    caption: str = ""


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
    """

    name: str
    kind: str
    state: State
    sentence: str
    about: str = ""
    figures: tuple[Figure, ...] = ()
    statistics: tuple[Statistic, ...] = ()
    distances: tuple[Distance, ...] = ()


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
class Definition:
    """A term of the report and its meaning in one line; `of_comparison` if it needs a reference to matter."""

    term: str
    meaning: str
    of_comparison: bool = True


DEFINITIONS = (
    Definition(
        term="Rows that moved",
        meaning="The share of rows that would have to take another value for current to look like the "
        "reference (total variation), less what chance alone gives at this number of rows. 0 % is no "
        "change, 100 % no overlap. Nulls and new values count as values.",
    ),
    Definition(
        term="Size",
        meaning="slight < 2 % ≤ small < 5 % ≤ moderate < 15 % ≤ large. A word for the amount, not for the "
        "harm it does.",
    ),
    Definition(
        term="Changed",
        meaning="More than chance explains after allowing for the number of columns looked at (q), and "
        "large enough to matter. Both are needed.",
    ),
    Definition(
        term="(low–high), n",
        meaning="The 95 % interval of the figure before it, and the number of rows it rests on.",
        of_comparison=False,
    ),
    Definition(
        term="Worse",
        meaning="The interval of the change lies wholly on the bad side of zero. “No clear change” means "
        "that it holds zero: a change may be there, too small to be seen in these rows.",
    ),
    Definition(
        term="Unknown",
        meaning="The figure could not be computed; the reason is listed. It never means that all is well.",
        of_comparison=False,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """A whole report, in the order of its page.

    Attributes
    ----------
    title, subtitle : the model, and what is compared with what.
    verdict : one sentence; `verdict_state` is its state.
    points : up to three sentences that carry the verdict.
    has_reference : False for the report of a single profile, which then claims no change.
    facts : rows, columns, periods, origins.
    notes : warnings that bear on every figure, such as a reference that is in-sample.
    changes : every column compared, in the order to look at them; `changes_note` says how it was decided, or,
        where there are none, why.
    performance_note : what was measured on which rows, or why there is no performance.
    columns : every column, in the order of the data.
    segment_metric : title of the metric in the segments' table.
    omitted_columns : columns that `changes`, `quality` and `columns` leave out because nothing is notable
        in them.
    footer : versions, hashes, how the report was made, each in a line.
    """

    title: str
    subtitle: str
    verdict: str
    verdict_state: State
    points: tuple[str, ...] = ()
    has_reference: bool = True
    facts: tuple[Fact, ...] = ()
    notes: tuple[str, ...] = ()
    changes: tuple[ChangeRow, ...] = ()
    changes_note: str = ""
    performance: tuple[PerformanceRow, ...] = ()
    performance_note: str = ""
    performance_figures: tuple[Figure, ...] = ()
    quality: tuple[QualityRow, ...] = ()
    quality_note: str = ""
    quality_figures: tuple[Figure, ...] = ()
    columns: tuple[ColumnView, ...] = ()
    correlations: tuple[CorrelationRow, ...] = ()
    segments: tuple[SegmentRow, ...] = ()
    segment_metric: str = ""
    undefined: tuple[Missing, ...] = ()
    not_profiled: tuple[NotProfiled, ...] = ()
    definitions: tuple[Definition, ...] = DEFINITIONS
    omitted_columns: int = 0
    footer: tuple[str, ...] = ()
