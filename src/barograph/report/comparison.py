"""Everything a comparison of two profiles says, as values: what pages, JSON and frames are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from barograph.errors import GridMismatch
from barograph.locale.said import say
from barograph.metrics.address import Address
from barograph.metrics.correlation import Association, associations
from barograph.metrics.drift.columns import ColumnDrift, drift_of_columns, input_columns
from barograph.metrics.drift.roles import INPUT_ROLES
from barograph.metrics.drift.statistics import statistics_of
from barograph.metrics.evaluate import evaluate
from barograph.metrics.intervals import change
from barograph.metrics.performance import performance_metrics, shown_parameters
from barograph.metrics.registry import metrics
from barograph.metrics.sides import compared_segment
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined, Value
from barograph.profile.value import ALL, Cell, Profile
from barograph.report.custom import CustomFigures, custom_figures
from barograph.report.pair import Pair

#: The metrics that stand for a task in segments and windows.
HEADLINES: Final[Mapping[str, tuple[str, ...]]] = {
    "regression": ("performance.mae", "performance.me", "performance.rmse"),
    "binary": ("performance.roc_auc", "performance.f1", "performance.accuracy"),
    "multiclass": ("performance.accuracy", "performance.f1"),
    "multilabel": ("performance.f1", "performance.subset_accuracy", "performance.hamming_loss"),
    "forecast": ("performance.mae", "performance.mase", "performance.me", "performance.rmse"),
    "ranking": ("performance.ndcg(k=10)", "performance.mrr", "performance.hit_rate(k=10)"),
}
#: Where no headline metric shows a change, these proper scores may: ranking can hold while probabilities go wrong.
SECOND_LOOK: Final[Mapping[str, tuple[str, ...]]] = {
    "binary": ("performance.log_loss",),
    "multiclass": ("performance.log_loss",),
}
#: The metrics followed over windows.
COURSES: Final[Mapping[str, tuple[str, ...]]] = {
    **HEADLINES,
    "regression": (*HEADLINES["regression"], "performance.mape"),
}
#: More segments than this are compared by rows and headline metrics only.
_SEGMENTS_WITH_DRIFT: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentComparison:
    """One segment: its rows, headline metrics, and the share of its columns that drifted."""

    name: str
    rows: tuple[int, int]
    performance: tuple[Pair, ...]
    drift_share: float | None
    detected: tuple[str, ...]


#: Figures of quality that sentences tell of.
TOLD_QUALITY: Final = frozenset((
    "null_share", "nan_share", "mismatch_share", "median", "beyond_range_share", "unseen_share",
))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowFigures:
    """Headline metrics of one window of one side."""

    side: str
    start: int
    rows: int
    performance: Mapping[str, Result]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two profiles compared.

    Attributes
    ----------
    reference, current : the profiles, with their windows and segments.
    drift : of every column that could be compared.
    statistics : further distances by column; numbers only.
    quality : both sides' quality metrics by column and metric.
    performance : in the order a reader wants them.
    custom : metrics and rules that the schema declares.
    undefined : (address, why there is no figure).
    """

    reference: Profile
    current: Profile
    drift: Mapping[str, ColumnDrift]
    drift_share: float | None
    statistics: Mapping[str, Mapping[str, float]]
    quality: Mapping[str, Mapping[str, tuple[Result, Result]]]
    table: Mapping[str, tuple[Result, Result]]
    performance: tuple[Pair, ...]
    segments: tuple[SegmentComparison, ...]
    windows: tuple[WindowFigures, ...]
    correlations: tuple[Association, ...]
    undefined: tuple[tuple[str, Undefined], ...]
    custom: CustomFigures = field(default_factory=CustomFigures)

    @property
    def detected(self) -> tuple[str, ...]:
        """Columns whose drift is detected, the largest effect first."""
        found = [n for n, d in self.drift.items() if d.verdict.detected]
        return tuple(sorted(found, key=lambda n: -self.drift[n].verdict.effect))

    @property
    def inputs(self) -> tuple[str, ...]:
        """Compared columns that `drift_share` is a share of: the model's inputs; all where none is one."""
        return tuple(input_columns(self.drift, self.reference))

    @property
    def input_word(self) -> str:
        """What `inputs` are called: inputs, or columns where none of them is an input."""
        roles = {self.reference.schema.column(n).role for n in self.inputs}
        return "inputs" if roles & INPUT_ROLES else "columns"


