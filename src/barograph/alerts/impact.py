"""How bad: severity from what a change costs, in the headline metric of the model."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from barograph.charts.numbers import measured, number, share
from barograph.explain.words import title
from barograph.locale.said import Said, capitalised, say
from barograph.metrics.address import parse_address
from barograph.monitors.monitor import Severity

#: Harm, relative to the reference's value, from which a change is of a severity.
WARNING_FROM: Final = 0.02
CRITICAL_FROM: Final = 0.10
EMERGENCY_FROM: Final = 0.50
#: Parts of a change that come from rows, not from what rows mean: known before labels are.
_EXPECTED: Final = ("mix", "new_territory")


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What a change costs.

    Attributes
    ----------
    metric : address of the headline metric.
    reference : its value there.
    harm : how much worse it is, or is expected to be, in its unit; below 0 is better.
    interval : of `harm`; None where there is none.
    realised : measured on labels. Else expected: the rows of now at the losses that the reference had on such rows.
    """

    metric: str
    reference: float
    harm: float
    interval: tuple[float, float] | None = None
    realised: bool

    @property
    def relative(self) -> float:
        """Harm over the reference's value: how many times it."""
        if self.reference != 0.0:
            return self.harm / abs(self.reference)
        return 0.0 if self.harm == 0.0 else math.copysign(math.inf, self.harm)


def severity_of(impact: Impact) -> Severity:
    """Severity of a change by its harm, relative to the reference.

    From 2 % it is a warning, from 10 % critical, and from 50 % an emergency, but that only where it is realised: nobody
    is woken for what is expected as for what has happened. Harm that may be none, its interval reaching 0, is a warning
    as long as it may also be 2 % or more; where that much can be excluded it is info.

    Examples
    --------
    >>> severity_of(Impact(metric="performance.mae", reference=50.0, harm=30.0, realised=False))
    'critical'
    >>> severity_of(Impact(metric="performance.mae", reference=50.0, harm=30.0, interval=(-5.0, 65.0), realised=True))
    'warning'
    """
    if impact.interval is not None and impact.interval[0] <= 0.0:
        most = replace(impact, harm=impact.interval[1], interval=None)
        return "warning" if most.relative >= WARNING_FROM else "info"
    if impact.relative >= EMERGENCY_FROM and impact.realised:
        return "emergency"
    if impact.relative >= CRITICAL_FROM:
        return "critical"
    return "warning" if impact.relative >= WARNING_FROM else "info"


def impact_of(explanation: Mapping[str, Any], *, higher_is_better: bool = False) -> Impact | None:
    """The impact that an explanation tells of; None where it knows no value of the reference.

    Where it rests on labels of the current rows it is the whole change, realised. Where it does not, it is mix and new
    territory at the reference's losses: an expectation.

    Parameters
    ----------
    explanation : as `explain.document.document_of` writes it.
    higher_is_better : of its metric.

    Examples
    --------
    >>> told = {
    ...     "metric": "performance.mae", "reference": {"value": 10.0},
    ...     "current": {"value": 14.0}, "change": {"value": 4.0, "interval": [3.0, 5.0]}, "parts": [],
    ... }
    >>> impact_of(told).harm
    4.0
    """
    reference = explanation["reference"]["value"]
    if reference is None:
        return None
    realised = explanation["current"]["value"] is not None
    if realised:
        amount, interval = explanation["change"]["value"], explanation["change"]["interval"]
    else:
        amount, interval = _expected(explanation["parts"])
    if amount is None:
        return None
    sign = -1.0 if higher_is_better else 1.0
    ends = None if interval is None else sorted(sign * end for end in interval)
    return Impact(
        metric=explanation["metric"],
        reference=reference,
        harm=sign * amount,
        interval=None if ends is None else (ends[0], ends[1]),
        realised=realised,
    )


def impact_sentence(impact: Impact) -> Said:
    """How bad it is, in a sentence.

    Examples
    --------
    >>> impact_sentence(
    ...     Impact(metric="performance.mae", reference=10.0, harm=4.0, interval=(3.0, 5.0), realised=True)
    ... ).replace("\N{NARROW NO-BREAK SPACE}", " ")
    'Mean absolute error is worse by 4 (3–5) than the 10 of the reference: 40 %, measured on labels.'
    """
    metric, reference = capitalised(title(parse_address(impact.metric).metric)), number(impact.reference)
    how = say("measured on labels" if impact.realised else "expected from the rows, before labels")
    if impact.interval is not None and impact.interval[0] <= 0.0 <= impact.interval[1]:
        return say(
            "{metric}: no change is shown ({how}); the reference has {reference}.",
            metric=metric, how=how, reference=reference,
        )  # fmt: skip
    interval = impact.interval
    if interval is not None and impact.harm < 0.0:
        interval = (-interval[1], -interval[0])
    is_worse = impact.harm >= 0.0
    change = say(
        (
            "{metric} is worse by {harm} than the {reference} of the reference"
            if is_worse
            else "{metric} is better by {harm} than the {reference} of the reference"
        )
        if impact.realised
        else "{metric} is expected to be worse by {harm} than the {reference} of the reference"
        if is_worse
        else "{metric} is expected to be better by {harm} than the {reference} of the reference",
        metric=metric, harm=measured(abs(impact.harm), interval), reference=reference,
    )  # fmt: skip
    if math.isinf(impact.relative):
        return say("{change}, {how}.", change=change, how=how)
    return say("{change}: {ratio}, {how}.", change=change, ratio=share(abs(impact.relative)), how=how)


def _expected(parts: list[Mapping[str, Any]]) -> tuple[float | None, tuple[float, float] | None]:
    """Mix and new territory together; their intervals as of independent amounts."""
    known = [part for part in parts if part["cause"] in _EXPECTED and part["value"] is not None]
    if not known:
        return None, None
    total = math.fsum(part["value"] for part in known)
    if any(part["interval"] is None for part in known):
        return total, None
    below = math.hypot(*(part["value"] - part["interval"][0] for part in known))
    above = math.hypot(*(part["interval"][1] - part["value"] for part in known))
    return total, (total - below, total + above)
