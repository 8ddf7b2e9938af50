"""A segment that is chosen: every figure of a model's pages is of its rows, or says that it is not."""

from __future__ import annotations

import html
import io
import re

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.frames.typed import typed
from barograph.store.alerts import StoredAlert, add_alert
from barograph.store.catalog import add_reference, create_model, create_project, model, version_id
from barograph.store.database import open_database
from barograph.store.incidents import StoredIncident, add_incident
from barograph.store.profiles.add import add_rows

DAY_US = 86_400_000_000
NOW_US = 1_300_000_000_000_000
START_US = 1_299_974_400_000_000 - 12 * DAY_US
AT = "/models/shop/demand"
FR, DE = "country=FR", "country=DE"


def rows_of(count: int, *, first_us: int, days: int, seed: int, broken: bool) -> pl.DataFrame:
    """Rows of two countries, two of three in DE; where something is broken, it is `x` and the answers of FR."""
    draw = np.random.default_rng(seed)
    french, label = draw.random(count) < 1 / 3, draw.normal(size=count)
    bad = french & broken
    holes = french & (draw.random(count) < 0.3)
    return pl.DataFrame(
        {
            "id": [f"{seed}-{i}" for i in range(count)],
            "t": pl.Series(first_us + np.sort(draw.integers(0, days * DAY_US, count)))
            .cast(pl.Datetime("us"))
            .dt.replace_time_zone("UTC"),
            "x": draw.normal(size=count) + 4.0 * bad,
            "h": [None if hole else float(i % 7) for i, hole in enumerate(holes)],
            "country": np.where(french, "FR", "DE"),
            "p": label + draw.normal(0, 1, count) * (1.0 + 4.0 * bad),
            "y": label,
        }
    )


@pytest.fixture(scope="module")
def reference() -> bg.Profile:
    rows = rows_of(3000, first_us=START_US - 40 * DAY_US, days=30, seed=1, broken=False)
    schema = bg.Schema.infer(rows, id="id", timestamp="t", prediction="p", label="y", task="regression")
    return bg.profile(rows, schema, every="1d", by=["country"], name="training")


@pytest.fixture(scope="module")
def came() -> pl.DataFrame:
    return rows_of(1200, first_us=START_US, days=12, seed=2, broken=True)


@pytest.fixture
def served(settings, signed_in, reference, came):
    """A model whose rows of FR are broken, with an alert on them."""
    database = open_database(settings.database_url)
    with database.writing() as conn:
        project = create_project(conn, "shop", now=NOW_US)
        made = create_model(
            conn, "shop", "demand", reference.schema, now=NOW_US, every="1d", by=[["country"]]
        )
        add_reference(conn, made.id, "training", reference, now=NOW_US)
        made = model(conn, "shop", "demand")
        version, _ = version_id(conn, made.id, "1", now=NOW_US)
        add_rows(conn, made, version, typed(came, made.schema), received_at=NOW_US)
        incident = add_incident(
            conn,
            StoredIncident(
                project_id=project.id, title="demand", severity="warning", peak_severity="warning", facts={},
                started_at=START_US, opened_at=START_US, changed_at=START_US,
            ),
        )  # fmt: skip
        add_alert(
            conn,
            StoredAlert(
                project_id=project.id, model_id=made.id, incident_id=incident, monitor_id=None, series_id=None,
                monitor="moved", configuration=1, fingerprint="f", kind="breach", version="", phase="firing",
                address='drift.windows_ratio(column="x", segment="country=FR")', severity="warning",
                peak_severity="warning", started_at=START_US, fired_at=START_US, summary="x moved", window_end=NOW_US,
                details={}, labels={},
            ),
        )  # fmt: skip
    database.close()
    return signed_in


@pytest.fixture
def api(served, token):
    """The points of a metric, as the API gives them."""

    def points(address: str) -> list[dict]:
        answer = served.get(
            "/v1/projects/shop/models/demand/series", params={"address": address, "window": "1d"},
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
        )  # fmt: skip
        return answer.raise_for_status().json()["series"][0]["points"]

    return points


def told(served, path: str = "", segment: str | None = None, **more: str) -> dict:
    params = more if segment is None else {"segment": segment, **more}
    return served.get(f"{AT}{path}.json", params=params).raise_for_status().json()


