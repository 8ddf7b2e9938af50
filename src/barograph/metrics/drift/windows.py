"""Windows measured by what the reference's own windows differ: p-value and ratio of a column, p-value of all inputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from barograph.locale.said import say, word
from barograph.metrics.drift.against_windows import columns_against_own
from barograph.metrics.drift.column_windows import UnknownVariation, WindowsAgainstVariation
from barograph.metrics.drift.counts import Floats
from barograph.metrics.drift.multiplicity import simes_each
from barograph.metrics.drift.prepared import PreparedReference
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined, Value
from barograph.profile.value import Profile

EVERY_KIND: Final = ("numeric", "categorical", "datetime", "text")
Figure = Callable[[WindowsAgainstVariation], Floats]


def windows_p_value(reference: PreparedReference, current: Profile, *, column: str) -> Result:
    """p-value of "the rows of one cell differ from the reference no more than its own windows do"."""
    return windows_p_values(reference, current, column=column)[0]


def windows_p_values(reference: PreparedReference, current: Profile, *, column: str) -> list[Result]:
    """`windows_p_value` of every cell."""
    return windows_p_values_of(reference, current, [column])[0]


def windows_p_values_of(
    reference: PreparedReference, current: Profile, columns: Sequence[str]
) -> list[list[Result]]:
    """`windows_p_values` of several columns."""
    return _figures(reference, current, columns, lambda found: found.p_value)


def windows_ratio(reference: PreparedReference, current: Profile, *, column: str) -> Result:
    """How many times what reference windows differ from each other the rows of one cell differ from them."""
    return windows_ratios(reference, current, column=column)[0]


def windows_ratios(reference: PreparedReference, current: Profile, *, column: str) -> list[Result]:
    """`windows_ratio` of every cell."""
    return windows_ratios_of(reference, current, [column])[0]


def windows_ratios_of(
    reference: PreparedReference, current: Profile, columns: Sequence[str]
) -> list[list[Result]]:
    """`windows_ratios` of several columns."""
    return _figures(reference, current, columns, lambda found: found.ratio)


def inputs_p_value(reference: PreparedReference, current: Profile) -> Result:
    """p-value of "no input differs from the reference more than its own windows do" in one cell (Simes)."""
    return inputs_p_values(reference, current)[0]


def inputs_p_values(reference: PreparedReference, current: Profile) -> list[Result]:
    """`inputs_p_value` of every cell."""
    p_values: list[Floats] = []
    reasons: list[Undefined] = []
    for found in _against(reference, current, reference.inputs):
        if isinstance(found, Undefined):
            reasons.append(found)
        else:
            p_values.append(np.where(found.visible, found.p_value, np.nan))
    if not p_values:
        why = (
            reasons[0]
            if reasons
            else Undefined(reason="too_few_rows", detail=say("no input can be compared"))
        )
        return [why] * len(current.cells)
    together = np.stack(p_values)
    judged = np.count_nonzero(~np.isnan(together), axis=0)
    return [
        Value(value=p, n=n) if n else _nothing_to_see(reference)
        for p, n in zip(simes_each(together).tolist(), judged.tolist(), strict=True)
    ]


def _figures(
    reference: PreparedReference, current: Profile, columns: Sequence[str], figure: Figure
) -> list[list[Result]]:
    rows = current.table.rows.tolist()
    return [
        [found] * len(rows)
        if isinstance(found, Undefined)
        else [
            Value(value=value, n=n) if visible else _unseen(reference, known=known)
            for value, n, known, visible in zip(
                figure(found).tolist(), rows, found.known.tolist(), found.visible.tolist(), strict=True
            )
        ]
        for found in _against(reference, current, columns)
    ]


def _against(
    reference: PreparedReference, current: Profile, columns: Sequence[str]
) -> list[WindowsAgainstVariation | Undefined]:
    """Columns against the reference's own windows, all together, or why they cannot be compared."""
    reasons = {column: _not_compared(reference, current, column) for column in columns}
    known = [column for column, reason in reasons.items() if reason is None]
    found = columns_against_own(reference, known, current)
    return [_known(found[column]) if reason is None else reason for column, reason in reasons.items()]


def _known(found: WindowsAgainstVariation | UnknownVariation) -> WindowsAgainstVariation | Undefined:
    if isinstance(found, UnknownVariation):
        return Undefined(reason="too_little_history", detail=found.detail)
    return found


