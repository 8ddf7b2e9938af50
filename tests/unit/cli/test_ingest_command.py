import json
from dataclasses import dataclass

import polars as pl
import pytest

from barograph.api import profile
from barograph.cli import main
from barograph.cli.http import ServerRefusalError
from barograph.cli.to_server import ToServer
from barograph.frames.row_batches import row_batches
from barograph.frames.source import source
from barograph.metrics.evaluate import evaluate
from barograph.store import catalog
from barograph.store.database import open_database
from barograph.store.lock import locked
from barograph.store.profiles import read

START, HOUR = 1_704_067_200_000_000, 3_600_000_000
SCHEMA = """
task: regression
columns:
  x: {role: feature}
  at: {role: timestamp}
  guess: {role: prediction}
  real: {role: label}
  key: {role: id}
"""


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A folder with rows, labels and a schema; commands run in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BAROGRAPH_URL", raising=False)
    x = [float(i) for i in range(300)]
    at = pl.Series([START + i * HOUR for i in range(300)]).cast(pl.Datetime("us", "UTC"))
    rows = pl.DataFrame({"x": x, "at": at, "guess": x, "key": [f"k{i}" for i in range(300)]})
    rows.write_csv("rows.csv")
    rows.select("key", real=pl.col("x") + 2).head(200).write_parquet("labels.parquet")
    (tmp_path / "schema.yml").write_text(SCHEMA)
    return tmp_path


def ingest(capsys, *words):
    code = main(["ingest", "churn", *words, "--data", "data", "--json"])
    assert code == 0
    return json.loads(capsys.readouterr().out)


def profile_of(folder):
    database = open_database(f"sqlite:///{folder}/data/barograph.db")
    with database.reading() as conn:
        held = catalog.model(conn, "default", "churn")
        found = None if held.grid is None else read(conn, held, first_day=19_000, last_day=20_000)
    database.close()
    return found


def test_rows_and_labels_go_into_a_data_directory(shop, capsys):
    told = ingest(capsys, "rows.csv", "--labels", "labels.parquet", "--schema", "schema.yml")
    assert {kind: (one["accepted"], one["rejected"]) for kind, one in told.items()} == {
        "predictions": (300, 0),
        "labels": (200, 0),
    }
    assert profile_of(shop) is None  # bins are learned once the first day is over


def give_bins(folder):
    database = open_database(f"sqlite:///{folder}/data/barograph.db")
    with database.writing() as conn:
        held = catalog.model(conn, "default", "churn")
        rows = pl.read_csv("rows.csv", try_parse_dates=True).with_columns(real=pl.col("x") + 2)
        catalog.set_grid(conn, held.id, profile(rows, held.schema, every="1h").grid)
    database.close()


def test_a_model_that_has_bins_is_counted_at_once(shop, capsys):
    ingest(capsys, "rows.csv", "--schema", "schema.yml")
    give_bins(shop)
    ingest(capsys, "--labels", "labels.parquet")
    found = profile_of(shop)
    assert (found.rows, evaluate("performance.mae", found).value) == (300, 2.0)


def test_the_same_file_again_changes_nothing(shop, capsys):
    ingest(capsys, "rows.csv", "--schema", "schema.yml")
    told = ingest(capsys, "rows.csv")
    assert (told["predictions"]["accepted"], told["predictions"]["duplicates"]) == (0, 300)


def test_rows_that_cannot_be_taken_are_told_by_reason(shop, capsys):
    pl.DataFrame({"x": [1, 2], "at": ["2024-01-01", "soon"]}).write_csv("rows.csv")
    told = ingest(capsys, "rows.csv", "--schema", "schema.yml")["predictions"]
    assert told["reasons"] == [{"reason": "unreadable_time", "field": "at", "rows": 1}]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "nothing to send"),
        (("rows.csv", "--data", "data"), "no project 'default'"),
        (("rows.csv", "--data", "data", "--url", "http://x"), "two destinations"),
        (("none.csv", "--data", "data", "--schema", "schema.yml"), "none.csv"),
        (("rows.csv", "--url", "ftp://x"), "expected http"),
        (("rows.csv", "--url", "http://127.0.0.1:9"), "no server answers at http://127.0.0.1:9"),
    ],
)
def test_what_cannot_be_done_is_said(shop, capsys, words, said):
    assert main(["ingest", "churn", *words]) == 2
    assert said in capsys.readouterr().err


