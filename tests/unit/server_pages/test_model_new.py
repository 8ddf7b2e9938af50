"""A new model from a dropped file: kept for its sender alone, roles proposed and confirmed, made with its reference."""

import html
import re

import polars as pl
import pytest

from barograph.server.errors import RequestRefused
from barograph.server.pages.begin.meaning import proposed
from barograph.server.pages.begin.uploads import LONGEST_US, MOST, keep_upload, upload_of
from barograph.store.audit import read_audit
from barograph.store.catalog import create_project, model
from barograph.store.database import open_database
from barograph.store.errors import NotFound

from .incidents import HOSTILE

HERE = {"Sec-Fetch-Site": "same-origin"}


def rows(n=60):
    return pl.DataFrame({
        "income": [float(i % 7) for i in range(n)],
        "city": [("Bern", "Basel")[i % 2] for i in range(n)],
        "prediction": [i % 2 for i in range(n)],
        "label": [(i // 2) % 2 for i in range(n)],
    })  # fmt: skip


@pytest.fixture
def database(settings, token, clock):
    found = open_database(settings.database_url)
    with found.writing() as conn:
        create_project(conn, "bank", now=clock.now())
    yield found
    found.close()


def form_token(browser):
    return re.search(r'name="form_token" value="(\w+)"', browser.get("/models/new").text)[1]


def drop(browser, data, name="loans.csv", project="bank"):
    return browser.post(
        "/models/upload", data={"form_token": form_token(browser), "project": project}, headers=HERE,
        files={"file": (name, data)},
    )  # fmt: skip


def confirm(browser, upload, **form):
    told = {"form_token": form_token(browser), "upload": upload, "project": "bank", "name": "loans"}
    return browser.post("/models/new", data=told | form, headers=HERE)


def token_of(answer):
    return answer.url.params["upload"]


def test_a_dropped_file_has_its_roles_proposed_with_reasons(signed_in, database):
    answer = drop(signed_in, rows().write_csv().encode())
    assert answer.url.path == "/models/new"
    page = signed_in.get("/models/new.json", params=answer.url.params).json()
    assert page["said"]["roles"] == {"prediction": "prediction", "label": "label"}
    assert page["said"]["name"] == "loans"
    assert "its name is usual for a label" in answer.text
    assert [column["kind"] for column in page["meaning"]["columns"][:2]] == ["numeric", "categorical"]


@pytest.mark.parametrize(
    ("labels", "positive"),
    [(["yes", "no"], "yes"), (["No", "Yes"], "Yes"), (["0", "1"], ""), (["a", "b"], "")],
)
def test_the_yes_of_yes_and_no_is_proposed(tmp_path, labels, positive):
    pl.DataFrame({"churned": labels * 10, "score": [0.25, 0.75] * 10}).write_csv(tmp_path / "rows.csv")
    found = proposed(tmp_path / "rows.csv", name="churn", project="bank")
    assert (found.roles, found.positive) == ({"churned": "label", "score": "score"}, positive)


def test_the_positive_class_is_asked_for_at_its_field_and_roles_that_are_missing_are_said(
    signed_in, database
):
    outcome = pl.Series("paid", [("yes", "no")[i % 2] for i in range(60)])
    answer = drop(signed_in, rows().drop("prediction", "label").with_columns(outcome).write_csv().encode())
    assert "No column is said to be the label, the score or the prediction" in answer.text
    roles = {"role.0": "feature", "role.1": "prediction", "role.2": "label"}
    sent = rows().drop("prediction", "label").with_columns(outcome, city=outcome).write_csv().encode()
    asked = confirm(signed_in, token_of(drop(signed_in, sent)), do="make", **roles)
    assert asked.status_code == 422
    page = html.unescape(asked.text)
    assert "Which class of the label is the positive one, no or yes?" in page
    assert "positive='" not in page
    assert re.search(r'<input id="positive" name="positive" value="yes"[^>]* aria-invalid="true">', page)
    assert "No column is said" not in page
    other = confirm(signed_in, token_of(drop(signed_in, sent)), do="make", timezone="Mars", **roles).text
    assert "aria-invalid" not in other


@pytest.mark.parametrize("ending", ["parquet", "ndjson"])
def test_other_forms_are_read_too(signed_in, database, tmp_path, ending):
    path = tmp_path / f"rows.{ending}"
    getattr(rows(), f"write_{ending}")(path)
    assert "income" in drop(signed_in, path.read_bytes(), f"rows.{ending}").text


def test_its_profile_is_seen_before_anything_is_made(signed_in, database):
    token = token_of(drop(signed_in, rows().write_csv().encode()))
    answer = confirm(signed_in, token, do="see", **{"role.2": "prediction", "role.3": "label"})
    assert "The reference it would have" in answer.text
    assert answer.text.count("<svg") >= 4
    assert signed_in.get("/models.json").json()["models"] == []


def test_confirming_makes_the_model_and_its_reference_and_says_what_is_next(signed_in, database):
    token = token_of(drop(signed_in, rows().write_csv().encode()))
    roles = {"role.1": "segment", "role.2": "prediction", "role.3": "label"}
    answer = confirm(signed_in, token, do="make", owner="risk", **roles)
    assert answer.url.path == "/models/bank/loans/begin"
    for said in ("barograph ingest loans", "barograph.init(", "Have monitors suggested"):
        assert said in html.unescape(answer.text)
    with database.reading() as conn:
        made = model(conn, "bank", "loans")
        assert (made.owner, made.schema.task, made.by) == ("risk", "binary", (("city",),))
        assert made.reference is not None
        assert "model.create" in {entry.action for entry in read_audit(conn)}
    assert signed_in.get("/models/new", params={"upload": token}).status_code == 404


def test_what_contradicts_itself_is_said_and_stays_typed(signed_in, database):
    token = token_of(drop(signed_in, rows().write_csv().encode()))
    answer = confirm(signed_in, token, do="make", timezone="Mars", **{"role.2": "prediction"})
    assert answer.status_code == 422
    assert "Mars" in answer.text
    assert 'value="Mars"' in answer.text


def test_the_first_model_of_a_server_brings_its_project(signed_in, settings):
    page = signed_in.get("/models/new")
    assert '--json \'{"name": "default"}\' http://localhost/v1/projects' in page.text
    token = token_of(drop(signed_in, rows().write_csv().encode(), project="default"))
    assert "<option selected>default</option>" in signed_in.get("/models/new", params={"upload": token}).text
    answer = confirm(signed_in, token, do="make", project="default", **{"role.2": "prediction"})
    assert answer.url.path == "/models/default/loans/begin"
    assert "v1/projects\n" not in signed_in.get("/models/new").text


def test_without_a_project_a_model_is_refused_in_words(signed_in, database):
    token = token_of(drop(signed_in, rows().write_csv().encode()))
    answer = confirm(signed_in, token, do="make", project="")
    assert answer.status_code == 422
    assert "an admin makes it, with the first model" in answer.text


def test_a_name_that_is_taken_is_refused(signed_in, database):
    for _ in range(2):
        token = token_of(drop(signed_in, rows().write_csv().encode()))
        answer = confirm(signed_in, token, do="make")
    assert answer.status_code == 422
    assert "exists already" in answer.text


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("rows.xlsx", b"PK", "cannot tell the form"),
        ("rows.csv", b"", "is empty"),
        ("rows.parquet", b"no parquet", "rows"),
    ],
)
def test_a_file_that_is_none_is_refused(signed_in, database, settings, name, data, said):
    answer = drop(signed_in, data, name)
    assert answer.status_code == 422
    assert said in answer.text
    assert not list((settings.data_path / "uploads").glob("*"))


