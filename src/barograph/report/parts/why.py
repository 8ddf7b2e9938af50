"""The section on why a metric changed."""

from __future__ import annotations

from barograph.charts.numbers import share
from barograph.charts.timeline import Timeline
from barograph.charts.waterfall import Step, Waterfall
from barograph.explain.explanation import Explanation, Part, is_shown
from barograph.explain.words import title
from barograph.locale.said import capitalised, say, together
from barograph.metrics.registry import metrics
from barograph.report.figure import Figure, State
from barograph.report.why_view import WhyView

#: Causes that are no matter of some of the current rows.
_OF_NO_ROWS = ("optimism", "curvature")

#: Parts of the change that no picture shows.
_CRUMB = 1e-6


def why_view(explanation: Explanation, timeline: Timeline | None) -> WhyView:
    """Fill the section from an explanation."""
    name = title(explanation.metric)
    return WhyView(
        title=say("Why {metric} changed", metric=name)
        if explanation.shown
        else say("Why {metric} is not shown to have changed", metric=name),
        state=state_of_change(explanation),
        explanation=explanation,
        waterfall=_waterfall(explanation),
        timeline=None if timeline is None else _timeline(name, timeline),
    )


def state_of_change(explanation: Explanation) -> State:
    """Whether the metric got better or worse, as far as that is shown."""
    if not explanation.shown:
        return "ok"
    return "worse" if explanation.change.value * _worse(explanation) > 0.0 else "better"


def _worse(explanation: Explanation) -> float:
    """1 where more of the metric is worse, −1 where less is."""
    spec = metrics()[explanation.metric.partition("(")[0]]
    return -1.0 if spec.direction == "higher_is_better" else 1.0


def _waterfall(explanation: Explanation) -> Figure:
    crumb = _CRUMB * abs(explanation.change.value)
    steps = tuple(_step(part) for part in explanation.parts if abs(part.amount.value) > crumb)
    said = [say("Each step is one cause's part of the change; together they are all of it.")]
    if any(not step.shown for step in steps):
        said.append(say("Hollow: not more than chance."))
    said.append(say("Lines: 95 % intervals."))
    return Figure(
        title=capitalised(say("{metric} from before to after", metric=title(explanation.metric))),
        chart=Waterfall(
            name=title(explanation.metric),
            before=(explanation.before.value, explanation.before.interval),
            after=(explanation.after.value, explanation.after.interval),
            steps=steps,
            worse=_worse(explanation),
            before_name=say("before: {name}", name=explanation.reference),
            after_name=say("after: {name}", name=explanation.current),
        ),
        caption=together(said, " "),
    )


def _step(part: Part) -> Step:
    note = "" if part.cause in _OF_NO_ROWS else say("{share} of rows", share=share(part.share))
    return Step(
        name=part.name, note=note, amount=part.amount.value, interval=part.amount.interval, shown=is_shown(part.amount)
    )  # fmt: skip


def _timeline(name: str, timeline: Timeline) -> Figure:
    kinds = {mark.kind for mark in timeline.marks}
    said = [
        text
        for text, there in (
            (
                say("Upright: when the level changed, shaded its 95 % interval; dashed: the levels."),
                timeline.onset is not None,
            ),
            (say("Rings: single bad windows."), bool(timeline.bad)),
            (say("Triangles: events."), "event" in kinds),
            (say("Dots beneath: columns by the time they changed, with 95 %."), "column" in kinds),
            (say("Bars: rows."), True),
        )
        if there
    ]
    return Figure(
        title=capitalised(say("{figure} over time", figure=name)), chart=timeline, caption=together(said, " ")
    )
