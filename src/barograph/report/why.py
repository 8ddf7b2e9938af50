"""Why the metric that stands for a comparison's task changed, where that is shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from barograph.charts.numbers import measured
from barograph.errors import BarographError, message_of
from barograph.explain.explain import SEED, Tried, default_metric
from barograph.explain.explanation import Event
from barograph.explain.words import title
from barograph.locale.said import say
from barograph.profile.value import Profile
from barograph.report.comparison import Comparison
from barograph.report.explained import Explained, explained
from barograph.report.pair import Pair
from barograph.report.parts.why import why_view
from barograph.report.sentences import headline
from barograph.report.why_view import WhyView


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What a comparison is explained with, beside its profiles; see `barograph.explain`."""

    held_out: Profile | None = None
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """An explanation, or in one line why there is none."""

    explanation: Explained | None = None
    said: str = ""

    @property
    def view(self) -> WhyView:
        """The section of the page."""
        if self.explanation is None:
            return WhyView(said=self.said)
        return why_view(self.explanation, self.explanation.timeline)


def why_of(comparison: Comparison, grounds: Grounds) -> Why | None:
    """Explain the change of the task's first metric, where one is shown; None where performance is not known.

    The metric is the one that the report's verdict rests on; where rows cannot be blamed for it, the task's own of
    those they can.
    """
    pair = headline(comparison)
    if pair is None or pair.change is None:
        return None
    if pair.change.verdict == "no change shown":
        return Why(said=_unchanged(pair))
    if pair.change.verdict == "unknown":
        return Why(
            said=say(
                "Whether {metric} changed cannot be told: there is no interval.", metric=title(pair.address)
            )
        )
    try:
        found = _explained(comparison, pair.address, grounds)
    except BarographError as error:
        return Why(said=say("Not explained: {error}", error=message_of(error)))
    return Why(explanation=found) if found.shown else Why(said=found.verdict)


def _explained(comparison: Comparison, metric: str, grounds: Grounds) -> Explained:
    """Of the metric, or of the task's default; the first refusal is told where neither can be explained."""

    def of(address: str) -> Explained:
        return explained(
            comparison.reference, comparison.current, address, held_out=grounds.held_out, events=grounds.events,
            tried=Tried(), rng=np.random.default_rng(SEED),
        )  # fmt: skip

    try:
        return of(metric)
    except BarographError:
        other = default_metric(comparison.reference)
        if other == metric:
            raise
        return of(other)


def _unchanged(pair: Pair) -> str:
    assert pair.change is not None
    change = measured(pair.change.value, pair.change.interval)
    return say(
        "No change of {metric} is shown ({change}), so there is nothing to explain.",
        metric=title(pair.address), change=change,
    )  # fmt: skip
