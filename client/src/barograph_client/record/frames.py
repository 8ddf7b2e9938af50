"""Many rows at once: cut into pieces, each a batch of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from barograph_client.buffer.items import Rows, Stream
from barograph_client.errors import RowsError
from barograph_client.record.row import time_given
from barograph_client.settings import Settings
from barograph_client.tables.records import listed
from barograph_client.tables.table import Table

#: A batch of a frame holds at most this many times the rows of one of single rows.
_TIMES: Final = 10
#: Bytes one id, prediction or label is counted with.
_BESIDE_BYTES: Final = 64


def beside_of(table: Table, **given: Any) -> dict[str, Sequence[object]]:
    """What is given beside a frame, by its name on the wire, each with one value a row.

    Parameters
    ----------
    given : sequences by name, None for none; `scores` of shape (rows, classes) need `classes`; `score` is one
        number a row.

    Raises
    ------
    RowsError
        One has other than one value a row.
    """
    classes = given.pop("classes", None)
    found: dict[str, Sequence[object]] = {}
    for name, values in given.items():
        if values is None:
            continue
        column = by_class(values, classes) if name == "scores" else listed(values)
        if len(column) != table.rows:
            raise RowsError(f"{len(column)} values of {name} for {table.rows} rows; give one a row")
        found[name] = column
    for name in ("timestamp", "label_timestamp"):
        if name in found:
            found[name] = [time_given(value) for value in found[name]]
    return found


def score_names(scores: Any, classes: Sequence[object] | None) -> dict[str, Any]:
    """Scores under the name they travel by: `score` where there is one a row, `scores` where there is one a class.

    Examples
    --------
    >>> score_names([0.2, 0.7], None), list(score_names([[0.2, 0.8]], None))
    ({'score': [0.2, 0.7]}, ['scores'])
    """
    if scores is None:
        return {}
    shape = getattr(scores, "shape", None)
    if shape is not None:
        several = len(shape) == 2
    else:
        several = len(scores) > 0 and isinstance(scores[0], (list, tuple, Mapping))
    return {"scores" if several or classes is not None else "score": scores}


def by_class(scores: Any, classes: Sequence[object] | None) -> list[object]:
    """Scores as a dictionary a row, `{class: probability}`.

    Examples
    --------
    >>> by_class([[0.2, 0.8]], ["no", "yes"])
    [{'no': 0.2, 'yes': 0.8}]
    """
    rows = listed(scores)
    if all(isinstance(row, Mapping) for row in rows):
        return list(rows)
    lines = [listed(row) for row in rows]
    names = (
        [str(c) for c in classes]
        if classes is not None
        else [str(i) for i in range(len(lines[0]) if lines else 0)]
    )
    if any(len(line) != len(names) for line in lines):
        raise RowsError(f"scores have other than {len(names)} values a row; give one a class")
    return [dict(zip(names, line, strict=True)) for line in lines]


def pieces(
    table: Table, beside: Mapping[str, Sequence[object]], *, stream: Stream, at_us: int, settings: Settings
) -> Iterator[Rows]:
    """A frame in pieces of the size of a batch, each copied from the caller's."""
    rows = table.rows
    if rows == 0:
        return
    row_bytes = (table.bytes + _BESIDE_BYTES * rows * len(beside)) / rows + 1.0
    step = max(1, min(settings.batch_rows * _TIMES, int(settings.batch_bytes / row_bytes)))
    for start in range(0, rows, step):
        stop = min(start + step, rows)
        yield Rows(
            stream=stream,
            at_us=at_us,
            table=table.piece(start, stop).kept(),
            beside={name: values[start:stop] for name, values in beside.items()},
            bytes=int(row_bytes * (stop - start)),
            rows=stop - start,
        )
