"""Drift of every column of two profiles, judged together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.metrics.drift.against_variation import AgainstVariation, UnknownVariation
from barograph.metrics.drift.cells import ComparedCells, cell_name, compared_cells, mostly_unnamed
from barograph.metrics.drift.own_windows import WindowTable, against_own_windows, window_table
from barograph.metrics.drift.verdict import DriftVerdict, Evidence, Matters, judge, weigh_evidence
from barograph.metrics.values import Undefined
from barograph.metrics.views import ColumnView, column_view
from barograph.profile.value import Profile

#: Roles whose columns are compared; identifiers and times differ by their nature.
COMPARED_ROLES: Final = frozenset(
    {
        "feature",
        "raw_input",
        "segment",
        "prediction",
        "score",
        "label",
        "decision",
        "value",
        "rank",
        "horizon",
        "attribution",
    }
)
#: Of these, the ones that `drift.share` counts.
INPUT_ROLES: Final = frozenset({"feature", "raw_input", "segment"})
#: Fewest rows of a reference whose distribution can be compared.
_FEWEST_ROWS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnDrift:
    """The drift of one column.

    Attributes
    ----------
    moved_cell : name of the single category or range that changed most by itself; None where none did.
    shares : share of that cell on both sides.
    variation : against the reference's own variation, or why it is unknown and rows are judged by themselves;
        None where the reference has no time.
    """

    verdict: DriftVerdict
    moved_cell: str | None
    shares: tuple[float, float] | None
    variation: AgainstVariation | UnknownVariation | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compared:
    views: tuple[ColumnView, ColumnView]
    cells: ComparedCells
    windows: WindowTable | UnknownVariation | None


def drift_of_columns(
    reference: Profile, current: Profile, *, rng: np.random.Generator, matters: Matters | None = None
) -> tuple[dict[str, ColumnDrift], dict[str, Undefined]]:
    """Judge every compared column of two profiles, the false discovery rate kept over them.

    Where the reference has windows and enough of them, a change is measured against what its windows differ
    from each other; else against independent draws of rows.

    Parameters
    ----------
    reference, current : profiles on one grid; all their windows are taken together.
    rng : for the intervals of effects.
    matters : smallest change that matters and level; default: `Matters()`.

    Returns
    -------
    The drift of each column that can be compared, and why the others cannot.
    """
    matters = matters or Matters()
    whole = reference.total(), current.total()
    compared: dict[str, _Compared] = {}
    undefined: dict[str, Undefined] = {}
    for column in reference.schema.columns:
        if column.role not in COMPARED_ROLES or column.name not in reference.grid.columns:
            continue
        found = _compared(column.name, whole, reference)
        if isinstance(found, Undefined):
            undefined[column.name] = found
        else:
            compared[column.name] = found
    variations = against_own_windows({name: c.windows for name, c in compared.items()})
    evidence: dict[str, Evidence] = {}
    for name, c in compared.items():
        variation = variations.get(name)
        evidence[name] = weigh_evidence(
            c.cells.reference, c.cells.current, rng=rng, unseen=c.cells.unseen, ordered=c.cells.ordered,
            effective_n=c.cells.effective_n,
            windows_p_value=variation.p_value if isinstance(variation, AgainstVariation) else None, matters=matters,
        )  # fmt: skip
    verdicts = judge(evidence, matters=matters)
    return {n: _drift(compared[n], v, variations.get(n)) for n, v in verdicts.items()}, undefined


def input_columns(drift: Mapping[str, ColumnDrift], reference: Profile) -> list[str]:
    """Compared columns that are inputs of the model; all compared ones where none is."""
    return [n for n in drift if reference.schema.column(n).role in INPUT_ROLES] or list(drift)


def _compared(name: str, whole: tuple[Profile, Profile], reference: Profile) -> _Compared | Undefined:
    views = []
    for side in whole:
        view = column_view(side, name)
        if isinstance(view, Undefined):
            return view
        views.append(_labelled(view))
    unnamed = mostly_unnamed(views[0])
    if unnamed is not None:
        return unnamed
    cells = compared_cells(*views)
    if 0 < views[0].rows < _FEWEST_ROWS:
        return Undefined(
            reason="too_few_rows",
            detail=f"the reference has {views[0].rows} rows; a distribution needs at least {_FEWEST_ROWS}",
        )
    if cells.reference.sum() <= 0 or cells.current.sum() <= 0:
        missing = views[0].column.role == "label"
        return Undefined(
            reason="no_labels" if missing else "too_few_rows",
            detail=f"column {name!r} has no {'labelled ' if missing else ''}row on one side",
        )
    return _Compared(
        views=(views[0], views[1]), cells=cells, windows=window_table(reference, name, (views[0], views[1]))
    )


def _labelled(view: ColumnView) -> ColumnView:
    """A label column without its nulls: labels that have not come yet are no value of the label."""
    if view.column.role != "label":
        return view
    null = view.grid.code("null")

    def without(table: NDArray[np.int64]) -> NDArray[np.int64]:
        table = table.copy()
        table[:, null] = 0
        return table

    weighted = None if view.sums.weighted is None else without(view.sums.weighted)
    return replace(view, sums=replace(view.sums, counts=without(view.sums.counts), weighted=weighted))


def _drift(
    compared: _Compared, verdict: DriftVerdict, variation: AgainstVariation | UnknownVariation | None
) -> ColumnDrift:
    cells, cell = compared.cells, verdict.cell
    if cell is None:
        change = np.abs(cells.reference / cells.reference.sum() - cells.current / cells.current.sum())
        cell = int(np.argmax(change))
    shares = (
        float(cells.reference[cell] / cells.reference.sum()),
        float(cells.current[cell] / cells.current.sum()),
    )
    return ColumnDrift(
        verdict=verdict,
        moved_cell=cell_name(compared.views[0].grid, cells, cell),
        shares=shares,
        variation=variation,
    )
