"""Leases on models, held for as long as there is work."""

from __future__ import annotations

from barograph.server.clock import Clock
from barograph.store.database import Database
from barograph.store.leases import claim, release

_SECOND_US = 1_000_000


class Held:
    """The models one worker works on.

    A lease is kept from one step to the next and renewed when half of it is over: a lease a step would cost a
    synced write for every model and second. Their time is the machine's, however fast the server's clock runs.

    Parameters
    ----------
    name : of the worker, among all that share the work.
    seconds : after which a lease that is not renewed is free.
    """

    def __init__(self, database: Database, clock: Clock, *, name: str, seconds: float) -> None:
        self.database, self.clock, self.name, self.seconds = database, clock, name, seconds
        self._until: dict[int, int] = {}

    def has(self, model_id: int) -> bool:
        """Whether the model is this worker's, claiming it where it is free."""
        now = self.clock.now()
        half_us = round(self.seconds * _SECOND_US / 2)
        if self._until.get(model_id, 0) - now > half_us:
            return True
        with self.database.writing() as conn:
            mine = claim(conn, _lease(model_id), self.name, now, self.seconds)
        self._until[model_id] = now + 2 * half_us if mine else 0
        return mine

    def release(self) -> None:
        """Free all models."""
        with self.database.writing() as conn:
            for model_id in [model_id for model_id, until in self._until.items() if until]:
                release(conn, _lease(model_id), self.name)
        self._until.clear()


def _lease(model_id: int) -> str:
    return f"model/{model_id}"
