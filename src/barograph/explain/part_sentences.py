"""What each part of a change says, no more than its interval supports."""

from __future__ import annotations

from barograph.explain.explanation import Cause, Part, is_shown
from barograph.explain.words import interval, number, percent, title
from barograph.locale.said import Said, capitalised, say, together, within
from barograph.metrics.values import Value

_NAMES: dict[Cause, Said] = {
    "optimism": say("in-sample reference"),
    "mix": say("mix of known rows"),
    "new_territory": say("rows unlike any in the reference"),
    "concept": say("equal rows, another outcome"),
    "curvature": say("curvature"),
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
    of_rows = say("{share} of the judged rows", share=percent(share)) if share < 1.0 else say("All rows")
    said = _sentence(cause, amount, (name, of_rows), worse)
    return Part(
        cause=cause,
        name=name,
        amount=amount,
        share=share,
        sentence=together([said, evidence], " ") if evidence else said,
    )


def _sentence(cause: Cause, amount: Value, words: tuple[str, str], worse: float) -> str:
    name, share = words
    if cause == "curvature":
        return say(
            "{amount} of the change is no single row's: the metric is no mean over rows.",
            amount=number(amount.value),
        )
    if not is_shown(amount):
        return say(
            "{part}: no part of the change is shown, at most {most}.",
            part=_UNSHOWN.get(cause, name), most=_most(amount),
        )  # fmt: skip
    size = interval(_size(amount))
    if cause == "optimism":
        if amount.value * worse > 0.0:
            return say(
                "The reference was judged on rows the model learned from, which flatters it by {size}.",
                size=size,
            )
        return say(
            "The reference was judged on rows the model learned from, which runs it down by {size}.",
            size=size,
        )
    if cause == "new_territory":
        does = say("add {size}", size=size) if amount.value > 0.0 else say("take {size} off", size=size)
        return say("{rows} are unlike any in the reference; they {do}.", rows=share, do=does)
    does = say("adds {size}", size=size) if amount.value > 0.0 else say("takes {size} off", size=size)
    if cause == "fault":
        return say("{fault}, in {rows}, {does}.", fault=name, rows=within(share), does=does)
    if cause == "concept":
        return say(
            "{rows} are like the reference's but end otherwise than its rows did, which {does}.",
            rows=share, does=does,
        )  # fmt: skip
    if amount.value * worse > 0.0:
        return say(
            "Rows the reference knows come in another mix, harder ones more often, which {does}.", does=does
        )
    return say(
        "Rows the reference knows come in another mix, easier ones more often, which {does}.", does=does
    )


#: A part of which nothing is shown, at the start of a sentence; a fault has a name of its own.
_UNSHOWN: dict[Cause, Said] = {
    "optimism": say("An in-sample reference"),
    "mix": say("Known rows in another mix"),
    "new_territory": say("Rows unlike any in the reference"),
    "concept": say("Like rows with other outcomes"),
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
        return say(
            "No change of {metric} is shown: {before}, then {after}. "
            "These rows would have shown a change of {detectable} four times in five.",
            metric=name, before=number(before.value), after=number(after.value),
            detectable=number(detectable, digits=2),
        )  # fmt: skip
    values = {
        "metric": name, "before": number(before.value), "after": number(after.value),
        "size": interval(_size(change)),
    }  # fmt: skip
    if worse:
        return capitalised(say("{metric} went from {before} to {after}, worse by {size}.", **values))
    return capitalised(say("{metric} went from {before} to {after}, better by {size}.", **values))


def _size(change: Value) -> Value:
    """The amount without its sign."""
    if change.value >= 0.0 or change.interval is None:
        return change
    low, high = change.interval
    return Value(value=-change.value, n=change.n, interval=(-high, -low))
