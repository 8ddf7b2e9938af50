"""Items as they are stored."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import orjson

from barograph.errors import DataError
from barograph.operations.histograms import histogram_sums
from barograph.operations.sums import ReadingSums, reading_sums
from barograph.server.operations.forms import (
    EnvironmentItem,
    EventItem,
    HeartbeatItem,
    LineageItem,
    ReadingItem,
)
from barograph.server.operations.items import Read
from barograph.server.operations.taking import Taking
from barograph.store.environments import Environment, add_environment
from barograph.store.events import record
from barograph.store.heartbeats import Heartbeat, add_heartbeats
from barograph.store.lineage import set_lineage
from barograph.store.probes import add_answers
from barograph.store.readings import Reading, add_readings

_MOST_DETAIL_BYTES: Final = 65_536
_MOST_ANSWERS: Final = 5_000
_LONGEST_ROW: Final = 100
_DEEPEST: Final = 20


def add_reading_items(taking: Taking, items: list[Read[ReadingItem]]) -> None:
    """Add readings to their sums."""
    found: list[tuple[int, Reading]] = []
    for item in items:
        form, at = item.form, taking.time(item.form.time, item.index)
        model_id = taking.model_id(form.model, item.index) if form.model else None
        if at is None or (form.model and model_id is None):
            continue
        try:
            sums = _sums(form, at)
        except DataError as error:
            taking.reject(item.index, "value" if form.histogram is None else "histogram", str(error))
            continue
        reading = Reading(
            name=form.name, at=at, sums=sums, model_id=model_id, host=form.host or "",
            version=form.version or "", unit=form.unit or "",
        )  # fmt: skip
        found.append((item.index, reading))
    for place, field, reason in add_readings(taking.conn, taking.project_id, [r for _, r in found]):
        taking.reject(found[place][0], field, reason)


def add_heartbeat_items(taking: Taking, items: list[Read[HeartbeatItem]]) -> None:
    """Note signs of life; those of no model tell nothing that is asked for, and are only counted as taken."""
    beats = []
    for item in items:
        form, at = item.form, taking.time(item.form.time, item.index)
        if at is None or not form.model:
            continue
        model_id = taking.model_id(form.model, item.index)
        if model_id is not None:
            beats.append(
                Heartbeat(
                    model_id=model_id, at=at, host=form.host or "", version=form.version or "",
                    interval_seconds=math.ceil(form.every_seconds),
                )
            )  # fmt: skip
    add_heartbeats(taking.conn, beats)


def add_environment_items(taking: Taking, items: list[Read[EnvironmentItem]]) -> None:
    """Keep environments; a change is an event."""
    for item in items:
        form, at = item.form, taking.time(item.form.time, item.index)
        details = form.model_dump(exclude={"time", "version", "host", "model", "stage"}, exclude_none=True)
        if at is None or not _fits(taking, item.index, details) or not form.model:
            continue
        model_id = taking.model_id(form.model, item.index)
        if model_id is not None:
            environment = Environment(
                model_id=model_id, at=at, details=details, version=form.version or "", host=form.host or "",
                stage=form.stage,
            )  # fmt: skip
            add_environment(taking.conn, environment)


def add_event_items(taking: Taking, items: list[Read[EventItem]]) -> None:
    """Write events; what a probe tells is compared with what it told before."""
    for item in items:
        form, at = item.form, taking.time(item.form.time, item.index)
        model_id = taking.model_id(form.model, item.index) if form.model or form.kind == "probe" else None
        if at is None or (model_id is None and (form.model or form.kind == "probe")):
            continue
        if form.kind == "probe":
            if model_id is not None:
                _add_probe(taking, item, model_id, at)
        elif _fits(taking, item.index, form.details):
            record(
                taking.conn, model_id=model_id, project_id=taking.project_id, kind=form.kind, at=at,
                name=form.name or form.text or "", version=form.version, source=form.source or "",
                details=form.details, received_at=taking.now,
            )  # fmt: skip


def add_lineage_items(taking: Taking, items: list[Read[LineageItem]]) -> None:
    """Say what features are made from."""
    for item in items:
        model_id = taking.model_id(item.form.model, item.index)
        if model_id is not None:
            set_lineage(taking.conn, model_id, item.form.features, at=taking.now)


def _sums(form: ReadingItem, at: int) -> ReadingSums:
    if form.histogram is not None:
        if form.value is not None:
            raise DataError("a value and a histogram; give one of them.")
        return histogram_sums(form.histogram, at)
    if form.value is None:
        raise DataError("no value and no histogram; give one of them.")
    try:
        return reading_sums([float(form.value)], at)
    except OverflowError:
        raise DataError("the value is beyond the largest number; leave it out.") from None


def _add_probe(taking: Taking, item: Read[EventItem], model_id: int, at: int) -> None:
    """Answers of probe rows: a list in the order of the rows, or by the row's name."""
    details = item.form.details
    answers, probe = details.get("answers"), details.get("probe", "")
    if isinstance(answers, list):
        answers = {str(row): answer for row, answer in enumerate(answers)}
    if (
        not isinstance(answers, Mapping)
        or not isinstance(probe, str)
        or not 0 < len(answers) <= _MOST_ANSWERS
    ):
        taking.reject(
            item.index, "details.answers", f"1 to {_MOST_ANSWERS:,} answers are expected, a list or by row"
        )
    elif max(map(len, answers)) > _LONGEST_ROW:
        taking.reject(item.index, "details.answers", f"names of rows have at most {_LONGEST_ROW} characters")
    elif _fits(taking, item.index, {"answers": answers}, most=10 * _MOST_DETAIL_BYTES):
        # Other rows under the same name are another probe.
        named = f"{probe}:{details['rows_hash']}" if details.get("rows_hash") else probe
        add_answers(taking.conn, model_id, answers, at=at, version=item.form.version or "", probe=named[:200])


def _fits(taking: Taking, index: int, details: Mapping[str, Any], most: int = _MOST_DETAIL_BYTES) -> bool:
    """Whether details are of a size to be kept; the item is rejected otherwise."""
    if not _is_shallow(details, _DEEPEST):
        taking.reject(index, "details", f"nested deeper than {_DEEPEST}; flatten it")
        return False
    written = orjson.dumps(details)
    if len(written) > most:
        taking.reject(index, "details", f"{len(written):,} bytes of details; expected at most {most:,}")
    elif b"\\u0000" in written:
        taking.reject(index, "details", "a NUL character in a text; leave it out")
    else:
        return True
    return False


def _is_shallow(value: object, levels: int) -> bool:
    if not isinstance(value, Mapping | list):
        return True
    inner = value.values() if isinstance(value, Mapping) else value
    return levels > 0 and all(_is_shallow(each, levels - 1) for each in inner)