def compare_columns(
    reference: Profile, current: Profile, *, quality: frozenset[str] = TOLD_QUALITY
) -> Comparison:
    """Compare columns and performance alone, with the figures of quality that sentences tell of.

    Without segments, windows, correlations and further distances, which are most of the cost: 4 ms a column.

    Parameters
    ----------
    quality : names of the figures of quality that are wanted.
    """
    compared = _compared(reference, current, quality=quality)
    custom = custom_figures(reference, current, ())
    return replace(compared, custom=custom, undefined=(*compared.undefined, *custom.undefined))


def compare_cells(reference: Profile, current: Profile) -> Comparison:
    """Compare two profiles on one grid; see `barograph.compare`."""
    compared = _compared(reference, current)
    whole = reference.total(), current.total()
    segments = tuple(_segments(reference, current))
    custom = custom_figures(reference, current, [s.name for s in segments])
    return replace(
        compared, statistics={n: statistics_of(*whole, n) for n in compared.drift}, segments=segments,
        table={m.name.partition(".")[2]: _both(m.name, whole) for m in _quality_metrics("table")},
        windows=tuple(_windows(reference, current)), correlations=associations(*whole),
        undefined=(*compared.undefined, *custom.undefined), custom=custom,
    )  # fmt: skip


def _compared(reference: Profile, current: Profile, *, quality: frozenset[str] | None = None) -> Comparison:
    """Columns and performance; of quality all figures, or some."""
    _require_one_grid(reference, current)
    whole = reference.total(), current.total()
    drift, not_compared = drift_of_columns(reference, current)
    undefined = [(_of_column("drift.effect", n), why) for n, why in not_compared.items()]
    performance = _performance(whole, undefined)
    figures = {} if quality == frozenset() else _quality(whole, undefined, only=quality)
    return Comparison(
        reference=reference, current=current, drift=drift, drift_share=_share(drift, reference), statistics={},
        quality=figures, table={}, performance=performance, segments=(), windows=(), correlations=(),
        undefined=tuple(undefined),
    )  # fmt: skip


def _require_one_grid(reference: Profile, current: Profile) -> None:
    if reference.grid.hash != current.grid.hash:
        raise GridMismatch(
            f"reference and current are on different grids ({reference.grid.hash[:12]}, {current.grid.hash[:12]}), so "
            "their bins do not match. Profile the current rows with like=reference."
        )


def quality_address(metric: str, column: str) -> str:
    """The address of a figure of quality of a column.

    Examples
    --------
    >>> quality_address("mean", "age")
    'quality.mean(column="age")'
    """
    return _of_column(f"quality.{metric}", column)


def _of_column(name: str, column: str) -> str:
    return str(Address(name, (("column", column),)))


def _quality_metrics(scope: str) -> list[MetricSpec]:
    return [m for m in metrics().values() if m.family == "quality" and m.scope == scope and not m.parameters]


def _both(address: str | Address, whole: tuple[Profile, Profile]) -> tuple[Result, Result]:
    return evaluate(address, whole[0]), evaluate(address, whole[1])


def _performance(whole: tuple[Profile, Profile], undefined: list[tuple[str, Undefined]]) -> tuple[Pair, ...]:
    task = whole[0].schema.task
    if task is None or whole[0].schema.one("label") is None:
        return ()
    outcome = whole[0].grid.outcome
    classes = () if outcome is None else outcome.classes
    pairs = [
        _pair(str(Address(spec.name, tuple(given.items()))), whole)
        for spec in performance_metrics(task, {c.role for c in whole[0].schema.columns})
        for given in shown_parameters(spec, task, classes)
    ]
    pairs.sort(key=lambda p: p.address not in HEADLINES[task])  # what stands for the task comes first
    silent = {"no_labels"} if all(_no_labels(p.current) for p in pairs) else set()
    for p in pairs:
        for side in (p.reference, p.current):
            if isinstance(side, Undefined) and side.reason not in silent:
                undefined.append((p.address, side))
                break
    if silent and pairs and isinstance(pairs[0].current, Undefined):
        undefined.append(("performance.*", pairs[0].current))
    return tuple(pairs)


