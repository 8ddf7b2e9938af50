"""What an explanation says, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from barograph.errors import DataError
from barograph.explain.since.series import WindowSeries
from barograph.locale.said import say
from barograph.metrics.values import Result, Value

Cause = Literal["optimism", "fault", "mix", "new_territory", "concept", "curvature"]
Advice = Literal[
    "nothing", "repair", "recalibrate", "move_threshold", "correct_label_shift", "roll_back", "retrain",
    "collect_labels",
]  # fmt: skip
EventKind = Literal["deployment", "version", "schema_change", "note", "backfill", "upstream"]


def is_shown(amount: Value) -> bool:
    """Whether an amount's interval leaves out 0."""
    return amount.interval is not None and (amount.interval[0] > 0.0 or amount.interval[1] < 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One cause's share of the change; all parts together are the change.

    Attributes
    ----------
    name : which fault, or the cause in words.
    amount : in the metric's unit; rows it rests on, and its interval.
    share : of the current judged rows, those concerned.
    sentence : what it stands for, in words that its interval supports.
    """

    cause: Cause
    name: str
    amount: Value
    share: float
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnCause:
    """The change seen along one column, or along several that cannot be told apart.

    These are views of one change: each column's `mix`, `new_territory` and concept add up to it alone, and never
    across columns.

    Attributes
    ----------
    columns : the one that says most first.
    mix : from rows moving between values the reference knows; in the metric's unit.
    new_territory : from rows with values the reference had none of.
    unseen_share : of the current judged rows, those with such values.
    heterogeneity : how unequally the loss of equal values changed along the column, in standard deviations of
        what chance gives.
    rank_x, rank_concept : 1 for the column that says most of either; the groups of a ranking have no gaps.
    confounded_with : columns that move with these, and could be the cause in their place.
    says : whether anything of the change is shown along it.
    along : what is shown along it, without the names that the sentence begins with.
    """

    columns: tuple[str, ...]
    mix: Value
    new_territory: Value
    unseen_share: float
    heterogeneity: float
    rank_x: int
    rank_concept: int
    confounded_with: tuple[str, ...]
    says: bool
    along: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentCause:
    """A segment's part of the change: its growing or shrinking, and its own change.

    Attributes
    ----------
    segment : an expression over columns that can be saved as a segment.
    found : whether it was found in the rows; else it is one of the profile's own.
    rows : of the reference and current rows judged in it; the sample's where it was found there.
    reference, current : the metric in it.
    mix, within : in the metric's unit; None for found segments, which overlap.
    p_value : that its loss is no higher than elsewhere, corrected for the number looked at; found ones only.
    """

    segment: str
    found: bool
    rows: tuple[int, int]
    reference: Result
    current: Result
    mix: Value | None
    within: Value | None
    p_value: float | None
    sentence: str

    @property
    def says(self) -> bool:
        """Whether it was confirmed, or part of the change is shown to be its own."""
        return self.found or any(v is not None and is_shown(v) for v in (self.mix, self.within))


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, passed in by the caller: a deployment, a version, a schema change, a note.

    Attributes
    ----------
    at : aware.

    Raises
    ------
    DataError
        Where `at` is no aware datetime, the kind is unknown or the name is empty.
    """

    at: datetime
    kind: EventKind
    name: str

    def __post_init__(self) -> None:
        if not isinstance(self.at, datetime) or self.at.utcoffset() is None:
            raise DataError(
                f"an event's at= is {self.at!r}; expected a datetime with a time zone, such as "
                "datetime(2026, 3, 2, tzinfo=UTC)."
            )
        if self.kind not in get_args(EventKind):
            raise DataError(
                f"an event's kind= is {self.kind!r}; expected one of {', '.join(get_args(EventKind))}."
            )
        if not isinstance(self.name, str) or not self.name.strip():
            raise DataError(f"an event's name= is {self.name!r}; expected a text that says what happened.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Onset:
    """When a series changed its level.

    Attributes
    ----------
    series : ``metric``, or a column's name.
    window : start of the first window of the new level.
    interval : starts of the earliest and latest window it could be, with 95 %.
    before, after : the level on either side.
    """

    series: str
    window: datetime
    interval: tuple[datetime, datetime]
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """Since when, and what happened then.

    Attributes
    ----------
    metric : the metric's onset; None where its windows show none.
    columns : those of columns, in order of appearance.
    bad_windows : single windows far off the rest, after which the level came back.
    events : of those passed in, the ones within one window of the metric's onset.
    series : the metric in every window, which the dates rest on; None where too few windows have it.
    """

    metric: Onset | None
    columns: tuple[Onset, ...]
    bad_windows: tuple[datetime, ...]
    events: tuple[Event, ...]
    sentence: str
    series: WindowSeries | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What can be done, and what it would bring.

    Attributes
    ----------
    gain : by how much the metric would improve, in its unit, positive is better; undefined where it cannot be known.
    sufficient : whether the change would be gone, within what the interval allows.
    changes_if : what would change this advice.
    """

    action: Advice
    name: str
    gain: Result
    sufficient: bool
    sentence: str
    changes_if: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a metric changed.

    Attributes
    ----------
    metric : its address.
    reference, current : names of the two profiles.
    before, after : the metric of either; change : after less before.
    shown : whether the change is more than chance gives.
    detectable : the smallest change these rows would have shown, with 80 % power.
    verdict : the change in one sentence.
    parts : they add up to `change.value`.
    columns, segments : the change seen otherwise; ordered, what says most first.
    actions : the cheapest sufficient first.
    notes : what was left out, and why.
    """

    metric: str
    reference: str
    current: str
    before: Value
    after: Value
    change: Value
    shown: bool
    detectable: float
    verdict: str
    parts: tuple[Part, ...]
    columns: tuple[ColumnCause, ...]
    segments: tuple[SegmentCause, ...]
    since: Since | None
    actions: tuple[Action, ...]
    notes: tuple[str, ...]

    @property
    def summary(self) -> tuple[str, ...]:
        """The sentences to be read first: what changed, why, since when, where, and what to do."""
        claimed = [p for p in self.parts if is_shown(p.amount) or p.cause == "curvature"]
        # Where the whole is not shown to have changed, data that went wrong is told all the same.
        parts = [p.sentence for p in claimed if self.shown or p.cause == "fault"]
        if self.shown and self.parts and not claimed:
            largest = max(self.parts, key=lambda p: abs(p.amount.value))
            parts = [say("None of its parts is shown by itself; the largest: {part}", part=largest.sentence)]
        columns = [c.sentence for c in self.columns if c.says][:1] if self.shown else []
        since = [] if self.since is None or not self.shown else [self.since.sentence]
        segments = [s.sentence for s in self.segments if s.says][:1] if self.shown else []
        actions = [a.sentence for a in self.actions[:1]] if self.shown else []
        return (self.verdict, *parts, *columns, *since, *segments, *actions)

    def __str__(self) -> str:
        """The sentences of the summary, one a line."""
        return "\n".join(self.summary)

    def to_dict(self) -> dict[str, Any]:
        """Plain values that JSON can hold; see docs/reference/explanation.schema.json."""
        from barograph.explain.document import document_of

        return document_of(self)
