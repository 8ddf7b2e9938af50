"""The diagnostics of a classifier: how its score ranks, means what it says, and decides."""

from __future__ import annotations

from barograph.charts.calibration import Calibration, CalibrationPoint
from barograph.charts.confusion import Confusion
from barograph.charts.numbers import number, share
from barograph.locale.said import say, together
from barograph.metrics.performance.curves import CalibrationBin, Thresholds, calibration_curve, thresholds
from barograph.metrics.values import Undefined
from barograph.metrics.views import OutcomeView, outcome_view
from barograph.profile.measures import DEFAULT_THRESHOLD
from barograph.report.comparison import Comparison
from barograph.report.figure import Figure
from barograph.report.parts.by_feature import along_features
from barograph.report.parts.over_time import over_time_section
from barograph.report.parts.score_curves import Found, Side, of_class, ranking_section, thresholds_section
from barograph.report.parts.separation import separation
from barograph.report.view import Section

WORDS: tuple[Side, Side] = ("reference", "current")
#: Classes whose curves are drawn where there are more than two.
_MOST_CLASSES = 6


def classification_sections(comparison: Comparison) -> tuple[Section, ...]:
    """Every diagnostic of a classifier that its columns allow."""
    sides = comparison.reference.total(), comparison.current.total()
    views = outcome_view(sides[0]), outcome_view(sides[1])
    now = views[1]
    if isinstance(now, Undefined):
        return ()
    sections = (
        over_time_section(comparison),
        *_of_scores(comparison, views),
        None if now.task == "multilabel" else _decisions(views),
        along_features(comparison, sides, "error"),
        along_features(comparison, sides, "bias") if now.task == "binary" and now.grid.score_edges else None,
    )
    return tuple(s for s in sections if s is not None)


def _of_scores(
    comparison: Comparison, views: tuple[OutcomeView | Undefined, OutcomeView | Undefined]
) -> tuple[Section, ...]:
    """Ranking, separation, calibration and thresholds of each scored class."""
    now = views[1]
    assert isinstance(now, OutcomeView)
    if now.task == "binary":
        names: tuple[str | None, ...] = (None,)
    else:
        names = tuple(c.class_name for c in now.schema.with_role("score"))[:_MOST_CLASSES]
    sections: list[Section] = []
    for name in names:
        curves: Found = tuple(
            (word, t)
            for word, view in zip(WORDS, views, strict=True)
            if isinstance(view, OutcomeView) and isinstance(t := thresholds(view, name), Thresholds)
        )
        if not any(word == "current" for word, _ in curves):
            found = thresholds(now, name)
            detail = found.detail if isinstance(found, Undefined) else ""
            sections.append(
                Section(
                    title=of_class(say("Ranking and scores"), name),
                    reading=say("Not drawn: {why}.", why=detail),
                )
            )
            continue
        sections.append(ranking_section(comparison, curves, name))
        scores = separation(views, name), _calibration(views, name)
        sections.append(
            Section(
                title=of_class(say("Scores"), name),
                reading=scores[1][1],
                figures=(*scores[0], *scores[1][0]),
            )
        )
        if name is None:
            sections.append(thresholds_section(curves, threshold_of(now)))
    return tuple(sections)


def threshold_of(view: OutcomeView) -> float:
    """The threshold that turns scores into decisions."""
    return DEFAULT_THRESHOLD if view.schema.threshold is None else view.schema.threshold


def _calibration(
    views: tuple[OutcomeView | Undefined, OutcomeView | Undefined], name: str | None
) -> tuple[tuple[Figure, ...], str]:
    found = [
        () if isinstance(v, Undefined) or isinstance(c := calibration_curve(v, name), Undefined) else c
        for v in views
    ]
    if not any(found):
        return (), ""
    reference, current = (
        tuple(CalibrationPoint(score=b.score, observed=b.observed, n=b.n, interval=b.interval) for b in side)
        for side in found
    )
    chart = Calibration(name=name or say("the positive class"), reference=reference, current=current)
    caption = say("On the diagonal a score of 0.7 comes true 7 times of 10. Bars: rows of each bin.")
    return (Figure(title=say("Calibration"), chart=chart, caption=caption),), _off(found[1])


def _off(bins: tuple[CalibrationBin, ...]) -> str:
    """The bin that is surest to be miscalibrated."""
    if not bins:
        return ""
    off = [b for b in bins if not b.interval[0] <= b.score <= b.interval[1]]
    if not off:
        return say(
            "Calibrated as far as the rows can tell: {n} of {n} bins of score hold their share.", n=len(bins)
        )
    worst = max(off, key=lambda b: abs(b.observed - b.score) * b.n**0.5)
    low, high = map(share, worst.interval)
    return say(
        "Miscalibrated in {k} of {bins} bins: scores about {score} came true in {share} ({low}–{high}, n = {n}).",
        k=len(off), bins=len(bins), score=number(worst.score), share=share(worst.observed), low=low, high=high,
        n=f"{worst.n:,}",
    )  # fmt: skip


def _decisions(views: tuple[OutcomeView | Undefined, OutcomeView | Undefined]) -> Section | None:
    figures = []
    for word, view in zip(WORDS, views, strict=True):
        chart = None if isinstance(view, Undefined) else _confusion(view, word)
        if chart is not None:
            title = (
                say("Actual against predicted, reference")
                if word == "reference"
                else say("Actual against predicted, current")
            )
            figures.append(Figure(title=title, chart=chart))
    if not figures:
        return None
    now = views[1]
    assert isinstance(now, OutcomeView)
    logged = now.schema.one("prediction") is not None
    said = (
        say("Classes as logged.")
        if logged
        else say("Classes by score ≥ {threshold}.", threshold=f"{threshold_of(now):g}")
    )
    reading = together([text for text in (said, _right(views)) if text], " ")
    return Section(title=say("Decisions"), reading=reading, figures=tuple(figures))


def _right(views: tuple[OutcomeView | Undefined, OutcomeView | Undefined]) -> str:
    """Which class is recognised least, on the current side."""
    now = views[1]
    assert isinstance(now, OutcomeView)
    table = now.confusion()[:, :-1]
    classes = now.grid.classes
    totals = table.sum(axis=1)
    held = [
        (float(table[i, i] / totals[i]), c, float(totals[i])) for i, c in enumerate(classes) if totals[i] > 0
    ]
    if not held:
        return ""
    part, name, n = min(held)
    return say(
        "Recognised least: {name}, right in {share} of n = {n}.",
        name=name,
        share=share(part),
        n=f"{round(n):,}",
    )


def _confusion(view: OutcomeView, word: Side) -> Confusion | None:
    table = view.confusion()
    if not table[:, :-1].sum() > 0:
        return None
    classes = (*view.grid.classes, say("other"), say("none"))
    held = [
        i for i in range(len(classes)) if i < len(view.grid.classes) or table[i].sum() + table[:, i].sum() > 0
    ]
    counts = tuple(tuple(float(x) for x in table[i][held]) for i in held)
    return Confusion(side=word, classes=tuple(classes[i] for i in held), counts=counts)