def test_a_file_is_its_senders_alone_and_for_an_hour(tmp_path):
    token = keep_upload(tmp_path, b"x\n1\n", name="rows.csv", by="ann", now=0)
    assert upload_of(tmp_path, token, by="ann", now=LONGEST_US).name == "rows.csv"
    for asked in ({"by": "ben", "now": 0}, {"by": "ann", "now": LONGEST_US + 1}):
        with pytest.raises(NotFound, match="not kept any more"):
            upload_of(tmp_path, token, **asked)
    with pytest.raises(NotFound):
        upload_of(tmp_path, "../../etc/passwd", by="ann", now=0)


def test_few_files_are_kept_and_old_ones_go(tmp_path):
    for _ in range(MOST):
        keep_upload(tmp_path, b"x\n1\n", name="rows.csv", by="ann", now=0)
    with pytest.raises(RequestRefused, match="wait to be made"):
        keep_upload(tmp_path, b"x\n1\n", name="rows.csv", by="ann", now=0)
    keep_upload(tmp_path, b"x\n1\n", name="rows.csv", by="ann", now=LONGEST_US + 1)
    assert len(list(tmp_path.glob("*.csv"))) == 1


def test_nothing_is_proposed_for_columns_like_any_other(tmp_path):
    rows().select("income", "city").write_csv(tmp_path / "rows.csv")
    assert proposed(tmp_path / "rows.csv", name="m", project="bank").roles == {}


def test_text_of_users_is_text(signed_in, database):
    hostile = pl.DataFrame({HOSTILE: [HOSTILE] * 30, "p": [0, 1, 1] * 10})
    answer = drop(signed_in, hostile.write_csv().encode(), "rows.csv")
    assert HOSTILE not in answer.text
    made = confirm(signed_in, token_of(answer), do="make", owner=HOSTILE)
    assert HOSTILE not in made.text
    assert "&lt;script&gt;" in made.text
