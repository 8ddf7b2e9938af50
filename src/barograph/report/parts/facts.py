"""The head of a report: what is compared with what, and what bears on every figure."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from barograph.locale.said import say, together, word
from barograph.metrics.values import Value
from barograph.profile.ranking import split_share
from barograph.profile.value import Profile
from barograph.report.comparison import Comparison
from barograph.report.view import Fact

_IN_SAMPLE: Final = frozenset({"training", "in-sample"})


def subtitle(reference: Profile, current: Profile) -> str:
    """What the title's rows are compared with."""
    if current.name:
        return say("against {reference}", reference=_side(reference))
    return say("{current} against {reference}", current=_side(current), reference=_side(reference))


def facts(reference: Profile, current: Profile) -> tuple[Fact, ...]:
    """Rows, origin, period and columns of both sides."""
    told = [
        Fact(name=say("rows"), reference=f"{reference.rows:,}", current=f"{current.rows:,}"),
        Fact(name=say("origin"), reference=word(reference.origin), current=word(current.origin)),
    ]
    if reference.windows or current.windows:
        told.append(Fact(name=say("period"), reference=_period(reference), current=_period(current)))
    told.append(
        Fact(
            name=say("columns"), reference=f"{len(reference.columns):,}", current=f"{len(current.columns):,}"
        )
    )
    return tuple(told)


def notes(comparison: Comparison) -> tuple[str, ...]:
    """Warnings that bear on every figure."""
    said: list[str] = []
    if comparison.reference.origin in _IN_SAMPLE and any(
        isinstance(p.reference, Value) for p in comparison.performance
    ):
        said.append(
            say(
                "The reference's performance is in-sample: measured on rows the model was trained on, it flatters. "
                "Compare with a hold-out or out-of-bag reference to see what changed."
            )
        )
    said += [
        say("Column {column} is missing from the current rows.", column=repr(name))
        for name in comparison.current.missing
    ]
    sides = ((say("reference"), comparison.reference), (say("current"), comparison.current))
    for side, profile in sides:
        if profile.extra:
            names = together(profile.extra[:8], ", ")
            if len(profile.extra) > 8:
                names = say("{names} and {n} more", names=names, n=len(profile.extra) - 8)
            said.append(say("Not in the schema, so left out ({side}): {columns}.", side=side, columns=names))
    for side, profile in sides:
        share = split_share(profile)
        if share:
            said.append(
                say(
                    "About {share} % of the queries were counted in several parts ({side}): their rows came in "
                    "profiles that were added. Profile the rows of a query together.",
                    share=f"{100 * share:.2g}",
                    side=side,
                )
            )
    if not comparison.current.rows:
        said.append(say("The current rows are empty."))
    return tuple(said)


def _side(profile: Profile) -> str:
    return profile.name or word(profile.origin)


def _period(profile: Profile) -> str | None:
    if not profile.windows:
        return None
    first, last = (
        datetime.fromtimestamp(w / 1e6, ZoneInfo(profile.grid.timezone)).date().isoformat()
        for w in (profile.windows[0], profile.windows[-1])
    )
    return say(
        "{first} to {last} ({n} × {every})",
        first=first, last=last, n=len(profile.windows), every=profile.grid.every or "",
    )  # fmt: skip
