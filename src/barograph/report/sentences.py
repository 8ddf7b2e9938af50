"""What a comparison says, in sentences made of its figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from barograph.charts.numbers import count, number, share
from barograph.explain.words import day
from barograph.locale.said import Said, capitalised, say, together, within, word
from barograph.metrics.values import Undefined, Value
from barograph.report.column_sentences import column_state
from barograph.report.comparison import HEADLINES, SECOND_LOOK, Comparison
from barograph.report.figure import State
from barograph.report.findings import broken_columns, broken_values, certain_changes, new_territory
from barograph.report.pair import Pair

if TYPE_CHECKING:
    from barograph.explain.since.dated import DatedChange

_NAMED: Final = 3
#: Changes whose time is told.
_DATED: Final = 4
#: Kinds of data faults that are told with their share of rows; beside that, only their time is news.
_TOLD_BELOW: Final = ("nulls", "type_change")


def headline(comparison: Comparison) -> Pair | None:
    """The performance metric that stands for the task; where it shows no change, a proper score that got worse."""
    first = _of_task(comparison)
    if first is None or first.change is None or first.change.verdict != "no change shown":
        return first
    by_address = {p.address: p for p in comparison.performance}
    seconds = [by_address.get(a) for a in SECOND_LOOK.get(comparison.reference.schema.task or "", ())]
    worse = [p for p in seconds if p is not None and p.change is not None and p.change.verdict == "worse"]
    return worse[0] if worse else first


def _of_task(comparison: Comparison) -> Pair | None:
    """The first metric of the task that has a figure; without any the first."""
    by_address = {p.address: p for p in comparison.performance}
    found = [
        by_address[a] for a in HEADLINES.get(comparison.reference.schema.task or "", ()) if a in by_address
    ]
    defined = [p for p in found if isinstance(p.current, Value)]
    return next(iter(defined or found), None)


def state_of(comparison: Comparison) -> State:
    """State of the whole: the performance where it is known, else whether inputs moved."""
    pair = headline(comparison)
    if pair is not None and pair.change is not None and pair.change.verdict in ("better", "worse"):
        return "worse" if pair.change.verdict == "worse" else "better"
    if comparison.detected or _fault_part(comparison) or certain_changes(comparison):
        return "changed"
    if not comparison.drift and pair is None:
        return "unknown"
    return "ok"


def verdict_sentence(comparison: Comparison, dated: Sequence[DatedChange] = ()) -> str:
    """The verdict in one sentence: performance first, then what moved, and since when where that is `dated`."""
    return _sentence(together(_verdict_parts(comparison, dated), "; "))


def verdict_points(comparison: Comparison, dated: Sequence[DatedChange] = ()) -> tuple[str, ...]:
    """The verdict part by part: the first says how it stands, the others carry it."""
    return tuple(_sentence(part) for part in _verdict_parts(comparison, dated))


def _sentence(text: str) -> Said:
    return capitalised(say("{text}.", text=text))


def _verdict_parts(comparison: Comparison, dated: Sequence[DatedChange]) -> list[str]:
    if comparison.current.rows == 0:
        return [say("the current rows are empty: nothing can be said")]
    parts = (
        say("performance is unknown, for no column is named as the prediction or a score")
        if _answerless(comparison)
        else _performance_part(headline(comparison), comparison),
        _dated_part(dated),
        _fault_part(comparison),
        _territory_part(comparison),
        _drift_part(comparison),
    )
    told = [p for p in parts if p]
    if not told and comparison.undefined:
        told = [say("nothing could be compared: {why}", why=comparison.undefined[0][1].detail)]
    return told or [say("nothing could be compared")]


def _answerless(comparison: Comparison) -> bool:
    """Whether labels are named and no column of answers that they could judge."""
    roles = {column.role for column in comparison.current.schema.columns}
    return "label" in roles and not roles & {"prediction", "score"}


def _unanswered(comparison: Comparison) -> bool:
    """Whether the current rows lack every column that could be judged."""
    schema = comparison.current.schema
    answers = [c.name for role in ("prediction", "score") for c in schema.with_role(role)]
    return bool(answers) and all(name in comparison.current.missing for name in answers)


def _performance_part(pair: Pair | None, comparison: Comparison) -> str:
    if pair is None:
        return ""
    if not isinstance(pair.current, Value):
        if _no_labels(pair) and not _unanswered(comparison):
            return say("performance is unknown, for there are no labels")
        return say("performance is unknown")
    title = _title(pair)
    if pair.change is None or not isinstance(pair.reference, Value):
        return say(
            "{metric} is {value} on {n} labelled rows",
            metric=title, value=number(pair.current.value), n=count(pair.current.n),
        )  # fmt: skip
    told = {
        "metric": title,
        "figures": f"{number(pair.reference.value)} → {number(pair.current.value)}",
    }
    if pair.change.verdict == "unknown":
        return say(
            "whether performance changed cannot be told ({metric} {figures}, without an interval)", **told
        )
    if pair.change.verdict == "no change shown":
        others = _others(pair, comparison)
        if others:
            return say("{metric} {figures}: no change shown; {others}", others=others, **told)
        return say("no change of performance is shown ({metric} {figures})", **told)
    said = say("the model is {verdict}: {metric} {figures}", verdict=word(pair.change.verdict), **told)
    first = _passed_over(pair, comparison)
    return together([said, first], "; ") if first else said


def _passed_over(pair: Pair, comparison: Comparison) -> str:
    """The task's own metric, where a proper score is told in its place."""
    first = _of_task(comparison)
    if first is None or first is pair:
        return ""
    figures = " → ".join(number(r.value) for r in (first.reference, first.current) if isinstance(r, Value))
    return say("{metric} {figures}: no change shown", metric=_title(first), figures=figures)


