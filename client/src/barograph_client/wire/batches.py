"""What was waiting, made into batches one at a time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

from barograph_client.buffer.buffer import Missing, Taken
from barograph_client.buffer.items import Body, Item, Row, Rows, Stream
from barograph_client.edge import Complaints
from barograph_client.identifiers import Identifiers
from barograph_client.settings import Settings
from barograph_client.stats import Counters
from barograph_client.wire.batch import Batch, stream_path
from barograph_client.wire.body import packed
from barograph_client.wire.columns import columns_of, encode_columns
from barograph_client.wire.dropped import Report
from barograph_client.wire.times import time_text, time_texts

#: Rows sorted between two offers of Python's lock.
_STRIDE = 64
#: Rows read back between two offers.
_FEW = 8


class Batcher:
    """Turns items into batches, and puts into each what was dropped of its stream.

    Parameters
    ----------
    pause : called every 30 µs or so, to let other threads run.
    """

    def __init__(
        self,
        *,
        settings: Settings,
        counters: Counters,
        complaints: Complaints,
        ids: Identifiers,
        pause: Callable[[], object],
    ) -> None:
        self._settings = settings
        self._counters = counters
        self._complaints = complaints
        self._ids = ids
        self._pause = pause
        self._reports: defaultdict[Stream, Report] = defaultdict(Report)

    def dropped(self, stream: Stream, reason: str, missing: Missing) -> None:
        """Count rows that will not be sent, and say so in the stream's next batch."""
        self._counters.count(self._counters.dropped, reason, missing.rows)
        if stream in self._reports or len(self._reports) < self._counters.names_held:
            self._reports[stream].add(reason, missing)

    def batches(self, taken: Taken) -> Iterator[Batch]:
        """Batches of what was taken, stream by stream, made when asked for."""
        kept = taken.kept()
        sampling = {s: kept[s] / (kept[s] + m.rows) for s, m in taken.missing.items()}
        for stream, missing in taken.missing.items():
            self.dropped(stream, "overflow", missing)
        streams: defaultdict[Stream, list[Item]] = defaultdict(list)
        for i, item in enumerate(taken.items):
            streams[item.stream].append(item)
            if i % _STRIDE == 0:
                self._pause()
        while streams:
            stream, items = streams.popitem()
            for part in self._parts(items):
                batch = self._batch(stream, part, sampling.get(stream, 1.0))
                if batch is not None:
                    yield batch

    def _parts(self, items: list[Item]) -> Iterator[list[Item]]:
        """Cut by rows and bytes; an item too large by itself goes alone."""
        part: list[Item] = []
        rows = size = 0
        for item in items:
            full = (
                rows + item.rows > self._settings.batch_rows or size + item.bytes > self._settings.batch_bytes
            )
            if part and full:
                yield part
                part, rows, size = [], 0, 0
            part.append(item)
            rows += item.rows
            size += item.bytes
        if part:
            yield part

    def _batch(self, stream: Stream, items: list[Item], sampling: float) -> Batch | None:
        rows = sum(item.rows for item in items)
        with self._complaints.caught("unreadable"):
            left_out: Counter[str] = Counter()
            columns = self._columns(stream, items)
            count = len(next(iter(columns.values()), ()))
            if count == 0:
                return None
            raw = encode_columns(columns, self._pause, left_out)
            self._tell(left_out)
            body, encoding = packed(raw)
            header = self._reports.pop(stream, Report()).header(sampling, left_out.total())
            return Batch(
                path=stream_path(self._settings.project, stream),
                key=self._ids.one(),
                kind=stream.kind,
                rows=count,
                model=stream.model,
                version=stream.version,
                encoding=encoding,
                dropped=header,
                body=body,
            )
        missing = Missing()
        missing.add(rows, items[0].at_us)
        self.dropped(stream, "unreadable", missing)
        return None

    def _columns(self, stream: Stream, items: list[Item]) -> dict[str, Sequence[object]]:
        """Columns of single rows, or of frames, which are put under each other by name."""
        parts = [self._frame(item) for item in items if isinstance(item, Rows)]
        single = [item for item in items if isinstance(item, Row)]
        if single:
            columns: dict[str, Sequence[object]] = {**columns_of(self._read(single))}
            parts.append(_timed(columns, [row.at_us for row in single], self._pause))
        bodies = [item for item in items if isinstance(item, Body)]
        parts += [part for item in bodies if (part := self._body(stream, item))]
        return parts[0] if len(parts) == 1 else _stacked(parts)

    def _read(self, rows: list[Row]) -> list[dict[str, object]]:
        found = []
        for start in range(0, len(rows), _FEW):
            found += [row.values() for row in rows[start : start + _FEW]]
            self._pause()
        return found

    def _frame(self, item: Rows) -> dict[str, Sequence[object]]:
        columns = dict(item.table.columns())
        columns.update({name: values for name, values in item.beside.items() if name not in columns})
        return _timed(columns, [item.at_us] * item.rows, self._pause)

    def _body(self, stream: Stream, item: Body) -> dict[str, Sequence[object]]:
        """Rows of a request and its reply; one that cannot be read is counted and leaves the others alone."""
        with self._complaints.caught("unreadable"):
            rows = item.read(item.request, item.response)
            for i, row in enumerate(rows):
                row.setdefault("prediction_id", item.id if len(rows) == 1 else f"{item.id}.{i:x}")
            return _timed({**columns_of(rows)}, [item.at_us] * len(rows), self._pause)
        missing = Missing()
        missing.add(1, item.at_us)
        self.dropped(stream, "unreadable", missing)
        return {}

    def _tell(self, left_out: Counter[str]) -> None:
        for column, values in left_out.items():
            self._counters.count(self._counters.values, column, values)
            self._complaints.failed(
                "value", f"{values} values of {column!r} are nothing JSON can hold; they are sent as null"
            )


def _timed(
    columns: dict[str, Sequence[object]], at_us: list[int], pause: Callable[[], object]
) -> dict[str, Sequence[object]]:
    """With the time of the call where a row brings none."""
    given = columns.get("timestamp")
    if given is None:
        texts: list[str] = []
        for start in range(0, len(at_us), _STRIDE):
            texts += time_texts(at_us[start : start + _STRIDE])
            pause()
        columns["timestamp"] = texts
    elif any(value is None for value in given):
        columns["timestamp"] = [time_text(at) if v is None else v for v, at in zip(given, at_us, strict=True)]
    return columns


def _stacked(parts: list[dict[str, Sequence[object]]]) -> dict[str, Sequence[object]]:
    names = dict.fromkeys(name for part in parts for name in part)
    found: dict[str, Sequence[object]] = {}
    for name in names:
        column: list[object] = []
        for part in parts:
            column += part[name] if name in part else [None] * len(next(iter(part.values()), ()))
        found[name] = column
    return found
