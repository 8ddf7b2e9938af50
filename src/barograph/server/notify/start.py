"""What sends a server's messages, as its settings say."""

from __future__ import annotations

import numpy as np
import sqlalchemy as sa

from barograph.alerts.routes import DEFAULT_NAME, DEFAULT_ROUTE, read_route
from barograph.config.settings import Settings
from barograph.server.clock import Clock
from barograph.server.notify.addresses import Reach
from barograph.server.notify.deliver import Deliveries, Sorting
from barograph.server.notify.kinds import Making
from barograph.server.notify.letter import Letter
from barograph.server.notify.telling_digests import tell_digests
from barograph.store.channels import all_channels, channel_seal
from barograph.store.database import Database
from barograph.store.monitors import settings_of
from barograph.store.notifications import Notification, forget

#: How often it is looked whether a digest is due, in µs of the server's clock.
_DIGEST_EVERY_US = 60_000_000
_DAY_US = 86_400_000_000


def making_of(settings: Settings) -> Making:
    """What channels are made with."""
    return Making(reach=Reach(private=settings.notify_private_addresses))


def deliveries_of(
    settings: Settings, database: Database, clock: Clock, *, pace_seconds: float = 1.0
) -> Deliveries:
    """What sends all that is due; see `barograph.server.notify.deliver.keep_delivering`."""

    def compose(row: Notification) -> Letter:
        # Loaded when there is something to tell: most workers start without.
        from barograph.server.notify.compose import incident_letter

        with database.reading() as conn:
            return incident_letter(conn, row, now=clock.now(), public_url=settings.reached_at)

    sorting = Sorting(
        database=database, seal=channel_seal(settings.data_path), making=making_of(settings), compose=compose,
        pace_seconds=pace_seconds,
    )  # fmt: skip
    return Deliveries(sorting, clock, rng=np.random.default_rng())


class Digests:
    """Puts digests into the outbox when they are due, and empties it of what was told long ago.

    Parameters
    ----------
    settings : the server's.
    """

    def __init__(self, settings: Settings, database: Database) -> None:
        self._database, self._public_url = database, settings.reached_at
        # Of 1 to 14 kB each; the incident's history has a line of it as long as it is kept.
        self._kept_us = settings.history_days * _DAY_US
        self._next = self._next_emptying = 0

    def step(self, *, now: int) -> bool:
        """Look, once a minute (`now` in µs UTC), and put what is due; returns whether there was any."""
        if now < self._next:
            return False
        self._next = now + _DIGEST_EVERY_US
        if now >= self._next_emptying:
            self._next_emptying = now + _DAY_US
            with self._database.writing() as conn:
                forget(conn, before=now - self._kept_us)
        return tell_digests(self._database, now=now, routed=routed, public_url=self._public_url)


def routed(conn: sa.Connection, project_id: int) -> tuple[str, ...]:
    """Names of the channels a project's routes send digests to."""
    kept = settings_of(conn, project_id).get("routes", {})
    routes = [read_route(name, document) for name, document in kept.items()]
    if DEFAULT_NAME not in kept:
        routes.append(DEFAULT_ROUTE)
    enabled = [channel.name for channel in all_channels(conn, project_id) if channel.enabled]
    chosen = (name for route in routes if route.digest for name in route.channels or enabled)
    return tuple(dict.fromkeys(chosen))
