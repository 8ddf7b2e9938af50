"""What a report says, as plain values: the one thing every rendering of a report is made from.

A `ReportView` holds sentences, figures and the counts of pictures; it knows neither profiles nor HTML. An
empty tuple or None means that the report has no such part, and the page then leaves it out or says why.
"""

from __future__ import annotations

from dataclasses import dataclass

from barograph.report.definitions import DEFINITIONS, Definition
from barograph.report.figure import Figure, State
from barograph.report.rows import (
    BiasRow,
    ChangeRow,
    ColumnView,
    CorrelationRow,
    Missing,
    NotProfiled,
    PerformanceRow,
    QualityRow,
    SegmentRow,
)
from barograph.report.why_view import WhyView

#: Rows of a table, and columns told in full, beyond which a page folds the rest into one sentence.
SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line of the head of a report, such as rows: 618 against 165."""

    name: str
    reference: str | None
    current: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the diagnostics: a sentence, and on demand its pictures and tables.

    Attributes
    ----------
    reading : what the part shows, or why it has nothing to show, in a sentence or two.
    state : of what it is about; None where it has none.
    metrics : rows of a table above the pictures.
    bias : the error-bias table beneath them; `note` says how it was made.
    parts : sections inside this one.
    is_open : whether it is unfolded at first.
    """

    title: str
    reading: str
    state: State | None = None
    metrics: tuple[PerformanceRow, ...] = ()
    figures: tuple[Figure, ...] = ()
    bias: tuple[BiasRow, ...] = ()
    note: str = ""
    parts: tuple[Section, ...] = ()
    is_open: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to unfold."""
        return not (self.metrics or self.figures or self.bias or self.parts)


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
    why : why the task's metric changed; None where performance is not known.
    changes : every column compared, in the order to look at them; `changes_note` says how it was decided, or,
        where there are none, why.
    performance_more : metrics that are folded away beneath the others.
    performance_sections : diagnostics of the task, each folded until it is opened.
    targets : label, prediction and score: how they moved, and how they go with the features.
    performance_note : what was measured on which rows, or why there is no performance.
    business : metrics that the schema declares; `business_sections` has them over windows and by segment.
    rules : the schema's rules, with the share of rows that break each.
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
    why: WhyView | None = None
    changes: tuple[ChangeRow, ...] = ()
    changes_note: str = ""
    performance: tuple[PerformanceRow, ...] = ()
    performance_note: str = ""
    performance_more: tuple[PerformanceRow, ...] = ()
    performance_figures: tuple[Figure, ...] = ()
    performance_sections: tuple[Section, ...] = ()
    business: tuple[PerformanceRow, ...] = ()
    business_note: str = ""
    business_sections: tuple[Section, ...] = ()
    targets: tuple[Section, ...] = ()
    quality: tuple[QualityRow, ...] = ()
    quality_note: str = ""
    quality_figures: tuple[Figure, ...] = ()
    rules: tuple[PerformanceRow, ...] = ()
    rules_note: str = ""
    columns: tuple[ColumnView, ...] = ()
    correlations: tuple[CorrelationRow, ...] = ()
    segments: tuple[SegmentRow, ...] = ()
    segment_metric: str = ""
    undefined: tuple[Missing, ...] = ()
    not_profiled: tuple[NotProfiled, ...] = ()
    definitions: tuple[Definition, ...] = DEFINITIONS
    omitted_columns: int = 0
    footer: tuple[str, ...] = ()
