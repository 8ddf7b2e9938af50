"""The head of a report: what is compared with what, and what bears on every figure."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from barograph.metrics.values import Value
from barograph.profile.ranking import split_share
from barograph.profile.value import Profile
from barograph.report.comparison import Comparison
from barograph.report.view import Fact

_IN_SAMPLE: Final = frozenset({"training", "in-sample"})


def subtitle(reference: Profile, current: Profile) -> str:
    """What the title's rows are compared with."""
    against = f"against {_side(reference)}"
    return against if current.name else f"{_side(current)} {against}"


def facts(reference: Profile, current: Profile) -> tuple[Fact, ...]:
    """Rows, origin, period and columns of both sides."""
    told = [
        Fact(name="rows", reference=f"{reference.rows:,}", current=f"{current.rows:,}"),
        Fact(name="origin", reference=reference.origin, current=current.origin),
    ]
    if reference.windows or current.windows:
        told.append(Fact(name="period", reference=_period(reference), current=_period(current)))
    told.append(
        Fact(name="columns", reference=f"{len(reference.columns):,}", current=f"{len(current.columns):,}")
    )
    return tuple(told)


def notes(comparison: Comparison) -> tuple[str, ...]:
    """Warnings that bear on every figure."""
    said = []
    if comparison.reference.origin in _IN_SAMPLE and any(
        isinstance(p.reference, Value) for p in comparison.performance
    ):
        said.append(
            "The reference's performance is in-sample: measured on rows the model was trained on, it flatters. "
            "Compare with a hold-out or out-of-bag reference to see what changed."
        )
    said += [f"Column {name!r} is missing from the current rows." for name in comparison.current.missing]
    for side, profile in (("reference", comparison.reference), ("current", comparison.current)):
        if profile.extra:
            more = f" and {len(profile.extra) - 8} more" if len(profile.extra) > 8 else ""
            said.append(f"Not in the schema, so left out ({side}): {', '.join(profile.extra[:8])}{more}.")
    for side, profile in (("reference", comparison.reference), ("current", comparison.current)):
        share = split_share(profile)
        if share:
            said.append(
                f"About {100 * share:.2g} % of the queries were counted in several parts ({side}): their rows came in "
                "profiles that were added. Profile the rows of a query together."
            )
    if not comparison.current.rows:
        said.append("The current rows are empty.")
    return tuple(said)


def _side(profile: Profile) -> str:
    return profile.name or profile.origin


def _period(profile: Profile) -> str | None:
    if not profile.windows:
        return None
    first, last = (
        datetime.fromtimestamp(w / 1e6, ZoneInfo(profile.grid.timezone)).date().isoformat()
        for w in (profile.windows[0], profile.windows[-1])
    )
    return f"{first} to {last} ({len(profile.windows)} × {profile.grid.every})"
