"""What is said of one row, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from barograph.metrics.values import Result, Value
from barograph.schema.model import Kind

Status = Literal["seen", "never_seen", "rare", "below", "above", "missing", "not_finite"]
Method = Literal["replacement", "shap"]
Cell = float | str | datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one value stands in its column, from exact counts.

    Attributes
    ----------
    value : of a datetime its time, though it is counted by hour of the week; of a text its length.
    status : `below` and `above` all rows; `never_seen` inside the range, or a category; `rare`: a category too rare to
        be counted by name.
    quantile : share of the reference's finite values below it, half of equal ones included; None of categories,
        datetimes and what is no finite number.
    rows, share : of the reference's rows, those that hold this value; 0 where single values are not counted.
    usual : share of the reference's rows at least as unusual, one beside them; what is most unusual is near 0.
    beyond : how far outside the reference's range, in widths of that range; 0 inside.
    current : share of the current rows at least as unusual in the same direction; None without them.
    """

    column: str
    kind: Kind
    value: Cell
    status: Status
    quantile: float | None
    rows: int
    share: float
    usual: float
    beyond: float
    current: float | None
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPair:
    """Two values that the reference knows each alone, and never together.

    Attributes
    ----------
    values : what of either column the row was compared by, such as ``temp 0.3 to 0.42``.
    rows : of the reference's sample, those with either.
    expected : rows that would have both, were the columns unrelated.
    """

    columns: tuple[str, str]
    values: tuple[str, str]
    rows: tuple[int, int]
    expected: float
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Novelty:
    """How far a row is from the rows of the reference's sample.

    Attributes
    ----------
    distance : mean distance to the nearest rows; 1 is about a standard deviation in every column.
    usual : the median of what the reference's own rows have.
    p_value : share of the reference's rows that are as far or farther from the others, the row itself counted.
    windows_apart : whether those were measured to rows of other windows alone: rows of one hour or day are alike.
    parts : each column's share of the distance, the largest first.
    rows : of the reference's sample.
    """

    distance: float
    usual: float
    p_value: float
    windows_apart: bool
    parts: Mapping[str, float]
    rows: int
    sentence: str

    @property
    def new(self) -> bool:
        """Whether fewer than one in twenty of the reference's rows is as far."""
        return self.p_value < 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class LikeRow:
    """One of the nearest rows.

    Attributes
    ----------
    values : its features, and what it was answered: label, prediction, scores.
    loss : None where it was not judged.
    """

    distance: float
    values: Mapping[str, Cell]
    loss: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Likes:
    """The rows of a sample nearest to a row, and how they fared.

    Attributes
    ----------
    side : `reference` or `current`.
    nearest : the first few, nearest first.
    distance : mean over all of them.
    loss : their mean loss; `all_rows` that of all judged rows of this side.
    error : their mean of prediction less label; None but for numbers.
    """

    side: Literal["reference", "current"]
    nearest: tuple[LikeRow, ...]
    rows: int
    distance: float
    measure: str
    loss: Result
    all_rows: Result
    error: Value | None
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a column's value, or that of several that move together, adds to the answer."""

    columns: tuple[str, ...]
    change: Value
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """What each value of a row adds to the model's answer.

    Attributes
    ----------
    method : `replacement`: the answer less the mean answer with the value of other rows in its place, one column, or
        group of columns that move together, at a time: effects need not add up. `shap`: they add `base` up to `answer`.
    of : what the answer is.
    base : mean answer for the rows compared with.
    effects : the largest first.
    """

    method: Method
    of: str
    answer: float
    base: float
    rows: int
    effects: tuple[Effect, ...]
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowExplanation:
    """One prediction explained.

    Attributes
    ----------
    answers : label, prediction and scores as given.
    loss : of this row; None without label or answer. `measure` says which.
    smaller : share of the reference's judged sampled rows with a smaller loss.
    places : the most unusual value first.
    pairs : values never seen together, those most expected to be first.
    likes : of the reference, then of the current rows where they were given.
    notes : what was left out, and why.
    """

    reference: str
    current: str | None
    answers: Mapping[str, Cell]
    measure: str
    loss: float | None
    smaller: float | None
    verdict: str
    places: tuple[Place, ...]
    pairs: tuple[NewPair, ...]
    novelty: Novelty
    likes: tuple[Likes, ...]
    attributions: tuple[Attribution, ...]
    notes: tuple[str, ...]

    @property
    def summary(self) -> tuple[str, ...]:
        """The sentences to be read first: the answer, how new the row is, what is unusual, how like rows fared."""
        from barograph.explain.one.sentences import summary_of

        return summary_of(self)

    def to_dict(self) -> dict[str, Any]:
        """Plain values that JSON can hold."""
        from barograph.explain.one.document import document_of

        return document_of(self)

    def __repr__(self) -> str:
        """The verdict; printing it shows the sentences to be read first."""
        return f"<RowExplanation {self.verdict}>"

    def __str__(self) -> str:
        return "\n".join(self.summary)
