"""Suggestions on how right the answers are, and on whether labels come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from barograph.charts.numbers import count, measured
from barograph.locale.said import Said, say, together
from barograph.metrics.evaluate import evaluate
from barograph.metrics.registry import metric
from barograph.metrics.values import Value
from barograph.monitors.condition import Anytime, Calibrated, Limit, Side
from barograph.monitors.monitor import Monitor, Needs
from barograph.monitors.suggest.context import FEWEST_WINDOWS, Context

#: Share of labelled rows under which figures may not be of all rows.
_LEAST_COVERAGE: Final = 0.8
_FEWEST_ROWS: Final = 50
_FEWEST_OF_SEGMENT: Final = 30
#: A level at which hundreds of series, that nobody is woken for, are rarely wrong.
_QUIET: Final = 0.001
_BOUNDED: Final = "performance.bounded_loss"


def answer_monitors(context: Context) -> Iterator[Monitor]:
    """The headline, what it hides, its segments, the schema's own figures, and labels."""
    if not _has_label(context):
        return
    late = {"needs": Needs(label_age_seconds=context.case.label_age_seconds)}
    headline = _headline_metric(context)
    if headline is not None:
        yield _headline(headline, context, late)
        yield from _segments(headline, context)
    yield from _for_long(context, late)
    for name, why in context.case.beside.items():
        if _known(name, context):
            yield _beside(name, why, context, late)
    yield from _own(context, late)
    yield context.made(
        "labels missing", "performance.coverage", Limit(below=_LEAST_COVERAGE),
        say(
            "figures of answers rest on labelled rows; {age} after a window {share} of its rows should have a label",
            age=_age(context), share=f"{_LEAST_COVERAGE:.0%}",
        ),
        late,
    )  # fmt: skip


def why_no_headline(context: Context) -> str:
    """Why nothing is suggested of how right answers are, though the model answers; empty where something is."""
    if context.reference.schema.task is None or _headline_metric(context) is not None:
        return ""
    asked = ", ".join(context.case.headline) or "any metric"
    if not _has_label(context):
        return (
            f"Nothing here says how right answers are: the reference has no labels, which {asked} would need."
        )
    return (
        f"Nothing here says how right answers are as a whole: {asked} cannot be computed on {_FEWEST_ROWS} labelled "
        "rows of the reference or more."
    )


def _has_label(context: Context) -> bool:
    return any(c.role == "label" for c in context.reference.schema.columns)


def _headline_metric(context: Context) -> str | None:
    """The first figure of its case that the reference knows."""
    return next((name for name in context.case.headline if _known(name, context)), None)


def _headline(name: str, context: Context, late: dict[str, Any]) -> Monitor:
    found = _known(name, context)
    assert found is not None
    title = _within(metric(name.partition("(")[0]).title)
    told = [_on_rows(found)]
    if context.reference.origin == "training":
        told.append(say("it is of training rows, which flatters: take out-of-bag or held-out ones"))
    told.append(say("judged {age} after each window, against how its windows differ", age=_age(context)))
    return context.made(
        f"{title} worse", name, Calibrated(),
        together(told, "; "),
        {**late, "for_windows": 2, "severity": "from impact"},
    )  # fmt: skip


def _for_long(context: Context, late: dict[str, Any]) -> Iterator[Monitor]:
    """A loss that is watched for ever, of tasks that have one between 0 and 1, where windows say what it may be.

    It spends nothing of the model's budget: its level is of ever alarming, so that a false alarm of it comes once in
    20 models, not once a quarter.
    """
    if context.windows < FEWEST_WINDOWS or not _known(_BOUNDED, context):
        return
    yield context.made(
        "errors larger for long", _BOUNDED, Anytime(),
        say(
            "adds up what windows say: errors a little larger for weeks are found, which no window shows alone; "
            "of {n} models that do not become worse at most one alarms, ever", n=f"{1.0 / Anytime().level:.0f}",
        ),
        {**late, "severity": "from impact"},
    )  # fmt: skip


def _beside(name: str, why: str, context: Context, late: dict[str, Any]) -> Monitor:
    """A figure that is looked at, and wakes nobody by itself."""
    spec = metric(name)
    waits = late if spec.name != "performance.prediction_rate" else {}
    side: Side | None = "both" if spec.direction in ("neutral", "zero_is_best") else None
    return context.made(
        f"{_within(spec.title)} off", name, Calibrated(level=_QUIET, side=side), why,
        {**waits, "for_windows": 2, "severity": "info"},
    )  # fmt: skip


def _segments(headline: str, context: Context) -> Iterator[Monitor]:
    segments = context.reference.segments
    if not segments:
        return
    inside = headline.removesuffix(")")
    address = f"{inside}, segment=*)" if "(" in inside else f"{inside}(segment=*)"
    needs = Needs(rows=_FEWEST_OF_SEGMENT, label_age_seconds=context.case.label_age_seconds)
    yield context.made(
        "segment worse", address, Calibrated(level=_QUIET),
        say(
            "a model can fail one of {n} segments and hardly less on average; names the segment in incidents",
            n=f"{len(segments):,}",
        ),
        {"needs": needs, "for_windows": 2, "severity": "info", "window": _days(context)},
    )  # fmt: skip


def _own(context: Context, late: dict[str, Any]) -> Iterator[Monitor]:
    """Figures the schema declares, of which one way is better."""
    for one in context.reference.schema.metrics:
        found = evaluate(one.address, context.whole)
        if one.better in ("lower", "higher") and one.per_row and isinstance(found, Value) and found.interval:
            yield context.made(
                f"{one.name} worse", one.address, Calibrated(),
                _on_rows(found),
                {**late, "for_windows": 2, "severity": "from impact"},
            )  # fmt: skip


def _known(name: str, context: Context) -> Value | None:
    """A figure of the reference's rows, enough of them; None where the metric is not of its task."""
    spec = metric(name.partition("(")[0])
    if context.reference.schema.task not in spec.applies_to:
        return None
    found = evaluate(name, context.whole)
    return found if isinstance(found, Value) and found.n >= _FEWEST_ROWS else None


def _on_rows(found: Value) -> Said:
    return say(
        "{figure} on {n} rows of the reference",
        figure=measured(found.value, found.interval),
        n=count(found.n),
    )


def _age(context: Context) -> Said:
    days = context.case.label_age_seconds // 86_400
    return say("a day") if days == 1 else say("{n} days", n=days)


def _days(context: Context) -> str:
    """Segments are kept by the day."""
    return context.window if context.window.endswith(("d", "w", "o")) else "1d"


def _within(title: str) -> str:
    """A title within a sentence: abbreviations stay as they are."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]
