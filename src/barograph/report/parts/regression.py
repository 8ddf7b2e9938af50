"""The diagnostics of a regression: predicted beside actual, errors over time and as a distribution."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np

from barograph.charts.curves import Curve, Curves
from barograph.charts.numbers import measured, number, share
from barograph.charts.overlay import Overlay
from barograph.locale.said import say, within, word
from barograph.metrics.performance.normality import NormalQuantiles, normal_quantiles
from barograph.metrics.performance.residuals import Residuals, residuals
from barograph.metrics.values import Undefined, Value
from barograph.metrics.views import outcome_view
from barograph.profile.value import Profile
from barograph.report.comparison import Comparison
from barograph.report.figure import Figure
from barograph.report.parts.by_feature import along_features
from barograph.report.parts.course import both_over_time
from barograph.report.parts.error_groups import largest_errors
from barograph.report.parts.joint import density
from barograph.report.parts.metric_course import metric_course
from barograph.report.view import Section

#: Metrics that are drawn over time, and what their pictures are called.
COURSES: Final = (
    ("performance.me", "Error over time"),
    ("performance.mae", "Absolute error over time"),
    ("performance.mape", "Absolute percentage error over time"),
)


def regression_sections(comparison: Comparison) -> tuple[Section, ...]:
    """Every diagnostic of a regression, in the order of the classic report."""
    sides = comparison.reference.total(), comparison.current.total()
    if isinstance(outcome_view(sides[1]), Undefined):
        return ()
    sections = (
        _predicted_and_actual(comparison, sides),
        _over_time(comparison),
        _distribution(sides),
        largest_errors(comparison, sides),
        along_features(comparison, sides),
    )
    return tuple(s for s in sections if s is not None)


def _predicted_and_actual(comparison: Comparison, sides: tuple[Profile, Profile]) -> Section | None:
    label, prediction = sides[1].schema.one("label"), sides[1].schema.one("prediction")
    if label is None or prediction is None:
        return None
    figures = []
    joint = density(*sides, (label.name, prediction.name), diagonal=True)
    if joint is not None:
        below = say("On the diagonal the model is right; below it the prediction is too low. Sampled rows.")
        figures.append(Figure(title=say("Predicted against actual"), chart=joint, caption=below))
    course = both_over_time(comparison.reference, comparison.current)
    if course is not None:
        figures.append(Figure(title=say("Predicted and actual over time"), chart=course))
    if not figures:
        return Section(
            title=say("Predicted and actual"),
            reading=say("Not drawn: there is neither a sample of rows nor windows of time."),
        )
    return Section(
        title=say("Predicted and actual"),
        reading=_mean_error(comparison),
        figures=tuple(figures),
        is_open=True,
    )


def _mean_error(comparison: Comparison) -> str:
    pair = next((p for p in comparison.performance if p.address == "performance.me"), None)
    if pair is None or not isinstance(pair.current, Value):
        return ""
    now, before = pair.current, pair.reference
    low, high = now.interval or (now.value, now.value)
    if low <= 0.0 <= high:
        said = say("On average predictions lie neither above nor below the actual values")
    elif now.value < 0:
        said = say("On average predictions lie below the actual values")
    else:
        said = say("On average predictions lie above the actual values")
    said = say(
        "{said}: mean error {value}, n = {n}",
        said=said,
        value=measured(now.value, now.interval),
        n=f"{now.n:,}",
    )
    if isinstance(before, Value):
        said = say(
            "{said}; reference {value}, n = {n}",
            said=said, value=measured(before.value, before.interval), n=f"{before.n:,}",
        )  # fmt: skip
    return say("{text}.", text=said)


def _over_time(comparison: Comparison) -> Section:
    figures, readings = [], []
    for address, title in COURSES:
        made = metric_course(comparison, address)
        if made is not None:
            figures.append(Figure(title=word(title), chart=made[0], caption=made[1]))
            readings.append((address, made[1]))
    if not figures:
        return Section(
            title=say("Errors over time"), reading=say("Not drawn: the rows have no windows of time.")
        )
    said = dict(readings).get("performance.mae") or readings[0][1]
    return Section(
        title=say("Errors over time"),
        reading=say("{figure}: {said}", figure=say("Absolute error"), said=within(said)) if said else "",
        figures=tuple(figures), is_open=True,
    )  # fmt: skip


def _distribution(sides: tuple[Profile, Profile]) -> Section:
    found = [_residuals(s) for s in sides]
    now = found[1]
    if isinstance(now, Undefined):
        return Section(title=say("Distribution of errors"), reading=say("Not drawn: {why}.", why=now.detail))
    before = found[0] if isinstance(found[0], Residuals) else None
    figures = [Figure(title=say("Error (predicted − actual)"), chart=_overlay(before, now))]
    normal = _normal(sides)
    if normal is not None:
        figures.append(normal)
    return Section(title=say("Distribution of errors"), reading=_spread(before, now), figures=tuple(figures))


def _residuals(profile: Profile) -> Residuals | Undefined:
    view = outcome_view(profile)
    return view if isinstance(view, Undefined) else residuals(view)


def _spread(before: Residuals | None, now: Residuals) -> str:
    low, high = (number(now.quantile(q)) for q in (0.25, 0.75))
    if before is None:
        return say(
            "Half of the errors lie between {low} and {high} (n = {n}).", low=low, high=high, n=f"{now.n:,}"
        )
    low_before, high_before = (number(before.quantile(q)) for q in (0.25, 0.75))
    return say(
        "Half of the errors lie between {low} and {high} (n = {n}; reference {low_before} and {high_before}, n = "
        "{n_before}).",
        low=low, high=high, n=f"{now.n:,}", low_before=low_before, high_before=high_before,
        n_before=f"{before.n:,}",
    )  # fmt: skip


def _overlay(before: Residuals | None, now: Residuals) -> Overlay:
    """Both sides on the cells between all ends of their pieces."""
    sides = [s for s in (before, now) if s is not None]
    wide = [np.maximum(s.high, np.nextafter(s.low, np.inf)) for s in sides]
    ends = [np.concatenate((s.low, high)) for s, high in zip(sides, wide, strict=True)]
    edges = np.unique(np.concatenate(ends))
    rows = []
    for side, high in zip(sides, wide, strict=True):
        after = np.cumsum(side.rows)
        xs = np.column_stack((side.low, high)).ravel()
        rows.append(np.diff(np.interp(edges, xs, np.column_stack((after - side.rows, after)).ravel())))
    return Overlay(
        name=say("error"),
        lower=tuple(edges[:-1].tolist()),
        upper=tuple(edges[1:].tolist()),
        reference=None if before is None else tuple(rows[0].tolist()),
        current=tuple(rows[-1].tolist()),
        marks=((0.0, say("no error")),),
    )


def _normal(sides: tuple[Profile, Profile]) -> Figure | None:
    """The QQ plot of the error, both sides in the label's unit."""
    views = [outcome_view(s) for s in sides]
    found = [v if isinstance(v, Undefined) else normal_quantiles(v) for v in views]
    now = found[1]
    if isinstance(now, Undefined):
        return None
    held = [
        (word, q)
        for word, q in zip(("reference", "current"), found, strict=True)
        if isinstance(q, NormalQuantiles)
    ]
    errors = np.concatenate([q.error for _, q in held])
    reach = max(float(np.abs(q.normal).max()) for _, q in held) * 1.05
    air = float(np.ptp(errors)) / 20 or 1.0
    curves = Curves(
        name=say(
            "Quantiles of the error against normal ones; correlation {r} in current",
            r=f"{now.correlation:.3f}",
        ),
        x_name=say("standard normal quantile"),
        y_name=say("quantile of the error"),
        x_range=(-reach, reach),
        y_range=(float(errors.min()) - air, float(errors.max()) + air),
        curves=tuple(
            Curve(
                side=_side(word),
                points=tuple(zip(q.normal.tolist(), q.error.tolist(), strict=True)),
                dotted=True,
            )
            for word, q in held
        ),
        guides=tuple(
            ((-reach, q.mean - reach * q.sd), (reach, q.mean + reach * q.sd), _side(word)) for word, q in held
        ),
    )
    return Figure(title=say("Error against a normal distribution (QQ)"), chart=curves, caption=_tails(now))


def _side(word: str) -> Literal["reference", "current"]:
    return "reference" if word == "reference" else "current"


def _tails(found: NormalQuantiles) -> str:
    """Where the ends of the error lie, and where a normal error's would."""
    z, low, high = float(found.normal[0]), float(found.error[0]), float(found.error[-1])
    level = 0.5 / len(found.error)
    expected = found.mean + z * found.sd, found.mean - z * found.sd
    return say(
        "Dashed: a normal error of the same mean and sd. Current (n = {n}, r = {r}): the lowest {share} lie below "
        "{low} (normal: {low_normal}), the highest above {high} (normal: {high_normal}).",
        n=f"{found.n:,}", r=f"{found.correlation:.3f}", share=share(level), low=number(low),
        low_normal=number(expected[0]), high=number(high), high_normal=number(expected[1]),
    )  # fmt: skip
