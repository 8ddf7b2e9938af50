"""What a server has counted beside what clients were told it had accepted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl
from kill_load import PATH, Client
from served import Served

import barograph as bg
from barograph.metrics.evaluate import evaluate_windows
from barograph.profile.codec import load
from barograph.server.worker.cursor import cursor_of
from barograph.store.database import open_database
from barograph.store.log import open_log


@dataclass(frozen=True)
class Ended:
    """One kill: where, and the seconds the server had taken to be ready; None where it ran already, or ended sooner."""

    where: str
    start_seconds: float | None


@dataclass(frozen=True)
class Outcome:
    """What is left after all kills.

    Attributes
    ----------
    rows, labels : acknowledged, each id once.
    lost, doubled : rows and labels fewer or more than that, over all hours.
    is_mae_equal, is_profile_equal : performance.mae of every hour, and the whole profile, to the library's.
    failures : what clients were told that they should not have been.
    """

    ended: tuple[Ended, ...]
    batches: int
    tries: int
    rows: int
    labels: int
    lost: int
    doubled: int
    is_mae_equal: bool
    is_profile_equal: bool
    failures: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """Whether all that was acknowledged is counted once, and nothing else."""
        is_counted = self.lost == self.doubled == 0 and not self.failures
        return is_counted and self.is_mae_equal and self.is_profile_equal


def waiting(served: Served) -> bool:
    """Whether the log holds rows that no worker has counted."""
    database = open_database(f"sqlite:///{served.data}/barograph.db")
    log = open_log(f"sqlite:///{served.data}/log.db")
    try:
        with database.reading() as conn:
            applied = cursor_of(conn, 1).applied_seq
        return log.read(1, after=applied, rows=1) != []
    finally:
        log.close()
        database.close()


def counted(
    served: Served, reference: bg.Profile, clients: list[Client], ended: tuple[Ended, ...]
) -> Outcome:
    """Compare what is served with the library's of the rows that were acknowledged."""
    kept = pl.concat(frame for client in clients for frame in client.kept)
    library = bg.profile(kept, like=reference, every="1h", cross_tables=False)
    expected = {
        round(moment.timestamp() * 1e6): getattr(result, "value", None)
        for moment, result in evaluate_windows("performance.mae", library, reference)
    }
    points = served.json("GET", f"{PATH}/series?address=performance.mae&window=1h")["series"][0]["points"]
    _, body, _ = served.ask("GET", f"{PATH}/profiles?window=1h")
    profile, by_hour = load(body), _differences(served, kept)
    return Outcome(
        ended=ended,
        batches=sum(client.acknowledged for client in clients),
        tries=sum(client.tries for client in clients),
        rows=kept.height,
        labels=int(kept["y"].is_not_null().sum()),
        lost=-sum(min(0, difference) for difference in by_hour),
        doubled=sum(max(0, difference) for difference in by_hour),
        is_mae_equal={_time_us(p["start"]): p["value"] for p in points} == expected,
        is_profile_equal=profile.at(*profile.cells) == library.at(*library.cells),
        failures=tuple(client.failure for client in clients if client.failure),
    )


def _differences(served: Served, kept: pl.DataFrame) -> list[int]:
    """Rows and labels of each hour, those served less those acknowledged."""
    windows = served.json("GET", f"{PATH}/windows?window=1h")["windows"]
    here = {_time_us(w["start"]): (w["rows"], w["labelled"]) for w in windows}
    hours = kept.group_by(pl.col("t").dt.truncate("1h").dt.epoch("us")).agg(
        pl.len().alias("rows"), pl.col("y").is_not_null().sum().alias("labels")
    )
    true = {hour: (rows, labels) for hour, rows, labels in hours.rows()}
    return [
        mine - theirs
        for hour in here.keys() | true.keys()
        for mine, theirs in zip(here.get(hour, (0, 0)), true.get(hour, (0, 0)), strict=True)
    ]


def _time_us(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1e6)
