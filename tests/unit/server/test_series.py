"""Figures read from the server are those of the library for the same rows."""

from __future__ import annotations

import io
from datetime import datetime

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.frames.typed import typed
from barograph.metrics.evaluate import evaluate_windows
from barograph.metrics.values import Value
from barograph.store.catalog import add_reference, create_model, create_project, model, version_id
from barograph.store.profiles.add import add_rows

DAY_US = 86_400_000_000
START_US = 1_299_974_400_000_000  # 13 March 2011, 00:00 UTC


def drawn_rows(rows: int, *, first_us: int, seed: int) -> pl.DataFrame:
    draw = np.random.default_rng(seed)
    times = first_us + np.sort(draw.integers(0, 10 * DAY_US, rows))
    return pl.DataFrame(
        {
            "id": [f"{seed}-{i}" for i in range(rows)],
            "t": pl.Series(times).cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
            "x": draw.normal(size=rows),
            "c": draw.choice(["a", "b"], rows),
            "p": draw.normal(size=rows),
            "y": draw.normal(size=rows),
        }
    )


@pytest.fixture
def reference() -> bg.Profile:
    rows = drawn_rows(2000, first_us=START_US - 30 * DAY_US, seed=1)
    schema = bg.Schema.infer(rows, id="id", timestamp="t", prediction="p", label="y", task="regression")
    return bg.profile(rows, schema, every="1h", by=["c"], name="training")


@pytest.fixture
def rows() -> pl.DataFrame:
    return drawn_rows(3000, first_us=START_US - 20 * DAY_US, seed=2)


@pytest.fixture
def served(http, reference, rows):
    """The server with one model, whose rows are counted under two versions."""
    database, now = http.app.state.server.database, 1_300_000_000_000_000
    with database.writing() as conn:
        create_project(conn, "shop", now=now)
        made = create_model(conn, "shop", "demand", reference.schema, now=now, every="1h", by=[["c"]])
        add_reference(conn, made.id, "training", reference, now=now)
        made = model(conn, "shop", "demand")
        for name, part in (("1", rows[:1000]), ("2", rows[1000:])):
            version, _ = version_id(conn, made.id, name, now=now)
            add_rows(conn, made, version, typed(part, made.schema), received_at=now)
    return http


def read(http, *addresses: str, **asked: str):
    answered = http.get(
        "/v1/projects/shop/models/demand/series", params={"address": list(addresses), **asked}
    )
    return answered.json() if answered.status_code == 200 else (answered.status_code, answered.json())


def figures(told) -> dict[datetime, tuple[float | None, int | None]]:
    return {datetime.fromisoformat(p["start"]): (p["value"], p["n"]) for p in told["series"][0]["points"]}


def expected(found):
    return {t: (r.value, r.n) if isinstance(r, Value) else (None, None) for t, r in found}


@pytest.mark.parametrize(
    "address",
    [
        'drift.total_variation(column="x")', 'quality.null_share(column="c")', "performance.mae", "drift.share",
        'performance.mae(segment="c=a")', 'drift.psi(column="x", segment="c=b")',
    ],
)  # fmt: skip
@pytest.mark.parametrize("window", ["1d", "1w"])
def test_figures_are_those_of_the_library(served, reference, rows, address, window):
    told = read(served, address, window=window)
    library = bg.profile(rows, like=reference, every=window, by=["c"])
    assert figures(told) == expected(evaluate_windows(address, library, reference))


def test_hours_are_those_of_the_library(served, reference, rows):
    told = read(served, "performance.rmse", window="1h")
    library = bg.profile(rows, like=reference, every="1h")
    assert figures(told) == expected(evaluate_windows("performance.rmse", library, reference))


def test_a_version_alone(served, reference, rows):
    told = read(served, "performance.mae", version="2")
    library = bg.profile(rows[1000:], like=reference, every="1d")
    assert figures(told) == expected(evaluate_windows("performance.mae", library, reference))


def test_figures_read_again_are_the_kept_ones(served, monkeypatch):
    asked = ('drift.total_variation(column="x")', "performance.mae")
    first = read(served, *asked)
    monkeypatch.setattr("barograph.server.reading.series.evaluate_windows", None)
    assert read(served, *asked) == first


def test_new_rows_change_the_figures_of_their_day_alone(served, reference, rows):
    before = figures(read(served, "performance.mae"))
    database = served.app.state.server.database
    late = drawn_rows(1, first_us=START_US - 15 * DAY_US, seed=3)
    with database.writing() as conn:
        held = model(conn, "shop", "demand")
        add_rows(
            conn, held, version_id(conn, held.id, "2", now=1)[0], typed(late, held.schema), received_at=1
        )
    after = figures(read(served, "performance.mae"))
    assert [t.date() for t in after if after[t] != before[t]] == [late["t"][0].date()]


def test_a_past_span_can_be_the_reference(served, reference, rows):
    address = 'drift.total_variation(column="x")'
    told = read(served, address, reference="2011-02-21/2011-02-25", **{"from": "2011-03-01"})
    library = bg.profile(rows, like=reference, every="1d")
    past = library.at(*(c for c in library.cells if c.segment == "" and c.window < START_US - 15 * DAY_US))
    wanted = {t: v for t, v in expected(evaluate_windows(address, library, past)).items() if t.month == 3}
    assert figures(told) == wanted


def test_csv_and_arrow_hold_the_same_table(served):
    asked = {"address": "performance.mae", "format": "csv"}
    csv = served.get("/v1/projects/shop/models/demand/series", params=asked)
    arrow = served.get("/v1/projects/shop/models/demand/series", params=asked | {"format": "arrow"})
    table = pl.read_ipc_stream(io.BytesIO(arrow.content))
    assert pl.read_csv(csv.content)["value"].to_list() == pytest.approx(table["value"].to_list())
    assert table["start"].dtype == pl.Datetime("us", "UTC")


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({"address": "performance.mse_"}, 400, "did you mean 'performance.mse'"),
        ({"address": 'quality.mean(column="z")'}, 400, "no column 'z'"),
        ({"address": "performance.mae", "from": "yesterday"}, 422, "from='yesterday' is no time"),
        ({"address": "performance.mae", "from": "2011-02-01", "to": "2011-01-01"}, 422, "is not before"),
        ({"address": "performance.mae", "window": "15m"}, 422, "counted by 1h"),
        ({"address": 'performance.mae(segment="c=a")', "window": "1h"}, 422, "segments are kept by day"),
        ({"address": 'performance.mae(segment="c=z")'}, 404, "no segment 'c=z' of model"),
        ({"address": 'quality.mean(column="x", segment="C=a")'}, 404, "did you mean 'c=a'"),
        ({"address": "performance.mae", "version": "3"}, 404, "no version '3'"),
        ({"address": "performance.mae", "reference": "trainig"}, 404, "training"),
        ({"address": 'quality.mean(column="x")', "as_of": "2011-03-01"}, 422, "as_of= goes with figures that need"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(served, asked, status, said):
    address = asked.pop("address")
    found, told = read(served, address, **asked)
    assert found == status
    assert said in told["error"]["message"]
