"""Once a week each model's labelled rows are searched for segments that nobody declared and that became worse."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from barograph.charts.numbers import count
from barograph.errors import BarographError, message_of
from barograph.locale.said import say
from barograph.server.clock import SystemClock
from barograph.server.reading.span import Span
from barograph.server.unforeseen import UNFORESEEN
from barograph.server.worker.store import Store
from barograph.store.catalog import Model, held_out_profile, models_by_id, reference_profile
from barograph.store.events import record
from barograph.store.leases import claim, release
from barograph.store.tables.catalog import models
from barograph.store.tables.events import events

if TYPE_CHECKING:
    from barograph.explain.explanation import SegmentCause

_logger = logging.getLogger(__name__)
_DAY_US: Final = 86_400_000_000
#: What is searched, and how often.
_SEARCHED_US: Final = 28 * _DAY_US
_WEEK_US: Final = 7 * _DAY_US
#: It is looked so often whether a search is due.
_LOOK_US: Final = 60_000_000
_LEASE_SECONDS: Final = 600.0
#: Kinds of events: a model was searched, and a segment was found.
SEARCHED, FOUND = "segments_searched", "segment_worse"


class Searching:
    """Searches models, one at a time; what is found is an event of the model.

    Parameters
    ----------
    name : tells it from other processes.
    """

    def __init__(self, store: Store, *, name: str = "worker") -> None:
        self.store, self.name = store, name
        self._machine = SystemClock()
        self._looks_at: int | None = None

    def step(self, *, now: int) -> bool:
        """Search the model whose search is longest ago; returns whether one was due.

        Parameters
        ----------
        now : microseconds UTC.

        Notes
        -----
        Counts the rows of four weeks anew, with their sample: seconds for millions of them; the search takes half a
        second.
        """
        if self._looks_at is not None and now < self._looks_at:
            return False
        model = self._claimed(now)
        if model is None:
            self._looks_at = now + _LOOK_US
            return False
        found, why = self._searched(model, now)
        with self.store.database.writing() as conn:
            _keep(conn, model, found, why, now=now)
            release(conn, _lease(model.id), self.name)
        return True

    def _claimed(self, now: int) -> Model | None:
        """The first model whose search is due and that no other process searches."""
        for model in self._due(now):
            with self.store.database.writing() as conn:
                if claim(conn, _lease(model.id), self.name, self._machine.now(), _LEASE_SECONDS):
                    return model
        return None

    def _due(self, now: int) -> Iterator[Model]:
        """Models with labels and a reference that were not searched for a week, longest ago first."""
        last = (
            sa.select(sa.func.max(events.c.at))
            .where(events.c.model_id == models.c.id, events.c.kind == SEARCHED)
            .scalar_subquery()
        )
        asked = (
            sa.select(models.c.id)
            .where(models.c.reference_id.is_not(None), sa.func.coalesce(last, 0) <= now - _WEEK_US)
            .order_by(sa.func.coalesce(last, 0), models.c.id)
        )
        with self.store.database.reading() as conn:
            found = models_by_id(conn, ids := list(conn.scalars(asked)))
        for model in (found[each] for each in ids if each in found):
            if model.schema.task is not None and model.schema.with_role("label"):
                yield model

    def _searched(self, model: Model, now: int) -> tuple[Sequence[SegmentCause], str | None]:
        """What was found, or why nothing could be looked for."""
        try:
            with self.store.database.reading() as conn:
                return self._worse(conn, model, now), None
        except BarographError as error:
            return (), message_of(error)
        except UNFORESEEN as error:
            # The edge of a job: the model is searched again in a week, and the others before.
            _logger.exception("model %s could not be searched", model.id)
            return (), f"{type(error).__name__}: {error}"

    def _worse(self, conn: sa.Connection, model: Model, now: int) -> Sequence[SegmentCause]:
        # Loaded when there is something to search: it is large.
        import numpy as np

        from barograph.explain.explain import SEED
        from barograph.explain.searching import worse_segments
        from barograph.server.reading.counted import profile_of_rows

        assert model.reference is not None
        span = Span(first=now - _SEARCHED_US, end=now, timezone=model.schema.timezone)
        current = profile_of_rows(conn, self.store, model, span, every="1d")
        if not current.cells:
            raise BarographError(say("there are no rows of these days."))
        return worse_segments(
            reference_profile(conn, model.reference), current,
            held_out=held_out_profile(conn, model.id, beside=model.reference), rng=np.random.default_rng(SEED),
        )  # fmt: skip


def _lease(model_id: int) -> str:
    return f"search/{model_id}"


def _keep(
    conn: sa.Connection, model: Model, found: Sequence[SegmentCause], why: str | None, *, now: int
) -> None:
    """The search, and each segment, as events; together, so that a search that is known of has told what it found."""
    details: dict[str, Any] = {"days": _SEARCHED_US // _DAY_US, "found": len(found)}
    if why is not None:
        name = say("segments could not be searched: {why}", why=why)
    elif not found:
        name = say("no segment of the last four weeks' rows is worse than it was")
    else:
        name = say("segments of the last four weeks' rows that became worse: {n}", n=count(len(found)))
    record(conn, model_id=model.id, kind=SEARCHED, at=now, name=name, details=details)
    for cause in found:
        told = {"segment": cause.segment, "rows": list(cause.rows), "p_value": cause.p_value}
        record(conn, model_id=model.id, kind=FOUND, at=now, name=cause.sentence, details=told)
