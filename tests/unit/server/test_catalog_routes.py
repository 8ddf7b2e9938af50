"""Projects, models, references and versions over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import barograph as bg

SCHEMA: dict[str, Any] = {
    "task": "binary",
    "positive": "yes",
    "columns": {
        "income": {"role": "feature", "kind": "numeric", "range": [0, None]},
        "zip": {"role": "feature", "kind": "categorical"},
        "ts": {"role": "timestamp"},
        "p": {"role": "prediction"},
        "y": {"role": "label"},
        "id": {"role": "id"},
    },
}
MODELS = "/v1/projects/bank/models"


def rows(n: int = 400, seed: int = 1) -> pl.DataFrame:
    draw = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "income": draw.normal(40.0, 9.0, n),
            "zip": draw.choice(["007", "10115"], n),
            "ts": pl.datetime_range(
                pl.datetime(2026, 1, 1), pl.datetime(2026, 1, 5), interval=f"{4 * 24 * 60 // n}m", eager=True
            )[:n],
            "p": draw.choice(["yes", "no"], n),
            "y": draw.choice(["yes", "no"], n),
            "id": [str(i) for i in range(n)],
        }
    )


@pytest.fixture
def bank(http):
    """A client of a server that has the project `bank` with the model `credit`."""
    assert http.post("/v1/projects", json={"name": "bank"}).status_code == 201
    assert http.post(MODELS, json={"name": "credit", "schema": SCHEMA, "by": ["zip"]}).status_code == 201
    return http


def profile_file(tmp_path: Path) -> bytes:
    found = bg.profile(rows(), parse_schema_of(), every="1h", origin="training")
    return bg.save_profile(found, tmp_path / "reference.baro").read_bytes()


def parse_schema_of():
    from barograph.server.catalog.schemas import schema_of

    return schema_of(SCHEMA)


def test_a_project_is_made_once(http):
    assert http.post("/v1/projects", json={"name": "bank"}).status_code == 201
    again = http.post("/v1/projects", json={"name": "bank"})
    assert again.status_code == 409
    assert again.json()["error"]["code"] == "conflict"
    assert [p["name"] for p in http.get("/v1/projects").json()["projects"]] == ["bank"]


def test_a_model_is_told_as_it_was_made(bank):
    told = bank.get(f"{MODELS}/credit").json()
    assert told["schema"]["columns"]["income"] == {"role": "feature", "kind": "numeric", "range": ["0", None]}
    assert (told["every"], told["by"], told["task"], told["grid"]) == ("1h", [["zip"]], "binary", None)


def test_a_schema_may_be_the_text_of_schema_yml(bank):
    text = "columns: {x: {kind: numeric}, country: {kind: categorical, null_values: [no]}}"
    made = bank.post(MODELS, json={"name": "other", "schema": text})
    assert made.status_code == 201
    assert made.json()["schema"]["columns"]["country"]["null_values"] == ["no"]


def test_what_a_model_tells_of_its_schema_makes_it_again(bank):
    told = bank.get(f"{MODELS}/credit").json()["schema"]
    again = bank.post(MODELS, json={"name": "twin", "schema": told}).json()["schema"]
    assert again == told


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"name": "credit", "schema": SCHEMA}, 409, "exists already"),
        ({"name": "a/b", "schema": SCHEMA}, 422, "cannot be the name of a model"),
        ({"name": "m", "schema": {"columns": {"x": {"kind": "numbr"}}}}, 400, "'numbr' is not known"),
        ({"name": "m", "schema": {"columns": {"barograph_x": {}}}}, 400, "begins with 'barograph_'"),
        ({"name": "m", "schema": {"columns": {"x": {}}, "timezone": "../passwd"}}, 400, "timezone"),
        ({"name": "m", "schema": {}}, 400, "no columns"),
        ({"name": "m", "schema": SCHEMA, "by": ["incme"]}, 400, "incme"),
        ({"name": "m", "schema": SCHEMA, "every": "7m"}, 400, "does not divide the day"),
        ({"name": "m", "schema": SCHEMA, "owner_id": 7}, 422, "owner_id"),
        ([], 422, "body"),
    ],
)
def test_a_model_that_cannot_be_made_is_refused_with_the_reason(bank, body, status, said):
    answer = bank.post(MODELS, json=body)
    assert answer.status_code == status
    assert said in answer.json()["error"]["message"]


def test_json_that_is_none_is_refused_with_its_place(bank):
    answer = bank.post(MODELS, content=b'{"name": ', headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"]["details"][0]["line"] == 1


@pytest.mark.parametrize("deep", [100, 300, 100_000])
def test_deeply_nested_json_is_refused(bank, deep):
    body = b'{"name": "deep", "schema": {"columns": {"x": %s}}}' % (b"[" * deep + b"]" * deep)
    answer = bank.post(MODELS, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


def test_a_model_made_from_a_profile_has_its_schema_and_grid(bank, tmp_path):
    kind = {"Content-Type": "application/vnd.barograph.profile"}
    made = bank.post(f"{MODELS}?name=scored", content=profile_file(tmp_path), headers=kind)
    assert made.status_code == 201
    told = made.json()
    assert told["reference"] == "training"
    assert told["grid"] is not None


def test_a_reference_from_rows_gives_the_model_its_grid(bank, tmp_path):
    rows().write_parquet(tmp_path / "rows.parquet")
    sent = (tmp_path / "rows.parquet").read_bytes()
    kind = {"Content-Type": "application/vnd.apache.parquet"}
    made = bank.post(f"{MODELS}/credit/references?name=training", content=sent, headers=kind)
    assert made.status_code == 201, made.text
    assert made.json()["default"] is True
    assert bank.get(f"{MODELS}/credit").json()["grid"] is not None


def test_a_second_reference_from_rows_is_on_the_grid_of_the_first(bank):
    kind = {"Content-Type": "text/csv"}
    for seed, name in ((1, "first"), (2, "second")):
        sent = rows(seed=seed).write_csv().encode()
        made = bank.post(
            f"{MODELS}/credit/references?name={name}&origin=hold-out", content=sent, headers=kind
        )
        assert made.status_code == 201, made.text
    found = bank.get(f"{MODELS}/credit/references").json()["references"]
    assert [(each["name"], each["default"]) for each in found] == [("first", True), ("second", False)]


def test_a_reference_is_fetched_as_the_file_that_was_sent(bank, tmp_path):
    sent = profile_file(tmp_path)
    kind = {"Content-Type": "application/vnd.barograph.profile"}
    assert bank.post(f"{MODELS}/credit/references?name=train", content=sent, headers=kind).status_code == 201
    (tmp_path / "back.baro").write_bytes(bank.get(f"{MODELS}/credit/references/train").content)
    assert bg.load_profile(tmp_path / "back.baro") == bg.load_profile(tmp_path / "reference.baro")


def test_what_a_schema_redacts_is_not_in_a_reference(bank, tmp_path):
    columns = {"name": {"kind": "categorical", "redact": "hash"}, "x": {"kind": "numeric"}}
    bank.post(MODELS, json={"name": "people", "schema": {"columns": columns}})
    sent = "name,x\n" + "\n".join(f"Ann{i % 3},{i}" for i in range(100))
    kind = {"Content-Type": "text/csv"}
    made = bank.post(f"{MODELS}/people/references?name=r", content=sent.encode(), headers=kind)
    assert made.status_code == 201, made.text
    (tmp_path / "r.baro").write_bytes(bank.get(f"{MODELS}/people/references/r").content)
    categories = bg.load_profile(tmp_path / "r.baro").grid.columns["name"].categories
    assert len(categories) == 3
    assert not any(name.startswith("Ann") for name in categories)


def test_rows_that_are_no_parquet_are_refused(bank):
    kind = {"Content-Type": "application/vnd.apache.parquet"}
    answer = bank.post(f"{MODELS}/credit/references?name=r", content=b"PAR1 not", headers=kind)
    assert answer.status_code == 400


def test_a_body_of_another_type_is_refused_with_those_that_are_read(bank):
    kind = {"Content-Type": "application/xml"}
    answer = bank.post(f"{MODELS}/credit/references?name=r", content=b"<x/>", headers=kind)
    assert answer.status_code == 415
    assert "text/csv" in answer.json()["error"]["message"]


def test_what_is_given_is_changed_and_the_rest_stays(bank):
    changed = bank.patch(f"{MODELS}/credit", json={"owner": "risk@example.com", "retention_days": 30}).json()
    assert (changed["owner"], changed["retention_days"], changed["every"]) == ("risk@example.com", 30, "1h")
    assert bank.patch(f"{MODELS}/credit", json={"retention_days": None}).json()["owner"] == "risk@example.com"


def test_a_deleted_model_is_gone(bank):
    assert bank.delete(f"{MODELS}/credit").status_code == 204
    assert bank.get(f"{MODELS}/credit").status_code == 404


def test_a_model_that_is_not_there_is_told_with_the_nearest(bank):
    answer = bank.get(f"{MODELS}/credt")
    assert answer.status_code == 404
    assert "did you mean 'credit'?" in answer.json()["error"]["message"]


def test_a_model_without_rows_has_no_versions(bank):
    assert bank.get(f"{MODELS}/credit/versions").json() == {"versions": []}
