"""What each part of a change says, no more than its interval supports."""

from __future__ import annotations

from barograph.explain.explanation import Cause, Part, is_shown
from barograph.explain.words import interval, number, percent, title
from barograph.metrics.values import Value

_NAMES: dict[Cause, str] = {
    "optimism": "in-sample reference",
    "mix": "mix of known rows",
    "new_territory": "rows unlike any in the reference",
    "concept": "equal rows, another outcome",
    "curvature": "curvature",
}


def part_of(
    cause: Cause, amount: Value, *, share: float, worse: float, name: str = "", evidence: str = ""
) -> Part:
    """A part with its sentence.

    Parameters
    ----------
    share : of the current judged rows, those concerned.
    worse : 1 where a higher metric is worse, −1 where a lower one is.
    name : of a fault; evidence : a sentence said beside, where the amount is shown or is a fault's.
    """
    name = name or _NAMES[cause]
    of_rows = f"{percent(share)} of the judged rows" if share < 1.0 else "All rows"
    said = _sentence(cause, amount, (name, of_rows), worse)
    return Part(
        cause=cause,
        name=name,
        amount=amount,
        share=share,
        sentence=f"{said} {evidence}" if evidence else said,
    )


def _sentence(cause: Cause, amount: Value, words: tuple[str, str], worse: float) -> str:
    name, share = words
    if cause == "curvature":
        return f"{number(amount.value)} of the change is no single row's: the metric is no mean over rows."
    if not is_shown(amount):
        return (
            f"{_UNSHOWN[cause].format(name=name)}: no part of the change is shown, at most {_most(amount)}."
        )
    size = interval(_size(amount))
    if cause == "optimism":
        way = "flatters it" if amount.value * worse > 0.0 else "runs it down"
        return f"The reference was judged on rows the model learned from, which {way} by {size}."
    many = cause == "new_territory"
    does = (
        f"{'add' if many else 'adds'} {size}"
        if amount.value > 0.0
        else f"{'take' if many else 'takes'} {size} off"
    )
    if cause == "fault":
        return f"{name}, in {share[:1].lower()}{share[1:]}, {does}."
    if cause == "mix":
        harder = "harder" if amount.value * worse > 0.0 else "easier"
        return f"Rows the reference knows come in another mix, {harder} ones more often, which {does}."
    if many:
        return f"{share} are unlike any in the reference; they {does}."
    return f"{share} are like the reference's but end otherwise than its rows did, which {does}."


_UNSHOWN: dict[Cause, str] = {
    "optimism": "An in-sample reference",
    "fault": "{name}",
    "mix": "Known rows in another mix",
    "new_territory": "Rows unlike any in the reference",
    "concept": "Like rows with other outcomes",
}


def _most(amount: Value) -> str:
    low, high = amount.interval or (amount.value, amount.value)
    return number(max(abs(low), abs(high)), digits=2)


def verdict_of(
    metric: str, figures: tuple[Value, Value], change: Value, *, worse: bool, detectable: float
) -> str:
    """The change in one sentence; where none is shown, what change would have been seen."""
    name, (before, after) = title(metric), figures
    if not is_shown(change):
        return (
            f"No change of {name} is shown: {number(before.value)}, then {number(after.value)}. "
            f"These rows would have shown a change of {number(detectable, digits=2)} four times in five."
        )
    text = f"{name} went from {number(before.value)} to {number(after.value)}"
    return f"{text[:1].upper()}{text[1:]}, {'worse' if worse else 'better'} by {interval(_size(change))}."


def _size(change: Value) -> Value:
    """The amount without its sign."""
    if change.value >= 0.0 or change.interval is None:
        return change
    low, high = change.interval
    return Value(value=-change.value, n=change.n, interval=(-high, -low))
