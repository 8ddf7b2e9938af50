"""Drift of every column of two profiles, judged together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from barograph.metrics.drift.against_variation import AgainstVariation
from barograph.metrics.drift.against_windows import against_own_windows
from barograph.metrics.drift.cells import ComparedCells, cell_name, compared_cells
from barograph.metrics.drift.column_windows import UnknownVariation
from barograph.metrics.drift.prepared import (
    PreparedColumn,
    labelled,
    no_rows,
    prepared_reference,
)
from barograph.metrics.drift.roles import INPUT_ROLES
from barograph.metrics.drift.verdict import DriftVerdict, Evidence, Matters, judge, weigh_evidence
from barograph.metrics.values import Undefined
from barograph.metrics.views import column_view
from barograph.profile.grid import ColumnGrid
from barograph.profile.value import Profile


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


def drift_of_columns(
    reference: Profile, current: Profile, *, matters: Matters | None = None
) -> tuple[dict[str, ColumnDrift], dict[str, Undefined]]:
    """Judge every compared column of two profiles, the false discovery rate kept over them.

    Where the reference has windows and enough of them, a change is measured against what its windows differ
    from each other; else against independent draws of rows.

    Parameters
    ----------
    reference, current : profiles on one grid; all their windows are taken together.
    matters : smallest change that matters and level; default: `Matters()`.

    Returns
    -------
    The drift of each column that can be compared, and why the others cannot.
    """
    matters = matters or Matters()
    prepared, whole = prepared_reference(reference), current.total()
    compared: dict[str, ComparedCells] = {}
    undefined = dict(prepared.undefined)
    for name, column in prepared.columns.items():
        found = _compared(column, whole)
        if isinstance(found, Undefined):
            undefined[name] = found
        else:
            compared[name] = found
    variations = {name: against_own_windows(prepared, name, whole) for name in compared}
    evidence: dict[str, Evidence] = {}
    for name, cells in compared.items():
        variation = variations[name]
        evidence[name] = weigh_evidence(
            cells.reference, cells.current, unseen=cells.unseen, ordered=cells.ordered,
            effective_n=cells.effective_n,
            windows_p_value=variation.p_value if isinstance(variation, AgainstVariation) else None, matters=matters,
        )  # fmt: skip
    verdicts = judge(evidence, matters=matters)
    return {
        n: _drift(prepared.columns[n].view.grid, compared[n], v, variations[n]) for n, v in verdicts.items()
    }, {c.name: undefined[c.name] for c in reference.schema.columns if c.name in undefined}


def input_columns(drift: Mapping[str, ColumnDrift], reference: Profile) -> list[str]:
    """Compared columns that are inputs of the model; all compared ones where none is."""
    return [n for n in drift if reference.schema.column(n).role in INPUT_ROLES] or list(drift)


def _compared(column: PreparedColumn, whole: Profile) -> ComparedCells | Undefined:
    view = column_view(whole, column.view.column.name)
    if isinstance(view, Undefined):
        return view
    cells = compared_cells(column.view, labelled(view), plan=column.plan)
    return cells if cells.current.sum() > 0 else no_rows(view)


def _drift(
    grid: ColumnGrid,
    cells: ComparedCells,
    verdict: DriftVerdict,
    variation: AgainstVariation | UnknownVariation | None,
) -> ColumnDrift:
    cell = verdict.cell
    if cell is None:
        change = np.abs(cells.reference / cells.reference.sum() - cells.current / cells.current.sum())
        cell = int(np.argmax(change))
    shares = (
        float(cells.reference[cell] / cells.reference.sum()),
        float(cells.current[cell] / cells.current.sum()),
    )
    return ColumnDrift(
        verdict=verdict,
        moved_cell=cell_name(grid, cells, cell),
        shares=shares,
        variation=variation,
    )
