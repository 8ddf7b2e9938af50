"""What is asked for of series that become due together: the same window after window, so it is found out once."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from barograph.metrics.address import Address, Argument
from barograph.metrics.evaluate import OfColumns, of_columns
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Undefined
from barograph.monitors.addressed import spec_of
from barograph.schema.model import Schema
from barograph.server.alerting.bulk import failed
from barograph.server.alerting.watch import Ask, Wanted, asks_of
from barograph.server.reading.series import is_of_readings

#: Groups of series that are remembered.
_HELD: Final = 4_096
#: Of the asks of a group whether the reference of each has windows in which the metric is known.
HasOwn = Callable[[Ask], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """One metric of several columns, computed at once, and by column what was asked for."""

    columns: OfColumns
    asks: Mapping[str, Ask]
    reference: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfRows:
    """What is asked for of the rows of a version, of all of them or of segments.

    Attributes
    ----------
    version_id : 0: of all versions.
    divided : by segment.
    failed : those that name no metric of the model, and why.
    now : the others that take no other windows.
    together : those of them that are computed of several columns at once.
    labels : whether some take other windows too.
    """

    version_id: int
    divided: bool
    failed: Mapping[Ask, Undefined]
    now: Sequence[Ask]
    together: Sequence[Together]
    labels: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Everything that is asked for of a group of series.

    Attributes
    ----------
    wanted : what judging each series takes.
    before : of what is asked for how many windows before the first one.
    """

    wanted: Sequence[Wanted]
    before: Mapping[Ask, int]
    of_rows: Sequence[OfRows]


class Askings:
    """Remembers what is asked for, for as long as the same series become due and their references have the same."""

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[object, ...], Asking] = OrderedDict()

    def of(
        self, wanted: Sequence[Wanted], schema: Schema, has_own: HasOwn, marks: tuple[object, ...]
    ) -> Asking:
        """What is asked for of some series of a model.

        Parameters
        ----------
        marks : what else decides it: length of windows, and the references.
        """
        # Each is known by where it is: what is remembered keeps it there.
        key = (*marks, *map(id, wanted))
        if key not in self._held:
            self._held[key] = asking_of(wanted, schema, has_own)
            while len(self._held) > _HELD:
                self._held.popitem(last=False)
        return self._held[key]

    def forget(self) -> None:
        """All of it: series that were written out anew are others than those it was found out of."""
        self._held.clear()


def asking_of(wanted: Sequence[Wanted], schema: Schema, has_own: HasOwn) -> Asking:
    """Find out what is asked for of some series of a model."""
    before: dict[Ask, int] = {}
    for each in wanted:
        for ask, count in asks_of(each, has_own=has_own):
            before[ask] = max(before.get(ask, 0), count)
    places: dict[tuple[int, bool], list[Ask]] = defaultdict(list)
    for ask in before:
        if not is_of_readings(ask.address.metric):
            places[ask.version_id, bool(ask.address.get("segment"))].append(ask)
    of_rows = [_of_rows(place, asks, before, schema) for place, asks in places.items()]
    return Asking(wanted=wanted, before=before, of_rows=of_rows)


def _of_rows(
    place: tuple[int, bool], asks: Sequence[Ask], before: Mapping[Ask, int], schema: Schema
) -> OfRows:
    wrong = {ask: failed(error) for ask, error in _not_of_the_model(schema, asks)}
    now = [ask for ask in asks if not before[ask] and ask not in wrong]
    return OfRows(
        version_id=place[0], divided=place[1], failed=wrong, now=now, together=list(_together(now, schema)),
        labels=any(before[ask] for ask in asks),
    )  # fmt: skip


def _not_of_the_model(schema: Schema, asks: Iterable[Ask]) -> Iterator[tuple[Ask, Exception]]:
    """Those that name no metric of the model, and why."""
    for ask in asks:
        try:
            spec_of(ask.address, schema)
        except ValueError as error:
            yield ask, error


def _together(asks: Iterable[Ask], schema: Schema) -> Iterator[Together]:
    """Of the metrics of columns those that differ by the column alone."""
    alike: dict[tuple[str | None, str, tuple[tuple[str, Argument], ...]], dict[str, Ask]] = {}
    for ask in asks:
        column = ask.address.get("column")
        others = tuple((n, v) for n, v in ask.address.arguments if n != "column")
        if isinstance(column, str) and _is_of_columns(spec_of(ask.address, schema), ask.address):
            alike.setdefault((ask.reference, ask.address.metric, others), {})[column] = ask
    for (reference, _, _), by_column in alike.items():
        addresses = [ask.address for ask in by_column.values()]
        yield Together(columns=of_columns(addresses, schema), asks=by_column, reference=reference)


def _is_of_columns(spec: MetricSpec, address: Address) -> bool:
    """Whether a metric, with its arguments beside the column, is asked for of many columns at once."""
    if spec.scope == "column" and not spec.needs_reference:
        return True
    return all(name in ("column", "segment") for name, _ in address.arguments) and (
        spec.scope == "drift" or (spec.scope == "windows" and spec.parameters == ("column",))
    )
