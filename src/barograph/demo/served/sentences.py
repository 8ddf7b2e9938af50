"""What happened in the replayed year, in words."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from pathlib import Path

from barograph.demo.served.plan import DEPLOYMENTS, FAULT, MODEL, PROJECT, STILL_DAY
from barograph.demo.served.run import Told


def happened(told: Told) -> list[str]:
    """The year in sentences, each with its figures."""
    errors = [
        f"version {d.version} from {d.day:%-d %B}: {told.by_version[d.version][0]:.0f} rides an hour off on "
        f"{told.by_version[d.version][1]:,} labelled hours"
        for d in DEPLOYMENTS
    ]
    then, now = told.as_known
    sent = (
        f"{told.rows:,} hours were predicted and sent by the client, each hour when it came; {told.labelled:,} of "
        "them have their label, which came a day later."
    )
    fault = (
        f"From {FAULT.first:%-d} to {FAULT.last:%-d %B} it was {told.in_fault:.0f}, after {told.before_fault:.0f} in "
        "the four weeks before."
    )
    still = (
        f"Nothing was planted on {STILL_DAY:%-d %B}: the rides as they were published hold one temperature in all of "
        "its hours."
    )
    known = (
        f"At the end of {FAULT.last:%-d %B} {then} of that day's hours had a label; now {now} have one, and figures "
        "can be read as they were known then."
    )
    return [sent, f"Mean absolute error by version: {'; '.join(errors)}.", fault, known, still]


def told_of(told: Told) -> list[str]:
    """The incidents of the year, as whoever is on call was told of them."""
    return [
        f"{_day(each.opened)}: {each.title} ({each.severity}; "
        f"{'still open' if each.resolved is None else f'until {_day(each.resolved)}'}; "
        f"{each.told} {'message' if each.told == 1 else 'messages'})"
        for each in told.incidents
    ]


def _day(moment: str) -> str:
    return f"{datetime.fromisoformat(moment):%-d %B}"


def to_ask(address: str, path: Path) -> list[str]:
    """Commands to try, and where the key is."""
    model = f"{address}/v1/projects/{PROJECT}/models/{MODEL}"
    span = f"from={FAULT.first.isoformat()}&to={FAULT.last.isoformat()}"
    return [
        f"  key, models and truth: {path}",
        f"  KEY=$(python3 -c \"import json; print(json.load(open('{path}'))['token'])\")",
        *(
            f"  curl -s -H \"Authorization: Bearer $KEY\" '{model}/{asked}'"
            for asked in (
                "series?address=performance.mae&from=2011-02-01&to=2011-02-28",
                f"windows?{span}&as_of={FAULT.last.isoformat()}",
                f"explanations?{span}&reference=2011-08-15/2011-09-11",
                "events",
            )
        ),
        f"  curl -s -H \"Authorization: Bearer $KEY\" '{address}/v1/projects/{PROJECT}/incidents'",
    ]


def how_to_look(data: Path, now: int, *, kept: bool) -> str:
    """What whoever ran a demo that ends can do to see its pages.

    Parameters
    ----------
    now : the demo's time, µs UTC.
    kept : whether its data stay.

    Examples
    --------
    >>> print(how_to_look(Path("rides"), 1_325_476_800_000_000, kept=True))
    <BLANKLINE>
    It ends here. To look at its pages, signed in:
    <BLANKLINE>
        barograph serve --data rides --clock 2012-01-02T04:00Z --open
    >>> how_to_look(Path("rides"), 0, kept=False)[-60:]
    '; in a terminal it serves, and --data FOLDER keeps its data.'
    """
    if not kept:
        return (
            "\nIt ends here, and its data with it; in a terminal it serves, and --data FOLDER keeps its data."
        )
    at = datetime.fromtimestamp(now / 1e6, UTC)
    return (
        "\nIt ends here. To look at its pages, signed in:\n\n"
        f"    barograph serve --data {shlex.quote(str(data))} --clock {at:%Y-%m-%dT%H:%M}Z --open"
    )
