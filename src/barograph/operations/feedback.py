"""What people and probes say of the answers."""

from __future__ import annotations

from barograph.locale.said import say
from barograph.metrics.intervals import wilson
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined, Value
from barograph.operations.arrival import BY_DAY
from barograph.operations.view import Operations


def feedback_rate(view: Operations, *, kind: str, segment: str = "") -> Result:
    """Pieces of feedback of one kind, such as `override` or `complaint`, for each prediction.

    Examples
    --------
    >>> from barograph.operations.arrays import operations_of
    >>> feedback_rate(operations_of(rows={0: 60}, feedback={"override": 3}), kind="override").value
    0.05
    """
    of_segment = view.feedback.predictions.get(segment) if segment else view.rows
    if of_segment is not None and not of_segment.tells(view.start, view.end):
        return BY_DAY
    predictions = 0 if of_segment is None else of_segment.between(view.start, view.end)
    if predictions == 0:
        detail = (
            say("no prediction in segment {segment} in this span", segment=repr(segment))
            if segment
            else say("no prediction in this span")
        )
        return Undefined(reason="too_few_rows", detail=detail)
    found = view.feedback.said.get((kind, segment))
    said = 0 if found is None else found.between(view.start, view.end)
    interval = wilson(said, predictions) if said <= predictions else None
    return Value(value=said / predictions, n=predictions, interval=interval)


def probe_changed(view: Operations) -> Result:
    """Share of probe rows whose answer is not what it was.

    Examples
    --------
    >>> from barograph.operations.arrays import operations_of
    >>> probe_changed(operations_of(probes=(20, 1))).value
    0.05
    """
    if view.probes is None or view.probes.scored == 0:
        return Undefined(reason="too_few_rows", detail=say("no probe row has been scored"))
    scored = view.probes.scored
    # A row that changes and changes back has changed twice.
    changed = min(view.probes.changed.between(view.start, view.end), scored)
    return Value(value=changed / scored, n=scored)


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="operations.feedback_rate", title="Feedback", scope="readings", applies_to=("feedback",),
        compute=feedback_rate, direction="lower_is_better", range=(0.0, None), parameters=("kind", "segment"),
        definition="Feedback of the kind that came in the span, divided by the predictions of the span; one prediction "
        "can have several. Wilson's interval where there are no more than predictions.",
        misleads="People report what they see: a rate that falls can mean that they gave up. Feedback comes late.",
        source="Wilson (1927)",
    ),
    MetricSpec(
        name="operations.probe_changed", title="Probe rows with another answer", scope="readings",
        applies_to=("probes",), compute=probe_changed, direction="lower_is_better", range=(0.0, 1.0),
        definition="Fixed rows that are scored again on a schedule: those whose answer changed in the span, divided by "
        "those scored. All are counted: no interval.",
        misleads="A new version is meant to answer otherwise: see its deployment beside it.",
        source="exact arithmetic",
    ),
)  # fmt: skip
