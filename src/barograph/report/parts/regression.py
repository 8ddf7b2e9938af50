"""The diagnostics of a regression: predicted beside actual, errors over time and as a distribution."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np

from barograph.charts.curves import Curve, Curves
from barograph.charts.numbers import measured, number, share
from barograph.charts.overlay import Overlay
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

_COURSES: Final = (
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
        below = "On the diagonal the model is right; below it the prediction is too low. Sampled rows."
        figures.append(Figure(title="Predicted against actual", chart=joint, caption=below))
    course = both_over_time(comparison.reference, comparison.current)
    if course is not None:
        figures.append(Figure(title="Predicted and actual over time", chart=course))
    if not figures:
        return Section(
            title="Predicted and actual",
            reading="Not drawn: there is neither a sample of rows nor windows of time.",
        )
    return Section(
        title="Predicted and actual", reading=_mean_error(comparison), figures=tuple(figures), is_open=True
    )


def _mean_error(comparison: Comparison) -> str:
    pair = next((p for p in comparison.performance if p.address == "performance.me"), None)
    if pair is None or not isinstance(pair.current, Value):
        return ""
    now, before = pair.current, pair.reference
    low, high = now.interval or (now.value, now.value)
    if low <= 0.0 <= high:
        said = "On average predictions lie neither above nor below the actual values"
    else:
        said = f"On average predictions lie {'below' if now.value < 0 else 'above'} the actual values"
    said += f": mean error {measured(now.value, now.interval)}, n = {now.n:,}"
    if isinstance(before, Value):
        said += f"; reference {measured(before.value, before.interval)}, n = {before.n:,}"
    return f"{said}."


def _over_time(comparison: Comparison) -> Section:
    figures, readings = [], []
    for address, title in _COURSES:
        made = metric_course(comparison, address)
        if made is not None:
            figures.append(Figure(title=title, chart=made[0], caption=made[1]))
            readings.append((address, made[1]))
    if not figures:
        return Section(title="Errors over time", reading="Not drawn: the rows have no windows of time.")
    said = dict(readings).get("performance.mae") or readings[0][1]
    return Section(
        title="Errors over time", reading=f"Absolute error: {said[:1].lower()}{said[1:]}" if said else "",
        figures=tuple(figures), is_open=True,
    )  # fmt: skip


def _distribution(sides: tuple[Profile, Profile]) -> Section:
    found = [_residuals(s) for s in sides]
    now = found[1]
    if isinstance(now, Undefined):
        return Section(title="Distribution of errors", reading=f"Not drawn: {now.detail}.")
    before = found[0] if isinstance(found[0], Residuals) else None
    figures = [Figure(title="Error (predicted − actual)", chart=_overlay(before, now))]
    normal = _normal(sides)
    if normal is not None:
        figures.append(normal)
    return Section(title="Distribution of errors", reading=_spread(before, now), figures=tuple(figures))


def _residuals(profile: Profile) -> Residuals | Undefined:
    view = outcome_view(profile)
    return view if isinstance(view, Undefined) else residuals(view)


def _spread(before: Residuals | None, now: Residuals) -> str:
    low, high = (number(now.quantile(q)) for q in (0.25, 0.75))
    said = f"Half of the errors lie between {low} and {high} (n = {now.n:,}"
    if before is not None:
        low, high = (number(before.quantile(q)) for q in (0.25, 0.75))
        said += f"; reference {low} and {high}, n = {before.n:,}"
    return f"{said})."


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
        name="error",
        lower=tuple(edges[:-1].tolist()),
        upper=tuple(edges[1:].tolist()),
        reference=None if before is None else tuple(rows[0].tolist()),
        current=tuple(rows[-1].tolist()),
        marks=((0.0, "no error"),),
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
        name=f"Quantiles of the error against normal ones; correlation {now.correlation:.3f} in current",
        x_name="standard normal quantile",
        y_name="quantile of the error",
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
    return Figure(title="Error against a normal distribution (QQ)", chart=curves, caption=_tails(now))


def _side(word: str) -> Literal["reference", "current"]:
    return "reference" if word == "reference" else "current"


def _tails(found: NormalQuantiles) -> str:
    """Where the ends of the error lie, and where a normal error's would."""
    z, low, high = float(found.normal[0]), float(found.error[0]), float(found.error[-1])
    level = 0.5 / len(found.error)
    expected = found.mean + z * found.sd, found.mean - z * found.sd
    return (
        f"Dashed: a normal error of the same mean and sd. Current (n = {found.n:,}, r = {found.correlation:.3f}): the "
        f"lowest {share(level)} lie below {number(low)} (normal: {number(expected[0])}), the highest above "
        f"{number(high)} (normal: {number(expected[1])})."
    )
