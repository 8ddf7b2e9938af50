"""The curves of a score: how it ranks, and what each threshold on it decides."""

from __future__ import annotations

from typing import Final, Literal

from barograph.charts.curves import Curve, Curves, Point
from barograph.charts.numbers import measured, number, share
from barograph.metrics.performance.curves import Thresholds
from barograph.metrics.values import Result, Value
from barograph.report.comparison import Comparison
from barograph.report.figure import Figure
from barograph.report.view import Section

Side = Literal["reference", "current"]
Found = tuple[tuple[Side, Thresholds], ...]

#: Lift beyond this is cut: few rows reach it.
_MOST_LIFT: Final = 20.0
_CHANCE: Final[tuple[tuple[Point, Point, Literal["reference", "current", ""]], ...]] = (
    ((0.0, 0.0), (1.0, 1.0), ""),
)


def ranking_section(comparison: Comparison, found: Found, name: str | None) -> Section:
    """ROC, precision against recall, gain and lift of one class."""
    figures = (_roc(found), _precision_recall(found), _gain(found), _lift(found))
    return Section(
        title="Ranking" if name is None else f"Ranking of {name}",
        reading=_auc(comparison, name),
        figures=figures,
        is_open=name is None,
    )


def _auc(comparison: Comparison, name: str | None) -> str:
    address = "performance.roc_auc" if name is None else f'performance.roc_auc(class="{name}")'
    pair = next((p for p in comparison.performance if p.address == address), None)
    if pair is None or not isinstance(pair.current, Value):
        return ""
    return f"ROC AUC {_value(pair.reference)} → {_value(pair.current)}, n = {pair.current.n:,}."


def _value(result: Result) -> str:
    return measured(result.value, result.interval) if isinstance(result, Value) else "unknown"


def _points(found: Found, x: str, y: str) -> tuple[Curve, ...]:
    return tuple(
        Curve(side=word, points=tuple(zip(getattr(t, x).tolist(), getattr(t, y).tolist(), strict=True)))
        for word, t in found
    )


def _chart(
    name: str,
    axes: tuple[str, str],
    curves: tuple[Curve, ...],
    *,
    y_range: Point = (0.0, 1.0),
    guides: tuple[tuple[Point, Point, Literal["reference", "current", ""]], ...] = (),
    upright: tuple[float, str] | None = None,
) -> Curves:
    return Curves(
        name=f"{name}: {axes[1]} against {axes[0]}", x_name=axes[0], y_name=axes[1], x_range=(0.0, 1.0),
        y_range=y_range, curves=curves, guides=guides, upright=upright,
    )  # fmt: skip


def _n(found: Found) -> str:
    return (
        ", ".join(
            f"{word} n = {t.n:,} ({share(t.positives / (t.positives + t.negatives))} positive)"
            for word, t in found
        )
        + "."
    )


def _roc(found: Found) -> Figure:
    chart = _chart(
        "ROC",
        ("false positive rate", "recall"),
        _points(found, "false_positive_rate", "recall"),
        guides=_CHANCE,
    )
    return Figure(title="ROC curve", chart=chart, caption="Dashed: chance. " + _n(found))


def _precision_recall(found: Found) -> Figure:
    shares = ((word, t.positives / (t.positives + t.negatives)) for word, t in found)
    chart = _chart(
        "Precision against recall", ("recall", "precision"), _points(found, "recall", "precision"),
        guides=tuple(((0.0, share), (1.0, share), word) for word, share in shares),
    )  # fmt: skip
    caption = "Dashed: the share of positives, which chance gives."
    return Figure(title="Precision against recall", chart=chart, caption=caption)


def _gain(found: Found) -> Figure:
    told = []
    for word, t in found:
        at = min(int((t.taken < 0.1).sum()), len(t.taken) - 1)
        told.append(
            f"{share(float(t.recall[at]))} of positives in the top {share(float(t.taken[at]))} ({word})"
        )
    chart = _chart(
        "Gain",
        ("share of rows taken", "share of positives found"),
        _points(found, "taken", "recall"),
        guides=_CHANCE,
    )
    return Figure(title="Gain", chart=chart, caption="; ".join(told) + ".")


def _lift(found: Found) -> Figure:
    best = max(4.0, *(float(t.lift.max()) for _, t in found))
    chart = _chart(
        "Lift", ("share of rows taken", "lift"), _points(found, "taken", "lift"),
        y_range=(0.0, min(best, _MOST_LIFT)), guides=(((0.0, 1.0), (1.0, 1.0), ""),),
    )  # fmt: skip
    caption = "How many times more positives than chance among the rows scored highest. Dashed: chance."
    return Figure(title="Lift", chart=chart, caption=caption)


def thresholds_section(found: Found, threshold: float) -> Section:
    """Precision, recall, F1 and rows taken against the threshold."""
    figures = tuple(
        Figure(
            title=f"{title} by threshold",
            chart=_chart(
                title,
                ("threshold", title.lower() if title != "F1" else title),
                _by_threshold(found, field),
                upright=(threshold, f"{threshold:g}"),
            ),
            caption=caption,
        )
        for title, field, caption in (
            ("Precision", "precision", "Share of positives among the rows taken."),
            ("Recall", "recall", "Share of positives that is taken."),
            ("F1", "f1", "Harmonic mean of both."),
            ("Rows taken", "taken", "Share of rows at or above the threshold."),
        )
    )
    now = next(t for word, t in found if word == "current")
    held = now.f1[1:]
    at = int(held.argmax()) + 1
    here = now.at(threshold)
    said = (
        f"At {threshold:g}: precision {number(float(now.precision[here]))}, recall {number(float(now.recall[here]))}, "
        f"F1 {number(float(now.f1[here]))} (n = {now.n:,}); F1 would be largest at {number(float(now.threshold[at]))} "
        f"({number(float(now.f1[at]))}), chosen on these same rows."
    )
    return Section(title="Thresholds", reading=said, figures=figures)


def _by_threshold(found: Found, field: str) -> tuple[Curve, ...]:
    return tuple(
        Curve(
            side=word,
            points=tuple(zip(t.threshold[:0:-1].tolist(), getattr(t, field)[:0:-1].tolist(), strict=True)),
        )
        for word, t in found
    )
