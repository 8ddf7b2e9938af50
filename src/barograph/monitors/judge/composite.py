"""Some conditions together: all of them, or any, where a part may have no answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, Literal

from barograph.locale.said import together
from barograph.monitors.monitor import SEVERITIES
from barograph.monitors.verdict import Status, Verdict

#: The status of the whole is that of its parts that stands first.
_ORDER: Final[Mapping[Literal["all", "any"], tuple[Status, ...]]] = {
    "all": ("ok", "near", "error", "unknown", "no_data", "breach"),
    "any": ("breach", "error", "unknown", "no_data", "near", "ok"),
}


def judge_composite(how: Literal["all", "any"], parts: Sequence[Verdict]) -> Verdict:
    """Kleene's three-valued logic: what a part without an answer could change stays without an answer.

    *All* is no breach as soon as one part is none, whatever the others; *any* is a breach as soon as one part is one.
    Else a part that has no answer leaves the whole without one.

    Returns
    -------
    Verdict
        Its figures are those of the part that decides: of *all*, the least breached; of *any*, the most. Its
        sentence is that of every part with this status.

    Notes
    -----
    Source: Kleene, Introduction to Metamathematics (1952), §64.

    Examples
    --------
    >>> fine, gone = Verdict(status="ok", detail="0.1"), Verdict(status="unknown", detail="no labels")
    >>> judge_composite("any", [fine, gone]).status, judge_composite("all", [fine, gone]).status
    ('unknown', 'ok')
    """
    status = min((part.status for part in parts), key=_ORDER[how].index)
    deciding = [part for part in parts if part.status == status]
    first = (min if how == "all" else max)(deciding, key=lambda part: part.score or 0.0)
    severities = [part.severity for part in deciding if part.severity is not None]
    return replace(
        first,
        detail=together((part.detail for part in deciding), "; "),
        severity=max(severities, key=SEVERITIES.index, default=None),
    )
