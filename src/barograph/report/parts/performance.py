"""The table of performance metrics, and a sentence on what it rests on."""

from __future__ import annotations

import math
from typing import Final

from barograph.locale.said import say, together, word
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined, Value
from barograph.profile.grid import NumericGrid
from barograph.profile.measures import DEFAULT_THRESHOLD
from barograph.profile.outcome_sums import OutcomeSums
from barograph.profile.value import Profile
from barograph.report.comparison import Comparison
from barograph.report.figure import State
from barograph.report.pair import Pair
from barograph.report.rows import PerformanceRow
from barograph.schema.model import REGRESSION_TASKS

_DIRECTIONS: Final = {
    "lower_is_better": say("lower is better"),
    "higher_is_better": say("higher is better"),
    "zero_is_best": say("0 is best"),
}
#: What is shown at once, by task; the other metrics are folded beneath.
_FIRST: Final = {
    "regression": ("me", "mae", "mape", "rmse", "r2"),
    "binary": ("roc_auc", "pr_auc", "f1", "precision", "recall", "accuracy", "log_loss", "brier"),
    "multiclass": ("accuracy", "f1", "precision", "recall", "log_loss", "roc_auc"),
    "forecast": ("mase", "me", "mae", "mape", "rmse", "r2"),
    "multilabel": (
        "f1",
        'f1(average="micro")',
        "precision",
        "recall",
        "roc_auc",
        "subset_accuracy",
        "hamming_loss",
        "jaccard",
    ),
    "ranking": (
        "ndcg(k=10)",
        "ndcg",
        "map",
        "mrr",
        "hit_rate(k=10)",
        "precision_at_k(k=10)",
        "recall_at_k(k=10)",
    ),
}
#: Shares that are called percentages.
_PERCENTAGES: Final = frozenset({"performance.mape", "performance.mape_sd", "performance.smape"})
_STATES: Final[dict[str, State]] = {
    "better": "better", "worse": "worse", "changed": "changed", "unknown": "unknown",
}  # fmt: skip


def performance_rows(comparison: Comparison) -> tuple[tuple[PerformanceRow, ...], tuple[PerformanceRow, ...]]:
    """Rows shown at once, and those that are folded away; metrics undefined on both sides are in neither."""
    first = {
        f"performance.{n}": i for i, n in enumerate(_FIRST.get(comparison.reference.schema.task or "", ()))
    }
    shown = [p for p in comparison.performance if _is_shown(p)]
    ahead = sorted((p for p in shown if p.address in first), key=lambda p: first[p.address])
    if not ahead:
        return rows_of(comparison, shown), ()
    return rows_of(comparison, ahead), rows_of(comparison, [p for p in shown if p.address not in first])


def rows_of(comparison: Comparison, pairs: list[Pair]) -> tuple[PerformanceRow, ...]:
    """Rows of some metrics, each with the spread of what it averages where that is a metric too."""
    by_address = {p.address: p for p in comparison.performance}
    return tuple(_row(p, by_address.get(f"{p.address}_sd")) for p in pairs)


def row_of(pair: Pair) -> PerformanceRow:
    """One row, of a metric without a spread of its own."""
    return _row(pair, None)


def pairs_named(comparison: Comparison, *names: str) -> list[Pair]:
    """The metrics of these names that are defined on a side."""
    by_address = {p.address: p for p in comparison.performance if _is_shown(p)}
    return [by_address[f"performance.{n}"] for n in names if f"performance.{n}" in by_address]


def _is_shown(pair: Pair) -> bool:
    return isinstance(pair.reference, Value) or isinstance(pair.current, Value)


def _row(pair: Pair, spread: Pair | None) -> PerformanceRow:
    change = (
        None if pair.change is None else Value(value=pair.change.value, n=0, interval=pair.change.interval)
    )
    verdict = "unknown" if pair.change is None else pair.change.verdict
    scale, unit = shown_in(pair.spec)
    _, _, arguments = pair.address.partition("(")
    title = word(pair.spec.title)
    if arguments:
        title = say("{what} ({detail})", what=title, detail=arguments.rstrip(")"))
    return PerformanceRow(
        address=pair.address,
        title=title,
        direction=_DIRECTIONS.get(pair.spec.direction, ""),
        unit=unit,
        reference=scaled(pair.reference, scale),
        current=scaled(pair.current, scale),
        change=scaled_change(change, scale),
        state=_STATES.get(verdict, "ok"),
        verdict=word(verdict),
        spread=(None, None)
        if spread is None
        else (_number(scaled(spread.reference, scale)), _number(scaled(spread.current, scale))),
    )


