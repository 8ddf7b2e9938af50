"""Keep a small server as it is today, so that later versions are tested to open it.

uv run python tests/data/keep_backup.py     # writes REVISION.sqlite.tar.zst, REVISION.postgresql.tar.zst, REVISION.json

Run once for each revision of the tables, before the version that has it is released. Needs PostgreSQL.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import sqlalchemy as sa

import barograph as bg
from barograph.monitors.file import read_file_document
from barograph.server.alerting.attention import attend
from barograph.server.alerting.evaluate import Evaluator
from barograph.server.alerting.file import put_file
from barograph.server.alerting.replay import replay
from barograph.server.worker import Worker
from barograph.server.worker.limits import Limits
from barograph.server.worker.store import Store
from barograph.store import catalog
from barograph.store.alerts import list_alerts
from barograph.store.audit import append_audit
from barograph.store.backup import backup
from barograph.store.database import Database, open_database
from barograph.store.dead_letters import DeadLetter, add_dead_letters
from barograph.store.events import record
from barograph.store.incidents import open_incidents
from barograph.store.log import Entry, EntryKind, open_log
from barograph.store.migrate import STATE, known_revisions, migrate
from barograph.store.pins import pin
from barograph.store.profiles import read

HERE = Path(__file__).parent
ROWS, BATCHES = 30, 12
START_US = int(datetime(2024, 3, 30, 9, tzinfo=UTC).timestamp()) * 1_000_000
HOUR_US = 3_600_000_000
SPAN = {"first_day": 19_000, "last_day": 20_500}
SCHEMA = bg.Schema(
    task="regression",
    timezone="Europe/Berlin",
    columns=(
        bg.Column(name="i", role="id", kind="categorical"),
        bg.Column(name="t", role="timestamp", kind="datetime"),
        bg.Column(name="x"),
        bg.Column(name="place", kind="categorical"),
        bg.Column(name="p", role="prediction"),
        bg.Column(name="y", role="label"),
    ),
)


class Now:
    """A clock that stands."""

    def now(self) -> int:
        return START_US + BATCHES * HOUR_US


def rows_of(number: int) -> pl.DataFrame:
    """The rows of a batch, an hour of them."""
    places = range(ROWS)
    return pl.DataFrame(
        {
            "i": [f"{number}-{k}" for k in places],
            "t": pl.Series([START_US + number * HOUR_US + k for k in places]).cast(pl.Datetime("us", "UTC")),
            "x": [float((number * 31 + k * 17) % 101) for k in places],
            "place": [("Bonn", "Köln", None)[k % 3] for k in places],
            "p": [float((number + k) % 13) for k in places],
            "y": [float(k % 11) for k in places],
        }
    )


def entry(kind: EntryKind, number: int, frame: pl.DataFrame) -> Entry:
    body = frame.write_ipc_stream(None, compression="lz4").getvalue()
    at = START_US + number * HOUR_US
    return Entry(batch_id=f"{number}", model_id=1, kind=kind, body=body, rows=ROWS, received_at=at)


def predictions(number: int) -> Entry:
    about = [
        pl.col("i").alias("barograph_id"),
        pl.lit(0, pl.Int32).alias("barograph_row"),
        pl.lit("v1" if number < BATCHES // 2 else "v2").alias("barograph_version"),
        pl.col("t").cast(pl.Int64).alias("barograph_time"),
        pl.lit(value=False).alias("barograph_derived"),
    ]
    return entry("predictions", number, rows_of(number).select(*about, pl.exclude("y")))


def labels(number: int) -> Entry:
    about = [
        pl.col("i").alias("barograph_id"),
        pl.lit(None, pl.Int32).alias("barograph_row"),
        pl.col("t").cast(pl.Int64).alias("barograph_time"),
    ]
    return entry("labels", number, rows_of(number).select(*about, "y"))


def fill(database: Database, log_url: str, data: Path) -> Store:
    """A model with two versions; rows in the lake, in the log and not applied yet; labels of some."""
    migrate(database)
    reference = bg.profile(pl.concat([rows_of(n) for n in range(20)]), SCHEMA, every="1h", origin="training")
    with database.writing() as conn:
        catalog.create_project(conn, "bank", now=START_US)
        catalog.create_model(conn, "bank", "credit", SCHEMA, now=START_US, by=[["place"]])
        kept = catalog.add_reference(conn, 1, "training", reference, now=START_US)
        pin(conn, 1, reference, cited_by=[f"reference/{kept.id}"], now=START_US)
        record(conn, model_id=1, kind="deployment", at=START_US, version="v1", name="first")
        append_audit(conn, at=START_US, actor="bootstrap", action="model.create", subject="bank/credit")
        letter = DeadLetter(batch_id="x", kind="predictions", index=0, reason="missing_id", row="{}")
        add_dead_letters(conn, 1, [letter], at=START_US)
    store = Store(
        database=database, log=open_log(log_url), lake_folder=data / "lake", ids_folder=data / "ids"
    )
    worker = Worker(store, Now(), limits=Limits(move_rows=1, move_seconds=1e9), name="one")
    store.log.append([predictions(n) for n in range(BATCHES - 4)])
    store.log.append([labels(n) for n in range(3)])
    settled(worker)
    worker.limits = Limits(move_rows=1 << 30, move_seconds=1e9)
    store.log.append([labels(n) for n in range(3, 6)] + [predictions(BATCHES - 4)])
    settled(worker)
    store.log.append([predictions(n) for n in range(BATCHES - 3, BATCHES)])
    (data / "redaction.key").write_bytes(bytes(32))
    judge(store)
    return store


def judge(store: Store) -> None:
    """Monitors whose alerts are open, one of them acknowledged."""
    document = {
        "monitors": [
            {"name": "x high", "metric": 'quality.mean(column="x")', "window": "1h", "when": {"above": 1.0}},
            {"name": "errors", "metric": "performance.mae", "window": "1d", "when": {"calibrated": {}}},
        ],
        "routes": {"on-call": {"wait": "1m"}},
    }
    now = Now().now()
    with store.database.writing() as conn:
        put_file(conn, 1, read_file_document(document), now=now, actor="bootstrap")
    evaluator = Evaluator(store, name="one")
    while evaluator.step(now=now):
        pass
    with store.database.writing() as conn:
        (incident,) = open_incidents(conn, 1)
        attend(
            conn,
            1,
            incident.id,
            "acknowledged",
            actor="bootstrap",
            now=now,
            changed={"acknowledged_by": "bootstrap"},
        )


def settled(worker: Worker) -> None:
    """Let a worker do all that is due."""
    while worker.step():
        pass
    if worker.failures:
        raise RuntimeError(worker.failures)


def known(store: Store) -> dict[str, object]:
    """What a server says of its rows."""
    with store.database.reading() as conn:
        model = catalog.model(conn, "bank", "credit")
        served = read(conn, model, None, **SPAN)
        rows = store.of(model).rows.predictions(conn, ids=["2-7"])
        return {
            "versions": [version.name for version in catalog.versions(conn, model.id)],
            "rows": served.rows,
            "windows": len(served.windows),
            "mae": round(bg.evaluate("performance.mae", served.total()).value, 9),
            "place": rows.batch.frame.get_column("place").to_list(),
            "in lake": store.of(model).lake.moved("predictions") > 0,
            "in log": sum(waiting.rows for waiting in store.log.waiting()),
        } | alerts_known(conn)


def alerts_known(conn: sa.Connection) -> dict[str, object]:
    """What it says of alerts, where there are any: the first revision knows none."""
    found = list_alerts(conn, 1)
    told = {"alerts": [a.summary for a in found], "replayed": [replay(conn, a).same for a in found]}
    return told if found else {}


def main() -> None:
    import importlib.util

    spec = importlib.util.spec_from_file_location("postgres_cluster", HERE.parent / "postgres_cluster.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found, revision = module.programs(), known_revisions(STATE)[-1]
    if found is None:
        sys.exit(f"needs PostgreSQL: {module.INSTALL}")
    with TemporaryDirectory() as folder, module.cluster(found) as urls:
        for kind in ("sqlite", "postgresql"):
            data = Path(folder) / kind
            data.mkdir()
            url = f"sqlite:///{data / 'barograph.db'}" if kind == "sqlite" else urls.format("postgres")
            database = open_database(url)
            store = fill(database, url.replace("barograph.db", "log.db"), data)
            to = HERE / f"{revision}.{kind}.tar.zst"
            to.unlink(missing_ok=True)
            backup(data, database, to, now=Now().now())
            told = known(store)
            settled(Worker(store, Now(), limits=Limits(move_rows=1), name="one"))
            told = {"kept": told, "caught up": known(store)}
            (HERE / f"{revision}.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
            sys.stdout.write(f"{to.name}: {to.stat().st_size} bytes\n")
            store.log.close()
            database.close()


if __name__ == "__main__":
    main()