def _title(pair: Pair) -> Said:
    """As it stands within a sentence; abbreviations stay as they are."""
    title = word(pair.spec.title)
    return within(title) if pair.spec.title[1:2].islower() else title


def _others(pair: Pair, comparison: Comparison) -> str:
    """Which other metrics are worse or better, beyond what chance gives one of so many."""
    parts = []
    for verdict, found in certain_changes(comparison).items():
        others = [_title(p) for p in found if p is not pair]
        if others:
            listed = _listed(others)
            parts.append(say("{verdict}: {metrics}", verdict=word(verdict), metrics=listed))
    return together(parts, "; ") if parts else ""


def _no_labels(pair: Pair) -> bool:
    return isinstance(pair.current, Undefined) and pair.current.reason == "no_labels"


def _drift_part(comparison: Comparison) -> str:
    """How many inputs changed, the number that `drift.share` is a share of, and which answers did."""
    inputs = comparison.inputs
    if not inputs:
        return ""
    found = [n for n in comparison.detected if n in inputs]
    answers = [
        n if n == role else say("{role} {column}", role=word(role), column=n)
        for n in comparison.detected
        if n not in inputs
        for role in (comparison.reference.schema.column(n).role,)
    ]
    of_inputs = {"n": str(len(inputs)), "inputs": word(comparison.input_word)}
    if found:
        said = say(
            "{k} of {n} {inputs} changed ({columns})", k=len(found), columns=_listed(found), **of_inputs
        )
        return say("{said}, and so did {columns}", said=said, columns=_listed(answers)) if answers else said
    if answers:
        return say("none of {n} {inputs} changed, but {columns} did", columns=_listed(answers), **of_inputs)
    open_ = [n for n, d in comparison.drift.items() if column_state(d) == "unknown"]
    open_.sort(key=lambda n: -comparison.drift[n].verdict.effect)
    if open_:
        named = together(open_[:_NAMED], ", ")
        return say("{columns} moved most, but history is too short to call that unusual", columns=named)
    return say("none of {n} {inputs} changed", **of_inputs)


def _dated_part(dated: Sequence[DatedChange]) -> str:
    """What changed since when, the changes of one time together."""
    by_time: dict[str, list[str]] = {}
    for change in [change for change in dated if _is_news(change)][:_DATED]:
        by_time.setdefault(_when(change), []).append(change.name)
    parts = [
        say("{when}: {changes}", when=when, changes=together(names, ", ")) if when else together(names, ", ")
        for when, names in by_time.items()
    ]
    return together(parts, "; ") if parts else ""


def _is_news(change: DatedChange) -> bool:
    """Whether its time or its kind says more than that the column changed."""
    if change.start is not None and not change.is_from_first:
        return True
    return change.fault is not None and change.fault not in _TOLD_BELOW


def _when(change: DatedChange) -> str:
    if change.start is None:
        return ""
    if change.is_from_first and change.end is None:
        return say("in every window")
    start = day(change.start)
    if change.end is not None:
        return say("from {start} to {end}", start=start, end=day(change.end))
    about = change.interval is not None and change.interval[0] < change.interval[1]
    return say("since about {start}", start=start) if about else say("since {start}", start=start)


def _territory_part(comparison: Comparison) -> str:
    found = new_territory(comparison)
    if not found:
        return ""
    worst = sorted(found, key=lambda n: -found[n])
    named = together([_in_rows(n, found[n]) for n in worst[:_NAMED]], ", ")
    return say("values the reference never had: {columns}", columns=named)


def _in_rows(name: str, part: float) -> Said:
    return say("{name} in {share} of rows", name=name, share=share(part))


def _fault_part(comparison: Comparison) -> str:
    """What looks broken rather than changed: columns gone, values of another type, new nulls, rules broken."""
    said: list[str] = []
    missing = broken_columns(comparison)
    if missing:
        said.append(say("missing from the current rows: {columns}", columns=_listed(missing)))
    for what, found in broken_values(comparison):
        named = [_in_rows(n, found[n]) for n in sorted(found, key=lambda n: -found[n])]
        said.append(say("{what}: {columns}", what=what, columns=_listed(named)))
    broken = [
        _in_rows(rule, p.current.value)
        for rule, p in zip(comparison.reference.schema.rules, comparison.custom.rules, strict=True)
        if p.change is not None and p.change.verdict == "worse" and isinstance(p.current, Value)
    ]
    if broken:
        said.append(say("rules broken more often: {rules}", rules=_listed(broken)))
    return together(said, "; ") if said else ""


def _listed(names: Sequence[str]) -> str:
    more, named = len(names) - _NAMED, together(names[:_NAMED], ", ")
    return say("{names} and {n} more", names=named, n=more) if more > 0 else named
