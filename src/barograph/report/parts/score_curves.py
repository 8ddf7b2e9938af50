"""The curves of a score: how it ranks, and what each threshold on it decides."""

from __future__ import annotations

from typing import Final, Literal

from barograph.charts.curves import Curve, Curves, Point
from barograph.charts.numbers import measured, number, share
from barograph.locale.said import Said, say, together, within, word
from barograph.metrics.performance.curves import Thresholds
from barograph.metrics.values import Result, Value
from barograph.report.comparison import Comparison
from barograph.report.figure import Figure
from barograph.report.view import Section

Side = Literal["reference", "current"]
Found = tuple[tuple[Side, Thresholds], ...]

#: Lift beyond this is cut: few rows reach it.
_MOST_LIFT: Final = 20.0
#: What is drawn by threshold: its name, the curve, and what it is.
BY_THRESHOLD: Final = (
    ("Precision", "precision", "Share of positives among the rows taken."),
    ("Recall", "recall", "Share of positives that is taken."),
    ("F1", "f1", "Harmonic mean of both."),
    ("Rows taken", "taken", "Share of rows at or above the threshold."),
)
_CHANCE: Final[tuple[tuple[Point, Point, Literal["reference", "current", ""]], ...]] = (
    ((0.0, 0.0), (1.0, 1.0), ""),
)


def of_class(title: Said, name: str | None) -> str:
    """The title of a section; of one class among several, with its name."""
    return title if name is None else say("{title} of {name}", title=title, name=name)


def ranking_section(comparison: Comparison, found: Found, name: str | None) -> Section:
    """ROC, precision against recall, gain and lift of one class."""
    figures = (_roc(found), _precision_recall(found), _gain(found), _lift(found))
    return Section(
        title=of_class(say("Ranking"), name),
        reading=_auc(comparison, name),
        figures=figures,
        is_open=name is None,
    )


def _auc(comparison: Comparison, name: str | None) -> str:
    address = "performance.roc_auc" if name is None else f'performance.roc_auc(class="{name}")'
    pair = next((p for p in comparison.performance if p.address == address), None)
    if pair is None or not isinstance(pair.current, Value):
        return ""
    return say(
        "ROC AUC {before} → {now}, n = {n}.",
        before=_value(pair.reference), now=_value(pair.current), n=f"{pair.current.n:,}",
    )  # fmt: skip


def _value(result: Result) -> str:
    return measured(result.value, result.interval) if isinstance(result, Value) else word("unknown")


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
        name=say("{name}: {y} against {x}", name=name, y=axes[1], x=axes[0]), x_name=axes[0], y_name=axes[1],
        x_range=(0.0, 1.0), y_range=y_range, curves=curves, guides=guides, upright=upright,
    )  # fmt: skip


def _n(found: Found) -> Said:
    told = [
        say(
            "{side} n = {n} ({share} positive)",
            side=word(side),
            n=f"{t.n:,}",
            share=share(t.positives / (t.positives + t.negatives)),
        )
        for side, t in found
    ]
    return say("{text}.", text=together(told, ", "))


def _roc(found: Found) -> Figure:
    chart = _chart(
        "ROC",
        (say("false positive rate"), say("recall")),
        _points(found, "false_positive_rate", "recall"),
        guides=_CHANCE,
    )
    caption = together([say("Dashed: chance."), _n(found)], " ")
    return Figure(title=say("ROC curve"), chart=chart, caption=caption)


def _precision_recall(found: Found) -> Figure:
    shares = ((word, t.positives / (t.positives + t.negatives)) for word, t in found)
    chart = _chart(
        say("Precision against recall"), (say("recall"), say("precision")), _points(found, "recall", "precision"),
        guides=tuple(((0.0, share), (1.0, share), word) for word, share in shares),
    )  # fmt: skip
    caption = say("Dashed: the share of positives, which chance gives.")
    return Figure(title=say("Precision against recall"), chart=chart, caption=caption)


def _gain(found: Found) -> Figure:
    told = []
    for side, t in found:
        at = min(int((t.taken < 0.1).sum()), len(t.taken) - 1)
        told.append(
            say(
                "{share} of positives in the top {top} ({side})",
                share=share(float(t.recall[at])),
                top=share(float(t.taken[at])),
                side=word(side),
            )
        )
    chart = _chart(
        say("Gain"),
        (say("share of rows taken"), say("share of positives found")),
        _points(found, "taken", "recall"),
        guides=_CHANCE,
    )
    return Figure(title=say("Gain"), chart=chart, caption=say("{text}.", text=together(told, "; ")))


def _lift(found: Found) -> Figure:
    best = max(4.0, *(float(t.lift.max()) for _, t in found))
    chart = _chart(
        say("Lift"), (say("share of rows taken"), say("lift")), _points(found, "taken", "lift"),
        y_range=(0.0, min(best, _MOST_LIFT)), guides=(((0.0, 1.0), (1.0, 1.0), ""),),
    )  # fmt: skip
    caption = say("How many times more positives than chance among the rows scored highest. Dashed: chance.")
    return Figure(title=say("Lift"), chart=chart, caption=caption)


def thresholds_section(found: Found, threshold: float) -> Section:
    """Precision, recall, F1 and rows taken against the threshold."""
    figures = tuple(
        Figure(
            title=say("{figure} by threshold", figure=word(title)),
            chart=_chart(
                word(title),
                (say("threshold"), within(word(title)) if title != "F1" else title),
                _by_threshold(found, field),
                upright=(threshold, f"{threshold:g}"),
            ),
            caption=word(caption),
        )
        for title, field, caption in BY_THRESHOLD
    )
    now = next(t for word, t in found if word == "current")
    held = now.f1[1:]
    at = int(held.argmax()) + 1
    here = now.at(threshold)
    said = say(
        "At {threshold}: precision {precision}, recall {recall}, F1 {f1} (n = {n}); F1 would be largest at {best} "
        "({f1_best}), chosen on these same rows.",
        threshold=f"{threshold:g}", precision=number(float(now.precision[here])),
        recall=number(float(now.recall[here])), f1=number(float(now.f1[here])), n=f"{now.n:,}",
        best=number(float(now.threshold[at])), f1_best=number(float(now.f1[at])),
    )  # fmt: skip
    return Section(title=say("Thresholds"), reading=said, figures=figures)


def _by_threshold(found: Found, field: str) -> tuple[Curve, ...]:
    return tuple(
        Curve(
            side=word,
            points=tuple(zip(t.threshold[:0:-1].tolist(), getattr(t, field)[:0:-1].tolist(), strict=True)),
        )
        for word, t in found
    )