def test_the_overview_is_of_the_segment(served, api, came):
    whole, french, german = (told(served, segment=each) for each in (None, FR, DE))
    assert french["rows"] == french["judged"] == came.filter(pl.col("country") == "FR").height
    assert french["rows"] + german["rows"] == whole["rows"] == 1200
    last = api(f'performance.mae(segment="{FR}")')[-1]
    shown = french["performance"]["value"]
    assert (shown["value"], shown["n"]) == (last["value"], last["n"])
    assert german["performance"]["value"]["value"] < whole["performance"]["value"]["value"] < shown["value"]
    assert french["performance"]["reference"] != whole["performance"]["reference"]
    assert french["drift"]["value"] == api(f'drift.share(segment="{FR}")')[-1]["value"]
    assert german["drift"]["value"] == 0.0 < french["drift"]["value"]
    assert len({each["answers"] for each in (whole, french, german)}) == 3
    assert len({each["map"] for each in (whole, french, german)}) == 3


def test_the_overview_says_what_is_not_of_the_segment(served):
    said = "Figures and pictures are of country=FR alone; alerts, incidents"
    assert said in served.get(AT, params={"segment": FR}).text
    assert "alone; alerts, incidents" not in served.get(AT).text


def test_the_map_is_of_the_segment(served, api):
    last = api(f'drift.windows_ratio(column="x", segment="{FR}")')[-1]["value"]
    rows = {each["name"]: each for each in told(served, "/features", FR)["rows"]}
    assert rows["x"]["last"] == f"{last:.3g} ×"
    assert rows["x"]["over"] == 12
    healthy = {each["name"]: each for each in told(served, "/features", DE)["rows"]}
    assert healthy["x"]["over"] == 0


def test_nulls_are_measured_by_those_of_the_segment(served):
    rows = {each["name"]: each["limit"] for each in told(served, "/features", FR, show="nulls")["rows"]}
    assert 27 < float(rows["h"].split()[0]) < 37
    german = {each["name"]: each["limit"] for each in told(served, "/features", DE, show="nulls")["rows"]}
    assert float(german["h"].split()[0]) == 2


@pytest.mark.parametrize(("segment", "alerted"), [(None, ["x"]), (FR, ["x"]), (DE, [])])
def test_alerts_on_other_segments_are_not_outlined(served, segment, alerted):
    rows = told(served, "/features", segment)["rows"]
    assert [each["name"] for each in rows if each["alerted"]] == alerted


def test_figures_that_go_together_are_those_of_the_segment(served):
    whole, french = told(served, "/correlations"), told(served, "/correlations", FR)
    assert french["pairs"] != whole["pairs"]
    assert {each["left_address"] for each in french["pairs"]} <= {"performance.mae", *_addresses(whole)}
    assert "(all rows)" in served.get(f"{AT}/correlations", params={"segment": FR}).text
    assert "(all rows)" not in served.get(f"{AT}/correlations").text


def _addresses(page: dict) -> set[str]:
    return {pair[side] for pair in page["pairs"] for side in ("left_address", "right_address")}


@pytest.mark.parametrize("path", ["", "/features", "/performance", "/correlations"])
def test_a_segment_that_never_was_names_the_nearest(served, path):
    answer = served.get(f"{AT}{path}.json?segment=country%3DFRR")
    assert answer.status_code == 404
    assert "did you mean 'country=FR'" in answer.json()["error"]["message"]


def test_the_files_of_performance_are_those_of_its_chart(served, api):
    page = html.unescape(served.get(f"{AT}/performance", params={"segment": FR}).text)
    link = next(each for each in re.findall(r'href="([^"]+)"', page) if "series.csv" in each)
    lines = pl.read_csv(io.StringIO(served.get(link).text))
    points = api(f'performance.mae(segment="{FR}")')
    assert lines["n"].to_list() == [each["n"] for each in points]
    assert lines["value"].to_list() == pytest.approx([each["value"] for each in points])
    python = re.search(r'"address": ("(?:[^"\\]|\\.)*")', page)
    assert python is not None
    assert python[1] == r'"performance.mae(segment=\"country=FR\")"'


def test_a_file_is_of_the_segment_that_is_chosen_and_of_no_other(served):
    def asked(address, **more):
        return served.get(f"{AT}/series.csv", params={"address": address, **more})

    named = asked(f'performance.mae(segment="{FR}")')
    assert asked("performance.mae", segment=FR).text == named.text != asked("performance.mae").text
    assert asked(f'performance.mae(segment="{FR}")', segment=FR).text == named.text
    assert asked(f'performance.mae(segment="{FR}")', segment=DE).status_code == 422
