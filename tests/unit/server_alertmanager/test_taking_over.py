"""A worker that tells Alertmanager, and dies: another takes over before what was told is overdue."""

from __future__ import annotations

from datetime import datetime

import pytest

from barograph.server.alertmanager import resend
from barograph.server.alertmanager.resend import Means, Resending
from barograph.server.notify.addresses import Reach
from barograph.server.notify.kinds import read_config
from barograph.server.notify.outcome import Sent
from barograph.store import catalog
from barograph.store.channels import Seal, put_channel

SECOND_US = 1_000_000
BEGUN_US = 1_700_000_000 * SECOND_US


class HandClock:
    """A clock that is set by hand."""

    time = BEGUN_US

    def now(self) -> int:
        return self.time


@pytest.mark.parametrize("intervals", [(15,), (300, 2), (60,)])
def test_who_takes_over_tells_before_anything_is_overdue(database, monkeypatch, intervals):
    clock, seal, until = HandClock(), Seal(key=bytes(32)), dict[str, int]()

    def send(url, alerts, _headers, **_more):
        until[url] = round(datetime.fromisoformat(alerts[0]["endsAt"]).timestamp()) * SECOND_US
        return Sent()

    monkeypatch.setattr(resend, "send_alerts", send)
    with database.writing() as conn:
        project_id = catalog.create_project(conn, "bank", now=0).id
        for seconds in intervals:
            name = f"every {seconds} s"
            config = {"peers": [f"http://127.0.0.1:{seconds}"], "interval_seconds": seconds}
            sealed = seal.close(read_config("alertmanager", config), project_id=project_id, name=name)
            put_channel(conn, project_id=project_id, name=name, kind="alertmanager", sealed=sealed, now=0)
    first, second = (
        Resending(Means(database=database, seal=seal, reach=Reach(private=True), owner=name, wall_us=clock.now), clock)
        for name in ("first", "second")
    )  # fmt: skip
    for seconds in range(400):
        clock.time = BEGUN_US + seconds * SECOND_US
        for worker in (first, second) if seconds < 100 else (second,):
            worker.step()
        assert len(until) == len(intervals)
        assert clock.time <= min(until.values()), seconds
