"""What happened to a model: events, and how old its version is."""

from __future__ import annotations

from bisect import bisect_right

from barograph.errors import AddressError, check_known
from barograph.locale.said import say
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined, Value
from barograph.operations.event_kinds import COUNTED
from barograph.operations.view import SECOND_US, Operations


def event_count(view: Operations, *, kind: str) -> Result:
    """Events of one kind, such as `schema_change` or `source_failed`, in the span.

    Examples
    --------
    >>> from barograph.operations.arrays import operations_of
    >>> event_count(operations_of(events={"deployment": 2}), kind="deployment").value
    2.0
    """
    check_known("operations.event_count", [("kind", kind, COUNTED)], AddressError)
    found = view.events.get(kind)
    happened = 0 if found is None else found.between(view.start, view.end)
    return Value(value=float(happened), n=happened)


def version_age(view: Operations) -> Result:
    """Seconds from when the latest version was first seen to the end of the span.

    Examples
    --------
    >>> from barograph.operations.arrays import operations_of
    >>> version_age(operations_of(seconds=7_200, versions=[0, 1])).value
    3600.0
    """
    seen = bisect_right(view.versions, view.end)
    if seen == 0:
        return Undefined(reason="too_few_rows", detail=say("no version has been seen yet"))
    return Value(value=(view.end - view.versions[seen - 1]) / SECOND_US, n=seen)


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="operations.event_count", title="Events", scope="readings", applies_to=("events",),
        compute=event_count, unit="events", range=(0.0, None), minimum_rows=0, parameters=("kind",),
        definition="Events of the kind whose time lies in the span, the model's own and those of its whole project. "
        f"Kinds: {', '.join(COUNTED)}; the last are changes of environment without a deployment or a version within "
        "six hours. A count of all: no interval.",
        misleads="What nobody tells, and the server does not look for, did not happen by this.",
        source="exact arithmetic",
    ),
    MetricSpec(
        name="operations.version_age", title="Age of the latest version", scope="readings", applies_to=("versions",),
        compute=version_age, direction="lower_is_better", unit="seconds", range=(0.0, None),
        definition="End of the span minus the time at which rows first named the version that was new last.",
        misleads="A model that is retrained under the name of its old version looks old; a version that is only tried "
        "looks new.",
        source="exact arithmetic",
    ),
)  # fmt: skip
