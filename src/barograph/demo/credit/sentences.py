"""The story in words; every figure in it is computed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from barograph.charts import numbers
from barograph.demo.credit.applicants import PROTECTED
from barograph.demo.credit.figures import ALL_LOANS
from barograph.demo.credit.run import LOOK_DAYS
from barograph.demo.credit.scenario import Span
from barograph.demo.credit.story import Fault, Group, Look, Stage, Story
from barograph.demo.days import day_name, span
from barograph.metrics.values import Result, Value

_NUMBERS: Final = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def opening(story: Story) -> str:
    """The model, and the figure to judge production by."""
    first, scenario = story.opening, story.scenario
    return (
        f"A logistic regression has learned {numbers.count(first.learned)} loans of {_days(scenario.training)} "
        f"{scenario.training.start.year}. On the {numbers.count(first.rows)} of {_days(scenario.holdout)}, which it "
        f"had not seen, its ROC AUC is {_figure(first.roc_auc)}; on those it learned from, "
        f"{_figure(first.in_sample)}. Judge production by the first, the hold-out. It expects "
        f"{percent(first.calibration.said.value)} of them to default; {percent(first.calibration.defaulted.value)} "
        f"did. The rows are generated, so the truth is known: {percent(first.truth)}."
    )


def labels(story: Story) -> str:
    """How late the outcomes come."""
    scenario = story.scenario
    told = (
        f"Outcomes come late, half of them after more than {scenario.label_delay_days:.0f} days, and "
        f"{percent(1.0 - scenario.labelled_share)} never come."
    )
    if scenario.refused_labelled_share < 1.0:
        return f"{told} Of loans the model advises against, fewer still."
    return f"{told} The model only advises: loans it advises against are paid out too, so their outcome is known."


def quiet_weeks(story: Story) -> str:
    """Weeks in which nothing happens."""
    stage = story.stages["quiet"]
    told = f"{_days(stage.period.span)}, quiet weeks. {_changed(stage)} {_known_labels(stage)}"
    if isinstance(stage.roc_auc, Value):
        told += f" ROC AUC is {_figure(stage.roc_auc)} on these: {stage.roc_auc_verdict}."
    truth = "Truth: nothing happened." if not story.scenario.drift_strength else "Truth: amounts drift."
    return f"{told} {truth}"


def fault(story: Story) -> str:
    """The first day of the data fault, before any label."""
    stage, held = story.stages["fault_day"], story.fault
    return (
        f"{day_name(stage.period.span.start)}, a deployment. That evening: {_lowered(_changed(stage))} "
        f"{_what_arrives(story, held)} The model advises against {percent(held.refused.value)} of the loans from "
        f"{story.scenario.fault_channel}; it was {percent(held.refused_before.value)}. {_known_labels(stage)} "
        f"Who waits for labels sees nothing yet. Truth: {held.hit} rows were hit, {_damage(story)}."
    )


def cost_of_fault(story: Story) -> str:
    """What came of the loans the broken model advised against, once it is known."""
    held, repaired = story.fault, story.stages["repaired"]
    told = ""
    if held.judged:
        told = (
            f"Weeks later {numbers.count(held.judged)} outcomes are known of the loans from "
            f"{story.scenario.fault_channel} it advised against in these days: {percent(held.repaid / held.judged)} "
            "repaid. Drift had spoken on the first evening. "
        )
    return (
        f"{told}Repair the feed; to retrain would teach the model the fault. {_days(repaired.period.span)}, after the "
        f"repair: {_lowered(_changed(repaired))}"
    )


def rise(story: Story) -> str:
    """The change of concept, which no input shows."""
    stage, held = story.stages["risen"], story.rise
    where = held.segment.partition("=")[2]
    return (
        f"{day_name(held.day)}, interest rates rise. From now on loans at a {where} rate default more often than "
        f"before, at the same features. Two weeks later: {_lowered(_changed(stage))} {_known_labels(stage)} Truth: the "
        f"mean probability of default at a {where} rate has gone from {percent(held.truth_before)} to "
        f"{percent(held.truth_after)}."
    )


def first_seen(story: Story) -> str:
    """When the labels first show it, as known then."""
    held = story.rise
    told = f"Every week the outcomes of the last {LOOK_DAYS} days are laid beside the hold-out."
    seen = held.first_seen(held.segment)
    if seen is None:
        return f"{told} At {held.segment} the log-loss is never called worse."
    late = (seen.day - held.day).days
    overall = held.first_seen(ALL_LOANS)
    among_all = "never" if overall is None else f"on {day_name(overall.day)}"
    if overall is not None and overall.day == seen.day:
        among_all = "on the same day"
    return (
        f"{told} At {held.segment} the log-loss is first worse on {day_name(seen.day)}, {late} days after the rise: "
        f"{_figure(seen.loss)} on {numbers.count(seen.labels)} labels; among all loans {among_all}. "
        f"{_earlier(held.looks[held.segment], seen)} {_other_looks(held.looks[held.other], held.other)}"
    )


def what_broke(story: Story) -> str:
    """Not the ranking but the probabilities, and what to do."""
    held, stage = story.rise, story.stages["risen_now"]
    said, defaulted = held.calibration.said.value, held.calibration.defaulted.value
    ranking = {
        "no change shown": "Its ranking held",
        "better": "Its ranking is better than it was",
        "worse": "Its ranking suffered too",
    }.get(held.roc_auc_verdict, "Its ranking changed")
    return (
        f"Of the loans of {_days(stage.period.span)} at {held.segment} the model expects {percent(said)} to default; "
        f"as known at the end, {percent(defaulted)} did. {ranking} (ROC AUC {_figure(held.roc_auc)} there): who "
        "watches inputs, or ROC AUC alone, misses it. Recalibrate or retrain on loans made since the rise."
    )


def fairness(story: Story) -> str:
    """What the model does to the age groups, and whether the outcomes bear it out."""
    mine = next(g for g in story.groups if g.name == PROTECTED)
    others = [g for g in story.groups if g.name != PROTECTED]
    return (
        f"The model is not given the age. In the quiet weeks it advises against {percent(mine.refused.value)} of "
        f"applicants aged {mine.name}, and {_range([g.refused.value for g in others])} of the others. Of those who "
        f"repaid, against {percent(mine.refused_repaid.value)}, and "
        f"{_range([g.refused_repaid.value for g in others])} of the others. {_borne_out(mine)}"
        f"{_suspected(mine, others)} {_why_unfair(story)}"
    )


def look_row(fixed: Look, variable: Look) -> tuple[str, ...]:
    """One line of the table of looks: the segment without the change, then the one with it."""
    return (
        day_name(variable.day),
        numbers.count(fixed.labels),
        f"{fixed.loss.value:.3f}{_mark(fixed)}",
        numbers.count(variable.labels),
        f"{variable.loss.value:.3f}{_mark(variable)}",
        percent(variable.calibration.said.value),
        percent(variable.calibration.defaulted.value),
    )


def group_row(group: Group) -> tuple[str, ...]:
    """One line of the table of age groups."""
    return (
        group.name,
        numbers.count(group.rows),
        _share(group.refused),
        _share(group.refused_repaid),
        percent(group.calibration.said.value),
        _share(group.calibration.defaulted),
        percent(group.truth),
    )


def percent(share: float) -> str:
    """A share in percent, with one decimal.

    Examples
    --------
    >>> percent(0.0631), percent(1.0)
    ('6.3 %', '100 %')
    """
    return f"{100 * share:.1f}".removesuffix(".0") + " %"


def _days(when: Span) -> str:
    return span(when.start, when.end - timedelta(days=1))


def _figure(value: Value) -> str:
    low, high = value.interval or (value.value, value.value)
    return f"{value.value:.3f} ({low:.3f}–{high:.3f})"


def _share(value: Value) -> str:
    low, high = value.interval or (value.value, value.value)
    return f"{100 * value.value:.1f} % ({100 * low:.1f}–{100 * high:.1f})"


def _range(shares: Sequence[float]) -> str:
    return f"{100 * min(shares):.1f} to {percent(max(shares))}"


def _between(values: Sequence[float]) -> str:
    return f"{min(values):.2f} to {max(values):.2f}"


def _counted(n: int) -> str:
    return _NUMBERS[n] if n < len(_NUMBERS) else str(n)


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _changed(stage: Stage) -> str:
    n = len(stage.detected)
    named = f" ({', '.join(stage.detected)})" if n else ""
    return f"{_counted(n).capitalize()} of {stage.compared} columns changed{named}."


def _known_labels(stage: Stage) -> str:
    rows = numbers.count(stage.rows)
    if not stage.labelled:
        return f"Of {rows} loans no outcome is known: performance is unknown."
    return f"Of {rows} loans {numbers.count(stage.labelled)} outcomes are known by then."


def _what_arrives(story: Story, held: Fault) -> str:
    column, channel = story.scenario.fault_column, story.scenario.fault_channel
    if story.scenario.fault_kind == "nulls":
        return f"Of the values of {column} from {channel}, {percent(held.nulls.value)} are null."
    return (
        f"From {channel}, the median of {column} is about {_plain(held.during)}; it was {_plain(held.before)}: "
        "as if it came in thousands."
    )


def _plain(result: Result) -> str:
    return numbers.number(result.value, significant=2) if isinstance(result, Value) else "unknown"


def _damage(story: Story) -> str:
    done = "emptied" if story.scenario.fault_kind == "nulls" else "divided by 1,000"
    days = story.scenario.fault_days
    return (
        f"{story.scenario.fault_column} {done}, and {numbers.count(story.fault.hit_in_all)} in the "
        f"{_counted(days)} {'day' if days == 1 else 'days'} until the repair"
    )


def _mark(look: Look) -> str:
    return " ▲" if look.verdict == "worse" else "  "


def _other_looks(looks: Sequence[Look], segment: str) -> str:
    worse = sum(x.verdict == "worse" for x in looks)
    if not worse:
        return f"At {segment}, where nothing changed, it is never worse."
    often = "once" if worse == 1 else f"{_counted(worse)} times"
    return (
        f"At {segment}, where nothing changed, it is called worse {often} in {len(looks)} looks, by chance."
    )


def _earlier(looks: Sequence[Look], seen: Look) -> str:
    """What the looks before said: before the first after the rise, worse is a false alarm."""
    before = [x for x in looks if x.day < seen.day]
    worse = sum(x.verdict == "worse" for x in before)
    if not worse:
        return f"In the {_counted(len(before))} looks before, nothing was raised."
    return f"In {_counted(worse)} of the {_counted(len(before))} looks before it was called worse, by chance."


def _borne_out(group: Group) -> str:
    """Whether the group defaults as often as the model expects."""
    said, defaulted = group.calibration.said.value, group.calibration.defaulted
    low, high = defaulted.interval or (defaulted.value, defaulted.value)
    told = f"It expects {percent(said)} of {group.name} to default; {percent(defaulted.value)} did"
    if low <= said <= high:
        return f"{told}, which bears it out."
    return f"{told}: it is too {'hard' if said > high else 'easy'} on them."


def _suspected(mine: Group, others: Sequence[Group]) -> str:
    """Where the model's mistake on a group may come from; empty where it makes none."""
    if mine.calibration.said.value <= (mine.calibration.defaulted.interval or (0.0, 1.0))[1]:
        return ""
    return (
        f" Their late payments are {mine.late_payments.value:.2f} a head, those of the others "
        f"{_between([g.late_payments.value for g in others])}: ask where they come from."
    )


def _why_unfair(story: Story) -> str:
    mine = next(g for g in story.groups if g.name == PROTECTED)
    deserved = f"by the true probabilities it would advise against {percent(mine.deserved)} of them"
    if not story.scenario.age_bias:
        return f"Truth: nothing is recorded wrongly; {deserved}."
    foreign = f"{story.scenario.age_bias:g} late payments a head"
    return f"Truth: the bureau records {foreign} that were not theirs; {deserved}."
