"""A profile as it is looked at before anything is compared with it: its columns, and how well the model did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from barograph.charts.spoken import Speak
from barograph.locale.said import word
from barograph.metrics.address import Address
from barograph.metrics.evaluate import evaluate
from barograph.metrics.registry import metrics
from barograph.metrics.values import Value
from barograph.metrics.views import ColumnView, column_view
from barograph.profile.value import Profile
from barograph.report.comparison import HEADLINES
from barograph.report.drawing import draw
from barograph.report.parts.distribution import distribution

_MOST_PICTURED: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSeen:
    """One column of the profile."""

    name: str
    role: str
    kind: str
    nulls: float
    picture: Markup | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileSeen:
    """What a profile holds.

    Attributes
    ----------
    windows, every : how many windows it has, and their length; none without a timestamp.
    metric, figure : the task's first metric and its figure on the profile's rows.
    more : columns beyond those that are shown.
    """

    rows: int
    windows: int
    every: str | None
    task: str | None
    positive: str | None
    origin: str
    metric: str | None
    figure: Value | None
    columns: tuple[ColumnSeen, ...]
    more: int


def seen(profile: Profile, speak: Speak) -> ProfileSeen:
    """A profile as it is shown.

    Notes
    -----
    Cost: 1 ms a column that is pictured, of which there are 60 at the most.
    """
    whole, task = profile.total(), profile.schema.task
    address = None if task is None else HEADLINES[task][0]
    figure = None if address is None else evaluate(address, whole)
    names = [c.name for c in profile.schema.columns if c.name in profile.grid.columns]
    return ProfileSeen(
        rows=profile.rows, windows=len(profile.windows), every=profile.grid.every, task=task,
        positive=profile.schema.positive, origin=profile.origin,
        metric=None if address is None else word(metrics()[address.partition("(")[0]].title),
        figure=figure if isinstance(figure, Value) else None,
        columns=tuple(_columns(whole, names[:_MOST_PICTURED], speak)), more=max(len(names) - _MOST_PICTURED, 0),
    )  # fmt: skip


def _columns(whole: Profile, names: list[str], speak: Speak) -> Iterator[ColumnSeen]:
    for name in names:
        about, view = whole.schema.column(name), column_view(whole, name)
        nulls = evaluate(Address("quality.null_share", (("column", name),)), whole)
        drawn = draw(distribution(None, view), speak) if isinstance(view, ColumnView) else None
        yield ColumnSeen(
            name=name, role=word(about.role), kind=word(about.kind),
            nulls=nulls.value if isinstance(nulls, Value) else 0.0,
            picture=drawn,
        )  # fmt: skip