def _no_labels(result: Result) -> bool:
    return isinstance(result, Undefined) and result.reason == "no_labels"


def _pair(address: str, sides: tuple[Profile | Undefined, Profile | Undefined]) -> Pair:
    spec = metrics()[address.partition("(")[0]]
    reference, current = (s if isinstance(s, Undefined) else evaluate(address, s) for s in sides)
    difference = None
    if isinstance(reference, Value) and isinstance(current, Value):
        difference = change(reference, current, direction=spec.direction)
    return Pair(address=address, spec=spec, reference=reference, current=current, change=difference)


def _quality(
    whole: tuple[Profile, Profile],
    undefined: list[tuple[str, Undefined]],
    *,
    only: frozenset[str] | None = None,
) -> dict[str, dict[str, tuple[Result, Result]]]:
    specs = [m for m in _quality_metrics("column") if only is None or m.name.partition(".")[2] in only]
    out: dict[str, dict[str, tuple[Result, Result]]] = {}
    for name, grid in whole[0].grid.columns.items():
        missing = [side for side in whole if name not in side.columns]
        if missing:
            said = say("the current rows have no column {column}", column=repr(name))
            why = Undefined(reason="column_missing", detail=said)
            undefined.append((quality_address("null_share", name), why))
        kind = grid.kind
        fit = (m for m in specs if kind in m.applies_to)
        out[name] = {
            m.name.partition(".")[2]: _both(Address(m.name, (("column", name),)), whole) for m in fit
        }
    return out


def _segments(reference: Profile, current: Profile) -> list[SegmentComparison]:
    names = list(dict.fromkeys((*current.segments, *reference.segments))) if current.segments else []
    shared = sum(name in reference.segments for name in current.segments)
    deep = shared <= _SEGMENTS_WITH_DRIFT
    return [_segment((reference, current), name, drift=deep) for name in names]


def _segment(sides: tuple[Profile, Profile], name: str, *, drift: bool) -> SegmentComparison:
    """One segment of both sides, or of one where the other has no row of it, with or without its drift."""
    reference, current = sides
    base = reference.of_segment(name) if name in reference.segments else None
    mine = current.of_segment(name) if name in current.segments else None
    detected: tuple[str, ...] = ()
    share = None
    if base is not None and mine is not None and drift:
        of_columns, _ = drift_of_columns(base, mine)
        share = _share(of_columns, base)
        detected = tuple(n for n, d in of_columns.items() if d.verdict.detected)
    compared = compared_segment(reference, name)
    before = compared if isinstance(compared, Undefined) else (base or reference).total()
    gone = Undefined(
        reason="too_few_rows", detail=say("no current row is in segment {segment}", segment=repr(name))
    )
    after = gone if mine is None else mine.total()
    return SegmentComparison(
        name=name, rows=(0 if base is None else base.rows, 0 if mine is None else mine.rows), drift_share=share,
        performance=tuple(_pair(a, (before, after)) for a in _headlines(reference)), detected=detected,
    )  # fmt: skip


def _share(drift: Mapping[str, ColumnDrift], reference: Profile) -> float | None:
    inputs = input_columns(drift, reference)
    return sum(drift[n].verdict.detected for n in inputs) / len(inputs) if inputs else None


def _headlines(profile: Profile, metrics_of: Mapping[str, tuple[str, ...]] = HEADLINES) -> tuple[str, ...]:
    task = profile.schema.task
    return metrics_of[task] if task is not None and profile.schema.one("label") is not None else ()


def _windows(reference: Profile, current: Profile) -> list[WindowFigures]:
    out = []
    for side, profile in (("reference", reference), ("current", current)):
        for cell in profile.cells:
            if cell.segment == ALL and cell.window is not None:
                one = profile.at(Cell(ALL, cell.window))
                found = {a: evaluate(a, one) for a in _headlines(profile, COURSES)}
                out.append(
                    WindowFigures(
                        side=side, start=cell.window, rows=int(one.table.rows[0]), performance=found
                    )
                )
    return out
