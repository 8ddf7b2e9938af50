"""What a comparison says, in sentences made of its figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from barograph.charts.numbers import count, number, share
from barograph.locale.said import Said, capitalised, say, together, within, word
from barograph.metrics.drift.roles import INPUT_ROLES
from barograph.metrics.quality.unseen import outside_by_chance
from barograph.metrics.values import Result, Undefined, Value
from barograph.report.column_sentences import column_state
from barograph.report.comparison import HEADLINES, SECOND_LOOK, Comparison
from barograph.report.figure import State
from barograph.report.pair import Pair

_NAMED: Final = 3
#: Share of rows beyond the reference's range that is worth a word.
_BEYOND: Final = 0.01
#: Chance, over all columns together, that such a sentence is said of rows that did not change.
_CHANCE: Final = 0.01
#: Rise of a share of rows from which it looks like a fault.
_FAULT: Final = 0.02


def headline(comparison: Comparison) -> Pair | None:
    """The performance metric that stands for the task; where it shows no change, a proper score that got worse."""
    task = comparison.reference.schema.task
    if task is None:
        return None
    by_address = {p.address: p for p in comparison.performance}
    found = [by_address[a] for a in HEADLINES[task] if a in by_address]
    defined = [p for p in found if isinstance(p.current, Value)]
    if not defined:
        return found[0] if found else None
    if defined[0].change is not None and defined[0].change.verdict == "no change shown":
        seconds = [by_address[a] for a in SECOND_LOOK.get(task, ()) if a in by_address]
        worse = [p for p in seconds if p.change is not None and p.change.verdict == "worse"]
        return worse[0] if worse else defined[0]
    return defined[0]


def state_of(comparison: Comparison) -> State:
    """State of the whole: the performance where it is known, else whether inputs moved."""
    pair = headline(comparison)
    if pair is not None and pair.change is not None and pair.change.verdict in ("better", "worse"):
        return "worse" if pair.change.verdict == "worse" else "better"
    if comparison.detected or _fault_part(comparison):
        return "changed"
    if not comparison.drift and pair is None:
        return "unknown"
    return "ok"


def broken_columns(comparison: Comparison) -> tuple[str, ...]:
    """Columns that are missing from the current rows."""
    return comparison.current.missing


def verdict_sentence(comparison: Comparison) -> str:
    """The verdict in one sentence: performance first, then what moved."""
    return _sentence(together(_verdict_parts(comparison), "; "))


def verdict_points(comparison: Comparison) -> tuple[str, ...]:
    """The verdict part by part: the first says how it stands, the others carry it."""
    return tuple(_sentence(part) for part in _verdict_parts(comparison))


def _sentence(text: str) -> Said:
    return capitalised(say("{text}.", text=text))


def _verdict_parts(comparison: Comparison) -> list[str]:
    if comparison.current.rows == 0:
        return [say("the current rows are empty: nothing can be said")]
    parts = (
        say("performance is unknown, for no column is named as the prediction or a score")
        if _answerless(comparison)
        else _performance_part(headline(comparison), unanswered=_unanswered(comparison)),
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


def _performance_part(pair: Pair | None, *, unanswered: bool) -> str:
    if pair is None:
        return ""
    if not isinstance(pair.current, Value):
        if _no_labels(pair) and not unanswered:
            return say("performance is unknown, for there are no labels")
        return say("performance is unknown")
    title = word(pair.spec.title)
    if pair.spec.title[1:2].islower():
        title = within(title)
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
        return say("no change of performance is shown ({metric} {figures})", **told)
    return say("the model is {verdict}: {metric} {figures}", verdict=word(pair.change.verdict), **told)


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


def _territory_part(comparison: Comparison) -> str:
    """Features whose values the reference never had."""
    found = {}
    columns = len(comparison.inputs)
    for name in comparison.drift:
        if comparison.reference.schema.column(name).role not in INPUT_ROLES:
            continue
        for metric in ("beyond_range_share", "unseen_share"):
            pair = comparison.quality[name].get(metric)
            if (
                pair
                and _rises(pair, _BEYOND)
                and isinstance(pair[1], Value)
                and _beyond_chance(pair, columns)
            ):
                found[name] = pair[1].value
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
    for metric, words in (
        ("mismatch_share", say("not of the expected type")),
        ("null_share", say("null")),
        ("nan_share", "NaN"),
    ):
        found = {}
        for name, quality in comparison.quality.items():
            pair = quality.get(metric)
            label = comparison.reference.schema.column(name).role == "label"
            if (
                pair
                and not label
                and name not in missing
                and _rises(pair, _FAULT)
                and isinstance(pair[1], Value)
            ):
                found[name] = pair[1].value
        if found:
            named = [_in_rows(n, found[n]) for n in sorted(found, key=lambda n: -found[n])]
            said.append(say("{what}: {columns}", what=words, columns=_listed(named)))
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


def _rises(pair: tuple[Result, Result], least: float) -> bool:
    a, b = pair
    return isinstance(b, Value) and b.value - (a.value if isinstance(a, Value) else 0.0) > least


def _beyond_chance(pair: tuple[Result, Result], columns: int) -> bool:
    """Whether more rows lie beyond the reference's range than its limited rows let expect, in any of `columns`."""
    a, b = pair
    if not isinstance(a, Value) or not isinstance(b, Value):
        return isinstance(b, Value)
    return outside_by_chance(round(b.value * b.n), current=b.n, reference=a.n) * max(columns, 1) <= _CHANCE