def test_a_data_directory_that_a_server_uses_is_left_alone(shop, capsys):
    (shop / "data").mkdir()
    with locked(shop / "data"):
        assert main(["ingest", "churn", "rows.csv", "--data", "data"]) == 2
    assert "another" in capsys.readouterr().err


@pytest.fixture
def server(monkeypatch):
    """Sends to a server whose answers are written down; with what was asked and waited."""
    answers, asked, waited = [], [], []

    def once(self, method, path, body, headers):
        asked.append((path, headers.get("Idempotency-Key")))
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(ToServer, "_once", once)
    to = ToServer(url="http://s", api_key="k", project="p", model="m a", sleep=waited.append)
    return Scripted(to, answers, asked, waited)


@dataclass
class Scripted:
    to: ToServer
    answers: list
    asked: list
    waited: list


def batch(rows=4):
    return next(row_batches(source(pl.DataFrame({"x": list(range(rows))})), "predictions"))


def taken(rows):
    return 200, {"accepted": rows, "duplicates": 0, "rejected": [], "rejected_rows": 0}


def test_what_passes_is_tried_again_unchanged(server):
    server.answers[:] = [ServerRefusalError("down"), (503, {"retry_after": 7.0}), taken(4)]
    assert server.to.send(batch()).accepted == 4
    assert server.waited == [1.0, 7.0]
    assert len(set(server.asked)) == 1


def test_a_batch_that_is_too_large_is_sent_in_halves(server):
    server.answers[:] = [(413, {}), taken(2), (413, {}), taken(1), taken(1)]
    assert server.to.send(batch()).accepted == 4
    keys = [key.removeprefix(batch().key) for _, key in server.asked]
    assert keys == ["", ".0", ".1", ".1.0", ".1.1"]


def test_a_server_that_stays_away_is_given_up(server):
    server.answers[:] = [ServerRefusalError("down")] * 8
    with pytest.raises(ServerRefusalError, match="down"):
        server.to.send(batch())
    assert len(server.waited) == 7


def test_a_refusal_says_what_the_server_says(server):
    server.answers[:] = [(401, {"error": {"message": "no key."}})]
    with pytest.raises(ServerRefusalError, match=r"refuses \(401\): no key\. Give a key with --api-key"):
        server.to.send(batch())


def test_a_model_is_made_where_there_is_none(server):
    server.answers[:] = [(404, {}), (201, {}), (201, {})]
    server.to.begin(SCHEMA)
    assert [path for path, _ in server.asked] == [
        "/v1/projects/p/models/m%20a",
        "/v1/projects",
        "/v1/projects/p/models",
    ]


def test_a_model_that_is_not_there_is_named(server):
    server.answers[:] = [(404, {"error": {"message": "no model 'm a'."}})]
    with pytest.raises(ServerRefusalError, match="no model 'm a'"):
        server.to.begin(None)


def test_it_is_told_whether_labels_were_among_the_rows(shop, capsys):
    rows = pl.read_csv("rows.csv").with_columns(real=pl.when(pl.int_range(300) < 120).then(pl.col("x") + 2))
    rows.write_csv("both.csv")
    assert main(["ingest", "churn", "both.csv", "--data", "data", "--schema", "schema.yml"]) == 0
    assert capsys.readouterr().out == "300 rows taken, 120 of them with a label\n"
    assert main(["ingest", "other", "rows.csv", "--data", "data", "--schema", "schema.yml"]) == 0
    told = capsys.readouterr()
    assert told.out == "300 rows taken\n"
    assert "labels that come later are sent with --labels FILE" in told.err


def test_where_to_look_is_the_models_page():
    to = ToServer(url="http://127.0.0.1:8080/", api_key="bg_x", project="a shop", model="churn")
    assert to.seen_at == "http://127.0.0.1:8080/models/a%20shop/churn"
