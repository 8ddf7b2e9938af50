"""Where along each feature a model errs, from sums over all labelled rows."""

from __future__ import annotations

from typing import Final

from barograph.charts.by_bin import ByBin, Held
from barograph.charts.numbers import measured, measured_share
from barograph.locale.said import capitalised, say, together, word
from barograph.metrics.performance.error_by_feature import ErrorBin, Measure, error_by_feature, explained
from barograph.metrics.values import Undefined
from barograph.profile.count import features_of
from barograph.profile.value import Profile
from barograph.report.comparison import Comparison
from barograph.report.figure import Figure
from barograph.report.parts.pictured import pictured
from barograph.report.view import Section

#: A feature and its bins in current and, where it has them, in the reference.
Compared = tuple[str, tuple[ErrorBin, ...], tuple[ErrorBin, ...] | None]

#: Features whose worst bin is named.
_NAMED: Final = 2
#: Rows from which a bin may be named as the worst.
_ROWS_TO_NAME: Final = 10
#: By task and measure, what is drawn, and what the section is called.
NAMES: Final[dict[tuple[str, Measure], str]] = {
    ("regression", "bias"): "mean error",
    ("regression", "error"): "mean absolute error",
    ("forecast", "bias"): "mean error",
    ("forecast", "error"): "mean absolute error",
    ("binary", "bias"): "mean score less share of positives",
    ("binary", "error"): "share of wrong answers",
    ("multiclass", "error"): "share of wrong answers",
    ("multilabel", "error"): "share of rows with a wrong answer",
}
TITLES: Final[dict[tuple[str, Measure], str]] = {
    ("regression", "bias"): "Error along each feature",
    ("forecast", "bias"): "Error along each feature",
    ("binary", "bias"): "Calibration along each feature",
}


def along_features(
    comparison: Comparison, sides: tuple[Profile, Profile], measure: Measure = "bias"
) -> Section | None:
    """The features along which the error differs most, a picture each; None where the task has no such error."""
    task = comparison.current.schema.task or ""
    name = NAMES.get((task, measure))
    if name is None:
        return None
    title = word(TITLES.get((task, measure), "Quality by feature"))
    found: list[Compared] = []
    for feature in features_of(sides[1].schema, sides[1].grid):
        now = error_by_feature(sides[1], feature, measure=measure)
        if isinstance(now, Undefined):
            return Section(title=title, reading=say("Not drawn: {why}.", why=now.detail))
        before = error_by_feature(sides[0], feature, measure=measure)
        found.append((feature, now, None if isinstance(before, Undefined) else before))
    if not found:
        return None
    found.sort(key=lambda f: -explained(f[1]))
    shares = name == "share of wrong answers"
    figures = [
        Figure(title=feature, chart=_chart(name, feature, (before, now), zero=measure == "bias"), caption="")
        for feature, now, before in found[: pictured(len(found))]
    ]
    return Section(
        title=title, reading=_readings(found, name, shares=shares or task == "binary"),
        figures=tuple(figures), note=_note(name, len(found)),
    )  # fmt: skip


def _note(name: str, features: int) -> str:
    said = [
        say(
            "{figure} in each bin over all labelled rows, with 95 % intervals. Bins are fixed by the reference; "
            "features come in the order in which the current error differs most between their bins.",
            figure=capitalised(word(name)),
        )
    ]
    more = features - pictured(features)
    if more > 0:
        said.append(say("{n} more features differ less and are not drawn.", n=more))
    return together(said, " ")


def _readings(found: list[Compared], name: str, *, shares: bool) -> str:
    """The worst bins of the first features."""
    told = [t for t in (_worst(f, shares=shares) for f in found[:_NAMED]) if t]
    if not told:
        return ""
    return say(
        "{figure} differs most along {features}.",
        figure=capitalised(word(name)),
        features=together(told, "; "),
    )


def _worst(found: Compared, *, shares: bool) -> str:
    """The bin of a feature that is farthest from no error."""
    feature, bins, before = found
    held = [(i, b, b.error) for i, b in enumerate(bins) if b.error is not None and b.rows >= _ROWS_TO_NAME]
    if not held:
        return ""
    at, worst, error = max(held, key=lambda h: abs(h[2].value))
    write = measured_share if shares else measured
    said = say(
        "{feature}: {value} {where}, n = {n}",
        feature=feature, value=write(error.value, error.interval), where=_where(worst.name), n=f"{worst.rows:,}",
    )  # fmt: skip
    was = None if before is None else before[at].error
    if before is None:
        return said
    if was is None:
        return say("{said} (reference: none)", said=said)
    return say("{said} (reference {value}, n = {n})", said=said, value=write(was.value), n=f"{was.n:,}")


def _where(name: str) -> str:
    return name if name.endswith(" the range") else say("at {place}", place=name)


def _chart(
    name: str, feature: str, sides: tuple[tuple[ErrorBin, ...] | None, tuple[ErrorBin, ...]], *, zero: bool
) -> ByBin:
    before, now = sides
    kept = [i for i, b in enumerate(now) if b.rows or (before is not None and before[i].rows)]
    return ByBin(
        name=word(name),
        feature=feature,
        bins=tuple(now[i].name for i in kept),
        reference=tuple(None if before is None else _held(before[i]) for i in kept),
        current=tuple(_held(now[i]) for i in kept),
        zero=zero,
        shares=name.startswith(("share", "mean score")),
    )


def _held(found: ErrorBin) -> Held:
    return None if found.error is None else (found.error.value, found.error.interval, found.rows)
