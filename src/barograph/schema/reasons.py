"""The reasons that a schema gives for its columns, said again from the text that files and profiles keep."""

from __future__ import annotations

import re
import string
from functools import cache
from typing import Final

from barograph.locale.said import Said, together, word

#: Every clause that reasons are made of; between two of them stands a semicolon.
CLAUSES: Final = (
    "kind set by you", "{kind}, reading {reading} set by you", "{role} of a {task} task", "role {role}",
    "no value in the rows read", "no value read", "counted since 1970 ({reading})", "true or false",
    "true or false, as text", "yes or no, as text", "categories by type", "text by type", "{numbers} by type",
    "durations, read as seconds", "times of day, read as seconds since midnight", "dates, read as midnight in {zone}",
    "times in {zone}", "times without a zone, read in {zone}", "without a zone, read in {zone}", "with their zone",
    "times as text, year first", "times as text, day before month, as some day is above 12",
    "times as text, month before day, as some day is above 12", "numbers counting time since 1970",
    "two values ({first} and {second}): a flag, not an amount", "{n} distinct values",
    "if they are codes, set kind: categorical", "every value is different", "if they identify rows, give the role id",
    "{value} in {n} rows, the only negative value", "{value} in {n} rows, far from every other value",
    "if it means missing, set null_values: [{value}]", "{tokens} read as missing",
    "numbers with leading zeros ({example}), as in ZIP codes: codes, not amounts",
    "digits too many for a number ({example}): codes, not amounts", "numbers as text", "numbers with a decimal comma",
    "numbers with commas between thousands", "{value} and other texts that are no number count as mismatches",
    "if they mean missing, add them to null_values", "text with {n} different values",
    "{n} but for capitals and spaces, such as {first} and {second}",
    "text, every value is different",
    "several words a value and {n} different ones in {rows} rows: prose", "every value is null and the type is unknown",
    "type {type} cannot be read", "store numbers, durations, times or text", "binary values have no kind",
    "store text or numbers", "Python objects ({types}) have no kind", "{values} have no kind",
    "store each part you need as a column of its own", "type {type} has no kind", "whole numbers", "integers",
    "decimals", "floats", "could be {unit} since 1970 ({day}): then set kind: datetime, reading: {reading}",
    "its name is usual for a {role}", "its name is usual for an {role}",
    "its name ends like that of a {role}, and its values are like one's",
    "its name ends like that of an {role}, and its values are like one's",
    "it is the only column of times",
)  # fmt: skip
#: Places of words of closed lists, which are said again too.
_WORDS: Final = frozenset({"kind", "role", "task", "numbers", "values", "unit"})
#: A clause with the longest names and values; what is longer is somebody's own, and would take long to match.
_LONGEST: Final = 4_000


def said_again(reason: str) -> str:
    """A reason as a sentence that can be said in another language; what is not known stays as it is.

    Examples
    --------
    >>> said_again("whole numbers; every value is different").template
    '{p0}; {p1}'
    >>> said_again("as the owner says")
    'as the owner says'
    """
    return together([_clause(text) for text in reason.split("; ")], "; ") if reason else reason


def _clause(text: str) -> str:
    if len(text) > _LONGEST:
        return text
    for template, pattern in _patterns():
        found = pattern.fullmatch(text)
        if found:
            held = found.groupdict().items()
            return Said(template, {name: word(v) if name in _WORDS else v for name, v in held})
    return text


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Templates with what they match, those that leave least open first."""
    parts = [(template, list(string.Formatter().parse(template))) for template in CLAUSES]
    parts.sort(key=lambda each: -sum(len(text) for text, *_ in each[1]))
    return tuple(
        (
            template,
            re.compile(
                "".join(re.escape(text) + (f"(?P<{name}>.+)" if name else "") for text, name, *_ in pieces),
                re.DOTALL,
            ),
        )
        for template, pieces in parts
    )