def _not_compared(reference: PreparedReference, current: Profile, column: str) -> Undefined | None:
    schema = reference.schema
    if column in schema.not_profiled:
        why = say(
            "{column} is not profiled: {not_profiled}",
            column=repr(column),
            not_profiled=schema.not_profiled[column],
        )
        return Undefined(reason="not_applicable", detail=why)
    if column not in reference.columns:
        why = say(
            "{column} is {role}, which is not compared",
            column=repr(column),
            role=word(schema.column(column).role),
        )
        return reference.undefined.get(column) or Undefined(reason="not_applicable", detail=why)
    if column not in current.columns:
        return Undefined(
            reason="column_missing", detail=say("no row has a column {column}", column=repr(column))
        )
    return None


def _unseen(reference: PreparedReference, *, known: bool) -> Undefined:
    """Why a window has no figure though the column has a history."""
    if known:
        return _nothing_to_see(reference)
    detail = say(
        "the window has no row or lacks some of its days, or the reference has no window at its time of the day or day "
        "of the week"
    )
    return Undefined(reason="too_little_history", detail=detail)


def _nothing_to_see(reference: PreparedReference) -> Undefined:
    detail = (
        say(
            "no change, however large, could be told from what reference windows of {every} differ by",
            every=reference.every,
        ) if reference.every
        else say("no change, however large, could be told from what reference windows differ by")
    )  # fmt: skip
    return Undefined(reason="too_little_history", detail=detail)


_AGAINST = (
    "S, the two-sample χ² of the window and the reference, over what it is expected to be of the reference's own "
    "windows against the others. Windows of the reference are added up to the length of the one that is judged where "
    "they fit, and compared by their place in the day (days: by the day of the week) where each has at least 4 windows "
    "and they differ (F test, level .01). Weeks and months are compared with days where it has fewer than 26 of them: "
    "W is then as many times as large as they hold days, at most (1 + ρ)/(1 − ρ) of what wanders, days of the week are "
    "mixed as in the week, and values it never had do not count. Cells: at most 20 nested bins, 6 rows of the median "
    "window each; categories one each; cells expected below 5 in the median window pooled; nulls, mismatches, values "
    "beyond the range and unseen ones have cells of their own. Undefined where the reference has fewer than 4 "
    "effective windows, K(1 − ρ̂)/(1 + ρ̂)."
)
_HISTORY = (
    "Rests on the reference having windows like those judged: one that holds no holiday finds one a change."
)

METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="drift.windows_p_value", title="p-value against the reference's own windows", scope="windows",
        applies_to=EVERY_KIND, parameters=("column",), compute=windows_p_value, each=windows_p_values,
        together=windows_p_values_of,        range=(0.0, 1.0), unit="probability",
        definition="P((1 + W)χ²₁ + χ²_{B−2} ≥ S) of B cells by three moments, the mean over what W, the own windows' "
        f"mean score beyond B − 1, may be by the chance of K_eff windows. r: {_AGAINST}",
        misleads=_HISTORY, source="design/005; Pearson (1959), Biometrika 46, 364",
    ),
    MetricSpec(
        name="drift.windows_ratio", title="Times what reference windows differ", scope="windows",
        applies_to=EVERY_KIND, parameters=("column",), compute=windows_ratio, each=windows_ratios,
        together=windows_ratios_of,        range=(0.0, None), unit="times",
        definition=f"√r, 1 where a window differs as those of the reference do. r: {_AGAINST}",
        misleads=f"{_HISTORY} With few windows 2 or 3 are no proof; see `drift.windows_p_value`.",
        source="design/005",
    ),
    MetricSpec(
        name="drift.inputs_p_value", title="Inputs moved", scope="windows", applies_to=EVERY_KIND,
        compute=inputs_p_value, each=inputs_p_values, range=(0.0, 1.0), unit="probability",
        definition="min p₍ᵢ₎·K/i over the sorted `drift.windows_p_value` of the K columns of role feature, raw_input "
        "or segment that have one. n is K.",
        misleads=f"{_HISTORY} It says that some input moved, not that it matters; see `drift.share`.",
        source="Simes (1986), Biometrika 73, 751–754; design/005",
    ),
)  # fmt: skip