def _number(result: Result) -> float | None:
    return result.value if isinstance(result, Value) else None


def shown_in(spec: MetricSpec) -> tuple[float, str]:
    """A factor and a unit worth printing; the label's own unit, and a plain share, speak for themselves."""
    if spec.name in _PERCENTAGES:
        return 100.0, "%"
    return 1.0, "" if spec.unit.startswith("label") or spec.unit == "share of rows" else spec.unit


def scaled(result: Result, factor: float) -> Result:
    """A figure in another unit; undefined where it would be beyond the largest number."""
    if factor == 1.0 or not isinstance(result, Value):
        return result
    low, high = (x * factor for x in result.interval or (result.value, result.value))
    if not all(map(math.isfinite, (result.value * factor, low, high))):
        return Undefined(reason="overflow", detail=say("the figure is too large to be written in its unit"))
    return Value(
        value=result.value * factor, n=result.n, interval=None if result.interval is None else (low, high)
    )


def scaled_change(change: Value | None, factor: float) -> Value | None:
    """A change in another unit; None where there is none, or it would be beyond the largest number."""
    found = None if change is None else scaled(change, factor)
    return found if isinstance(found, Value) else None


def performance_note(comparison: Comparison) -> str:
    """What was judged on which rows, or why nothing was."""
    current = comparison.current
    if current.schema.task is None:
        return say(
            "No task: the schema names neither a label nor a prediction, so performance is not judged."
        )
    if not comparison.performance:
        return say("No label column: performance is not judged. Inputs and predictions are.")
    outcome = None if current.outcome is None else current.total().outcome
    if outcome is None or not int(outcome.labelled.sum()):
        return say("No labels have come for the current rows yet.")
    labelled = int(outcome.labelled[0])
    if current.schema.task == "ranking":
        queries = int(outcome.judged[0])
        return say(
            "Means of {queries} queries with a label; {labelled} of {n} current rows have one, the others count as not "
            "relevant.",
            queries=f"{queries:,}", labelled=f"{labelled:,}", n=f"{current.rows:,}",
        )  # fmt: skip
    said: list[str] = [
        say(
            "On {labelled} labelled of {n} current rows ({share} %).",
            labelled=f"{labelled:,}",
            n=f"{current.rows:,}",
            share=f"{100 * labelled / max(current.rows, 1):.0f}",
        )
    ]
    if left := left_out(current):
        said.append(left)
    if current.schema.task in ("binary", "multilabel") and current.schema.one("prediction") is None:
        threshold = DEFAULT_THRESHOLD if current.schema.threshold is None else current.schema.threshold
        said.append(
            say(
                "There is no prediction column: the decision is score ≥ {threshold}.",
                threshold=f"{threshold:g}",
            )
        )
    return together(said, " ")


def left_out(profile: Profile) -> str:
    """How many labelled rows no figure of performance rests on, and why; empty where there are none."""
    outcome = None if profile.outcome is None else profile.total().outcome
    if outcome is None or profile.schema.task == "ranking":
        return ""
    missing = int(outcome.labelled[0]) - int(outcome.judged[0])
    if missing <= 0:
        return ""
    infinite = _infinite_labels(profile, outcome)
    why = [say("{n} an infinite label", n=f"{infinite:,}")] if infinite else []
    if missing > infinite:
        n = f"{missing - infinite:,}"
        why.append(
            say("{n} no prediction or an infinite one", n=n)
            if profile.schema.task in REGRESSION_TASKS
            else say("{n} no prediction", n=n)
        )
    return say("{n} labelled rows are left out: {why}.", n=f"{missing:,}", why=together(why, ", "))


def _infinite_labels(profile: Profile, outcome: OutcomeSums) -> int:
    column = profile.schema.one("label")
    grid = None if column is None else profile.grid.columns.get(column.name)
    if outcome.label is None or not isinstance(grid, NumericGrid):
        return 0
    return int(sum(outcome.label.counts[0, grid.code(which)] for which in ("neg_inf", "pos_inf")))
