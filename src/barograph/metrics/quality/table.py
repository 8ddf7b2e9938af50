"""How many rows and columns there are."""

from __future__ import annotations

from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Value
from barograph.profile.division import WEIGHT_STEPS
from barograph.profile.value import Profile


def row_count(cell: Profile) -> Result:
    """Number of rows; with weights or a sampling fraction, the rows they stand for.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import profile_of
    >>> row_count(profile_of([1.0, 2.0, None])).value
    3.0
    """
    rows = int(cell.table.rows[0]) if len(cell.table.rows) else 0
    weight = float(cell.table.weight[0]) / WEIGHT_STEPS * cell.grid.weight_unit if rows else 0.0
    return Value(value=weight, n=rows)


def column_count(cell: Profile) -> Result:
    """Number of the grid's columns that rows have.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import profile_of
    >>> column_count(profile_of([1.0, 2.0])).value
    1.0
    """
    return Value(value=float(len(cell.columns)), n=int(cell.table.rows[0]))


def missing_column_count(cell: Profile) -> Result:
    """Number of the grid's columns that no row has; 0 is best.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import profile_of
    >>> missing_column_count(profile_of([1.0, 2.0])).value
    0.0
    """
    return Value(value=float(len(cell.missing)), n=int(cell.table.rows[0]))


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="quality.row_count", title="Rows", scope="table", applies_to=(), compute=row_count, unit="rows",
        range=(0.0, None), minimum_rows=0,
        definition="Σ w: the number of rows; with weights or a sampling fraction the rows they stand for, `n` being "
        "those logged. 0 where there is no row. No interval.",
        misleads="Rows that were refused, or are still on their way, are not counted.",
        source="Elementary; Horvitz & Thompson (1952)",
    ),
    MetricSpec(
        name="quality.column_count", title="Columns present", scope="table", applies_to=(), compute=column_count,
        unit="columns", range=(0.0, None),
        definition="Columns of the grid that at least one row's frame had, all null or not.",
        misleads="A column that is there and empty counts; see `quality.null_share`. New columns do not.",
        source="Elementary",
    ),
    MetricSpec(
        name="quality.missing_column_count", title="Columns missing", scope="table", applies_to=(),
        compute=missing_column_count, direction="lower_is_better", unit="columns", range=(0.0, None),
        definition="Columns of the grid that no row's frame had; the profile's `missing` names them.",
        misleads="Labels that come later are missing columns until they come.",
        source="Elementary",
    ),
)  # fmt: skip
