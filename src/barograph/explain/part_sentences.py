"""What each part of a change says, no more than its interval supports."""

from __future__ import annotations

from barograph.explain.explanation import Cause, Part
from barograph.explain.words import interval, number, percent, title
from barograph.metrics.values import Value

_NAMES: dict[Cause, str] = {
    "optimism": "in-sample reference",
    "mix": "mix of known rows",
    "new_territory": "rows unlike any in the reference",
    "concept": "equal rows, another outcome",
    "curvature": "curvature",
}


def shown(value: Value) -> bool:
    """Whether an amount's interval leaves out 0."""
    return value.interval is not None and (value.interval[0] > 0.0 or value.interval[1] < 0.0)


def part_of(
    cause: Cause, amount: Value, *, share: float, metric: str, name: str = "", evidence: str = ""
) -> Part:
    """A part with its sentence.

    Parameters
    ----------
    share : of the current judged rows, those concerned.
    name, evidence : of a fault.
    """
    name = name or _NAMES[cause]
    return Part(
        cause=cause, name=name, amount=amount, share=share,
        sentence=_sentence(cause, name, amount, share, title(metric)) + (f" {evidence}" if evidence else ""),
    )  # fmt: skip


def _sentence(cause: Cause, name: str, amount: Value, share: float, metric: str) -> str:
    if cause == "curvature":
        return f"{number(amount.value)} of the change in {metric} is no row's alone: the metric is no mean of rows."
    if not shown(amount):
        return (
            f"{_UNSHOWN[cause].format(name=name)}: no part of the change is shown, at most {_most(amount)}."
        )
    did = "adds" if amount.value > 0.0 else "takes"
    size = interval(amount if amount.value > 0.0 else _negated(amount))
    toward = "" if amount.value > 0.0 else " off it"
    return f"{_SHOWN[cause].format(name=name, share=percent(share))} {did} {size}{toward}."


_SHOWN: dict[Cause, str] = {
    "optimism": "The reference is judged on rows the model learned from; judging it on unseen rows",
    "fault": "{name}, in {share} of the judged rows,",
    "mix": "Rows the reference knows, but harder or easier ones more often, {share} of all:",
    "new_territory": "The {share} of rows unlike any in the reference:",
    "concept": "Rows like the reference's, {share} of all, with other outcomes than its rows had:",
}
_UNSHOWN: dict[Cause, str] = {
    "optimism": "An in-sample reference",
    "fault": "{name}",
    "mix": "Known rows coming in another mix",
    "new_territory": "Rows unlike any in the reference",
    "concept": "Equal rows with other outcomes",
}


def _most(amount: Value) -> str:
    low, high = amount.interval or (amount.value, amount.value)
    return number(max(abs(low), abs(high)), digits=2)


def _negated(amount: Value) -> Value:
    low, high = amount.interval or (amount.value, amount.value)
    return Value(value=-amount.value, n=amount.n, interval=(-high, -low))


def verdict_of(
    metric: str, figures: tuple[Value, Value], change: Value, *, worse: bool, detectable: float
) -> str:
    """The change in one sentence; where none is shown, what change would have been seen."""
    name, (before, after) = title(metric), figures
    if not shown(change):
        return (
            f"No change of {name} is shown: {number(before.value)}, then {number(after.value)}. "
            f"These rows would have shown a change of {number(detectable, digits=2)} four times in five."
        )
    text = f"{name} went from {number(before.value)} to {number(after.value)}"
    return f"{text[:1].upper()}{text[1:]}, {'worse' if worse else 'better'} by {interval(_size(change))}."


def _size(change: Value) -> Value:
    return change if change.value >= 0.0 else _negated(change)
