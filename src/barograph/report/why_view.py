"""Why a metric changed, as the values that a page is rendered from."""

from __future__ import annotations

from dataclasses import dataclass

from barograph.explain.explanation import Explanation
from barograph.locale.said import word
from barograph.report.figure import Figure, State


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyView:
    """The section *Why*, in the order of the page: sentences, parts, columns, segments, timeline, actions.

    Attributes
    ----------
    said : in one line why there is no explanation; empty where there is one.
    state : of the metric.
    waterfall, timeline : pictures of the parts and of the windows; None where there is nothing to draw.
    """

    title: str = word("Why")
    said: str = ""
    state: State = "ok"
    explanation: Explanation | None = None
    waterfall: Figure | None = None
    timeline: Figure | None = None
