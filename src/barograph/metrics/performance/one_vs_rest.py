"""Score metrics of one class against the rest, and their mean over classes."""

from __future__ import annotations

from collections.abc import Callable

from barograph.metrics.performance.figures import figure
from barograph.metrics.values import Result, Undefined, Value
from barograph.metrics.views import OutcomeView


def over_classes(
    one_class: Callable[[OutcomeView, str | None], Result], view: OutcomeView, class_name: str | None
) -> Result:
    """The figure of one class; for a multiclass task without a class the mean over classes.

    The interval of the mean is the mean of the limits: right where the classes' figures move together,
    too wide where they do not. Classes without a labelled row are left out; any other undefined class
    makes the mean undefined.
    """
    if view.task == "regression":
        return Undefined(reason="not_applicable", detail="a regression scores no class")
    if class_name is not None or view.task == "binary":
        return one_class(view, class_name)
    found = {name: one_class(view, name) for name in view.grid.classes}
    for name, result in found.items():
        if isinstance(result, Undefined) and result.reason != "constant":
            return Undefined(reason=result.reason, detail=f"class {name!r}: {result.detail}")
    values = [r for r in found.values() if isinstance(r, Value)]
    if not values:
        return Undefined(reason="constant", detail="no class has both rows of it and others")
    count = len(values)
    ends = [v.interval for v in values if v.interval is not None]
    interval = None
    if len(ends) == count:
        interval = sum(e[0] for e in ends) / count, sum(e[1] for e in ends) / count
    return figure(sum(v.value for v in values) / count, max(v.n for v in values), interval)
