"""Pictures of why: the parts of a change, and the columns behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from markupsafe import Markup

from barograph.charts.numbers import share
from barograph.charts.spoken import Speak
from barograph.charts.waterfall import Step, Waterfall
from barograph.explain.column_causes import NOTHING_ALONG
from barograph.explain.words import title
from barograph.locale.said import Said, capitalised, say
from barograph.metrics.address import parse_address
from barograph.profile.value import Profile
from barograph.report.drawing import draw
from barograph.report.parts.distribution import distribution_of
from barograph.server.notify.charted import reference_of
from barograph.server.pages.incident.shown import ColumnShown
from barograph.server.reading.span import day_of
from barograph.store import catalog
from barograph.store.alerts import StoredAlert
from barograph.store.profiles import read

#: Columns drawn beside each other.
_MOST_COLUMNS: Final = 3
#: Days of the incident that are drawn, its latest.
_MOST_DAYS: Final = 14
_DAY_US: Final = 86_400_000_000
#: A step smaller than this part of the change cannot be seen.
_CRUMB: Final = 1e-6
#: Causes that are no matter of some of the current rows.
_OF_NO_ROWS: Final = ("optimism", "curvature")


def waterfall_of(
    explanation: Mapping[str, Any], *, higher_is_better: bool, speak: Speak = str
) -> Markup | None:
    """The change of the metric as the parts that make it; None where one end is not known.

    Parameters
    ----------
    explanation : as `explain.document.document_of` writes it.
    """
    before, after, change = (explanation[name] for name in ("reference", "current", "change"))
    if before["value"] is None or after["value"] is None:
        return None
    crumb = _CRUMB * abs(change["value"] or 0.0)
    steps = tuple(_step(part) for part in explanation["parts"] if abs(part["value"] or 0.0) > crumb)
    name = title(parse_address(explanation["metric"]).metric)
    drawn = Waterfall(
        name=name, steps=steps, worse=-1 if higher_is_better else 1,
        before=(before["value"], _ends(before["interval"])), after=(after["value"], _ends(after["interval"])),
        before_name=say("before: {name}", name=before["name"]), after_name=say("now: {name}", name=after["name"]),
    )  # fmt: skip
    return draw(drawn, speak)


def columns_of(
    conn: sa.Connection,
    lead: StoredAlert,
    explanation: Mapping[str, Any] | None,
    *,
    now: int,
    speak: Speak = str,
) -> tuple[ColumnShown, ...]:
    """The columns behind an incident, those that carry it first.

    Notes
    -----
    Cost: 70 µs a day and column, and 1 ms a picture.
    """
    model = catalog.model_by_id(conn, lead.model_id)
    if model.grid is None:
        return ()
    names = [name for name in names_behind(lead, explanation) if name in model.grid.columns][:_MOST_COLUMNS]
    compared, _ = reference_of(conn, lead, model, now=now)
    if compared is None or not names:
        return ()
    end = lead.window_end
    first = max(lead.started_at, end - _MOST_DAYS * _DAY_US)
    zone = model.schema.timezone
    current = read(
        conn, model, first_day=day_of(first, zone), last_day=day_of(max(end - 1, first), zone), columns=names,
        outcome=False,
    )  # fmt: skip
    if not current.cells:
        return ()
    sides = (compared.whole, within(current, first, end).total())
    return tuple(_shown(names, model.name, sides, explanation, speak))


def within(profile: Profile, first: int, end: int) -> Profile:
    """The windows of a span that begins and ends with one; all where it holds none, as of days that were rolled up.

    Parameters
    ----------
    first, end : microseconds UTC, the end not included.
    """
    inside = [cell for cell in profile.cells if cell.window is not None and first <= cell.window < end]
    return profile.at(*(inside or profile.cells))


def _shown(
    names: Sequence[str],
    model: str,
    sides: tuple[Any, Any],
    explanation: Mapping[str, Any] | None,
    speak: Speak,
) -> Iterator[ColumnShown]:
    for name in names:
        chart = distribution_of(name, sides)
        if chart is not None:
            yield ColumnShown(
                name=name, model=model, picture=draw(chart, speak), sentence=_sentence(name, explanation)
            )


def names_behind(lead: StoredAlert, explanation: Mapping[str, Any] | None) -> list[str]:
    """Columns of the leading alert, then those along which an explanation shows something of the change."""
    own = parse_address(lead.address).get("column")
    found = (
        [str(own)] if own is not None else [str(each["column"]) for each in lead.details.get("columns", ())]
    )
    for cause in (explanation or {}).get("columns", ()):
        if cause["along"] != NOTHING_ALONG:
            found += cause["columns"]
    return list(dict.fromkeys(found))


def _sentence(name: str, explanation: Mapping[str, Any] | None) -> str:
    """What the explanation says of a column, without its name."""
    for cause in (explanation or {}).get("columns", ()):
        if name == cause["columns"][0]:
            told: str = cause["sentence"]
            return capitalised(_after_names(told)) if told.startswith(name) else told
    return ""


def _after_names(sentence: str) -> str:
    """A sentence without the names before its colon."""
    if not isinstance(sentence, Said):
        return sentence.partition(": ")[2] or sentence
    _, colon, rest = sentence.template.partition(": ")
    if colon:
        return Said(rest, sentence.values)
    # Of several sentences the first begins with the names.
    first = {"p0": _after_names(sentence.values["p0"])} if "p0" in sentence.values else {}
    return Said(sentence.template, {**sentence.values, **first})


def _step(part: Mapping[str, Any]) -> Step:
    low, high = _ends(part["interval"]) or (0.0, 0.0)
    known = part["cause"] not in _OF_NO_ROWS and part["share"] is not None
    note = say("{share} of rows", share=share(part["share"])) if known else ""
    return Step(
        name=part["name"], note=note, amount=part["value"] or 0.0, interval=_ends(part["interval"]),
        shown=low > 0.0 or high < 0.0,
    )  # fmt: skip


def _ends(interval: Sequence[float] | None) -> tuple[float, float] | None:
    return None if interval is None else (interval[0], interval[1])
