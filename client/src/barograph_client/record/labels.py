"""Labels, however they come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from barograph_client.errors import RowsError
from barograph_client.tables.recognise import table_of
from barograph_client.tables.records import ColumnsTable, listed
from barograph_client.tables.table import Table


def labels_of(rows: Any, labels: Any) -> Table:
    """Labels as a table.

    Parameters
    ----------
    rows : ids, with `labels` beside them; or labels by id; or a frame with a column `prediction_id` (or the schema's
        id column) and the labels' columns.
    labels : one a row, or None.

    Raises
    ------
    RowsError
        There is not one label for each id.

    Examples
    --------
    >>> labels_of({"a1": 1, "a2": 0}, None).columns()
    {'prediction_id': ['a1', 'a2'], 'label': [1, 0]}
    """
    if labels is not None:
        ids = [rows] if isinstance(rows, str) else listed(rows)
        values: Sequence[object] = [labels] if isinstance(rows, str) else listed(labels)
        if len(ids) != len(values):
            raise RowsError(f"{len(values)} labels for {len(ids)} ids; give one label an id")
        return ColumnsTable({"prediction_id": [str(i) for i in ids], "label": values})
    if isinstance(rows, Mapping) and not any(_is_column(value) for value in rows.values()):
        return ColumnsTable({"prediction_id": [str(i) for i in rows], "label": list(rows.values())})
    return table_of(rows)


def _is_column(value: object) -> bool:
    return isinstance(value, (list, tuple)) or (hasattr(value, "shape") and getattr(value, "shape", ()) != ())
