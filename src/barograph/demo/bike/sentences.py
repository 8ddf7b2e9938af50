"""The story in words; every figure in it is computed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from barograph.charts import numbers
from barograph.demo.bike.error_bias import FeatureBias
from barograph.demo.bike.forest import TREES
from barograph.demo.bike.rides import TRAINING
from barograph.demo.bike.story import WARMTH, DayFigures, PeriodFigures, Story
from barograph.demo.days import day_name, span

_BLOCKS: Final = "▁▂▃▄▅▆▇█"
_LEVEL: Final = 0.05
#: Columns that are warmth by another name.
_WARM: Final = ("temp", "atemp")


def opening(story: Story) -> str:
    """The model, and why its own figure flatters."""
    seen, unseen = story.in_sample, story.out_of_bag
    return (
        f"A random forest of {TREES} trees has learned {seen.hours} hours of bike rides in Washington, "
        f"{span(TRAINING.first, TRAINING.last)} 2011. Asked about these same hours it is off by {seen.mae:.1f} rides; "
        f"when only the trees answer that had not seen the hour (out of bag), by {unseen.mae:.1f}. "
        "The first figure flatters: judge production by the second."
    )


def beside_both(story: Story) -> str:
    """The first two weeks, beside either reference."""
    early = story.weeks[:2]
    errors = " and ".join(f"{week.mae:.1f}" for week in early)
    low, high = min(week.mae for week in early), max(week.mae for week in early)
    seen, unseen = story.in_sample.mae, story.out_of_bag.mae
    return (
        f"Weeks 1 and 2 are off by {errors} rides. Beside the in-sample figure that is {low / seen:.1f} to "
        f"{high / seen:.1f} times as much, which looks like ruin; beside the out-of-bag one {low / unseen:.1f} to "
        f"{high / unseen:.1f} times."
    )


def one_bad_day(story: Story) -> str:
    """The worst day of the first week, between its neighbours."""
    days = story.days
    last = max(range(1, 10), key=lambda i: days[i].mae)
    before, worst, after = days[last - 1], days[last], days[last + 1]
    return (
        f"{day_name(worst.day)} is one bad day, not a trend: off by {worst.mae:.1f} rides, "
        f"the day before by {before.mae:.1f}, the day after by {after.mae:.1f}."
    )


def first_warmth(story: Story) -> str:
    """When the first hours came that were warmer than any in training."""
    first = next((day for day in story.days if day.warmer), None)
    if first is None:
        return "No hour is warmer than the warmest in training."
    return (
        f"The first hours warmer than any in training come on {day_name(first.day)}: "
        f"{first.warmer} of {first.hours}."
    )


def lasting_damage(story: Story) -> str:
    """The longest run of bad days, and what the worst hours of the last week have in common, with its table."""
    return "\n".join((f"{_bad_run(story)} {worst_hours(story)}", *bias_table(story.error_bias)))


def _bad_run(story: Story) -> str:
    run = story.worst_run
    week = story.weeks[-1]
    if not run:
        return f"No run of bad days follows. Over week 3 the forest is off by {week.mae:.1f} rides."
    warm, hours = sum(day.warmer for day in run), sum(day.hours for day in run)
    worst = max(run, key=lambda day: day.mae)
    return (
        f"The damage that lasts comes on {span(run[0].day, run[-1].day)}: {warm} of {hours} hours are warmer than any "
        f"in training, and on {day_name(worst.day)} the forest is off by {worst.mae:.1f} rides. Over week 3 it "
        f"is off by {week.mae:.1f}, nearly all of it too few (mean error {signed(week.me)})."
    )


def worst_hours(story: Story) -> str:
    """What tells the ends of the errors apart, and how rides go with warmth."""
    first, last = story.error_bias[0], story.error_bias[-1]
    before, after = story.warmth_and_rides
    cause = "warmth" if first.feature in _WARM else first.feature
    return (
        f"What tells its worst hours apart is {cause}: by {first.feature}, the 5 % under-estimated most and the 5 % "
        f"over-estimated most lie {100 * first.range_ratio:.0f} % of the range apart, by {last.feature} "
        f"{100 * last.range_ratio:.0f} %. Rides go with {WARMTH} {'more' if after > before else 'no more'} than they "
        f"did (r {before:.2f} → {after:.2f})."
    )


def bias_table(biases: Sequence[FeatureBias]) -> tuple[str, ...]:
    r"""The error-bias table in aligned lines, a column a feature.

    Examples
    --------
    >>> print(*bias_table([FeatureBias(feature="temp", under=0.39, over=0.2, range_ratio=0.583)]), sep="\n")
      mean where            temp
      under-estimated most  0.39
      over-estimated most   0.20
      apart, % of range     58.3
    """
    columns = [
        (
            bias.feature,
            f"{bias.under:.2f}",
            f"{bias.over:.2f}",
            f"{100 * bias.range_ratio:.1f}",
        )
        for bias in biases
    ]
    widths = [max(map(len, column)) for column in columns]
    heads = ("mean where", "under-estimated most", "over-estimated most", "apart, % of range")
    return tuple(
        f"  {head:<20}  " + "  ".join(column[i].rjust(w) for column, w in zip(columns, widths, strict=True))
        for i, head in enumerate(heads)
    )


def label_and_prediction(story: Story) -> str:
    """What moves, and what hardly does."""
    week = story.weeks[-1]
    label, prediction = week.ks_p_label, week.ks_p_prediction
    if prediction >= _LEVEL:
        moved, seen = "The rides move, the predictions hardly do", "sees nothing"
    else:
        moved, seen = "Rides and predictions move", "sees it too"
    told = (
        f"{moved}: in week 3 the Kolmogorov–Smirnov p-value is {p_value(label)} for the rides and "
        f"{p_value(prediction)} for the predictions. Who watches predictions alone {seen}."
    )
    if not story.rides_against_windows:
        return told
    return (
        f"{told} A p-value takes hours for independent draws, which they are not: the rides moved "
        f"{story.rides_against_windows}"
    )


def errors_row(figures: PeriodFigures) -> tuple[str, ...]:
    """One line of the table of errors: mean and standard deviation of each."""
    return (
        figures.name,
        str(figures.hours),
        f"{signed(figures.me)} ({figures.me_sd:.1f})",
        f"{figures.mae:.1f} ({figures.mae_sd:.1f})",
        f"{100 * figures.mape:.0f} % ({100 * figures.mape_sd:.0f})",
    )


def ends_row(figures: PeriodFigures) -> tuple[str, ...]:
    """One line of the table of majority and ends, and of the p-values."""
    return (
        figures.name,
        signed(figures.majority),
        signed(figures.under),
        signed(figures.over),
        p_value(figures.ks_p_label),
        p_value(figures.ks_p_prediction),
    )


def course(days: Sequence[DayFigures]) -> str:
    """The error of each day as a line of blocks.

    Examples
    --------
    >>> from datetime import date
    >>> course([DayFigures(day=date(2011, 2, 1), hours=24, mae=e, warmer=0) for e in (1.0, 4.0, 8.0)])
    '▂▅█'
    """
    most = max(day.mae for day in days)
    return "".join(_BLOCKS[min(int(day.mae / most * len(_BLOCKS)), len(_BLOCKS) - 1)] for day in days)


def warm_days(days: Sequence[DayFigures]) -> str:
    """A mark under each day that has hours warmer than any in training."""
    return "".join("▲" if day.warmer else " " for day in days)


def signed(x: float) -> str:
    """One decimal, with a true minus sign."""
    return f"{numbers.MINUS if round(x, 1) < 0 else ''}{abs(x):.1f}"


def p_value(p: float) -> str:
    """A p-value; very small ones as a power of ten.

    Examples
    --------
    >>> p_value(0.0947), p_value(2.2e-6)
    ('0.095', '2e−6')
    """
    if p >= 1e-4:
        return numbers.number(p, significant=2)
    mantissa, _, exponent = f"{p:.0e}".partition("e-")
    return f"{mantissa}e{numbers.MINUS}{int(exponent)}" if exponent else "0"
