"""What the words of a report mean."""

from __future__ import annotations

from dataclasses import dataclass

from barograph.locale.said import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A term of the report and its meaning in one line; `of_comparison` if it needs a reference to matter."""

    term: str
    meaning: str
    of_comparison: bool = True


DEFINITIONS = (
    Definition(
        term=say("Rows that moved"),
        meaning=say(
            "The share of rows that would have to take another value for current to look like the "
            "reference (total variation), less what chance alone gives at this number of rows. 0 % is no "
            "change, 100 % no overlap. Nulls and new values count as values."
        ),
    ),
    Definition(
        term=say("Size"),
        meaning=say(
            "slight < 2 % ≤ small < 5 % ≤ moderate < 15 % ≤ large. A word for the amount, not for the "
            "harm it does."
        ),
    ),
    Definition(
        term=say("Changed"),
        meaning=say(
            "More than chance explains after allowing for the number of columns looked at (q), and "
            "large enough to matter. Both are needed."
        ),
    ),
    Definition(
        term=say("(low–high), n"),
        meaning=say("The 95 % interval of the figure before it, and the number of rows it rests on."),
        of_comparison=False,
    ),
    Definition(
        term=say("Worse"),
        meaning=say(
            "The interval of the change lies wholly on the bad side of zero. “No clear change” means "
            "that it holds zero: a change may be there, too small to be seen in these rows."
        ),
    ),
    Definition(
        term=say("Unknown"),
        meaning=say(
            "The figure could not be computed; the reason is listed. It never means that all is well."
        ),
        of_comparison=False,
    ),
)
