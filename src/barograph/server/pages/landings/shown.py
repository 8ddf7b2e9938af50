"""What the landings show, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from barograph.metrics.values import Value
from barograph.server.pages.inbox.shown import FleetRow
from barograph.server.pages.landings.beside import Beside
from barograph.server.pages.landings.costs import Worth
from barograph.server.pages.landings.times import Seen, Watch
from barograph.server.reading.costs import Cost


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRow:
    """A model as a product manager asks of it: is it safe to trust, what is it worth, who looks after it, how fast.

    Attributes
    ----------
    costs : what its incidents cost beyond what was expected; empty where that is not declared, there was none, or the
        model is not among the first.
    trust : yes, worse (no alert is open, but it does worse than its reference), unjudged (only alerts of
        severity info are open, or none is and how well it does is not known), no, or unknown.
    timezone : of the model, in which its times are shown.
    """

    fleet: FleetRow
    trust: str
    beside: Beside
    worth: tuple[Worth, ...]
    costs: tuple[Cost, ...]
    watch: Watch
    seen: Seen
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductPage:
    """Models, those not to be trusted first; counts: by `trust`, before one was chosen; days: of the span.

    Attributes
    ----------
    hidden : models that are not shown unless all are asked for.
    """

    rows: tuple[ProductRow, ...]
    hidden: int
    counts: Mapping[str, int]
    trust: str
    days: int
    now: int
    template: str = "product"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScienceRow:
    """A model as a data scientist asks of it: how well does it do, what moved, what to do next.

    Attributes
    ----------
    reference : the headline metric on the reference; change: better, worse or no change shown, where both are known.
    step : what the explanation of its open incident says to do first.
    """

    fleet: FleetRow
    reference: Value | None
    change: str
    seen: Seen
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SciencePage:
    """Models, those that became worse first."""

    rows: tuple[ScienceRow, ...]
    hidden: int
    now: int
    template: str = "science"


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow:
    """What a model has of what it should: by name whether it has it."""

    fleet: FleetRow
    has: Mapping[str, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveragePage:
    """What the fleet lacks.

    Attributes
    ----------
    lacking : by name how many models lack it; models: how many there are.
    wanted : only models that lack this; empty: all that lack something.
    hidden : models that are not shown unless all are asked for.
    """

    rows: tuple[CoverageRow, ...]
    hidden: int
    lacking: Mapping[str, int]
    models: int
    wanted: str
    now: int
    template: str = "coverage"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompliancePage:
    """Models, each with its report; days: over which incidents are counted; hidden: those that are not shown."""

    rows: tuple[ProductRow, ...]
    hidden: int
    days: int
    now: int
    template: str = "compliance"
