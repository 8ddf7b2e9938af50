"""The catalog, on SQLite and PostgreSQL."""

import polars as pl
import pytest

import barograph as bg
from barograph.store import catalog
from barograph.store.errors import Conflict, InvalidName, NotFound

ROWS = pl.DataFrame({"x": [1.0, 2.0, 3.0, 4.0], "place": ["a", "b", "a", "c"]})
SCHEMA = bg.Schema.infer(ROWS)


@pytest.fixture
def conn(database):
    with database.writing() as conn:
        catalog.create_project(conn, "bank", now=1)
        yield conn


def test_a_model_comes_back_as_it_was_made(conn):
    made = catalog.create_model(
        conn, "bank", "credit", SCHEMA, now=7, every="60m", by=[["place"]], owner="ops"
    )
    assert made == catalog.model(conn, "bank", "credit")
    assert (made.schema, made.every, made.by, made.owner) == (SCHEMA, "60m", (("place",),), "ops")
    assert (made.grid, made.reference, made.created_at) == (None, None, 7)


def test_a_model_not_there_names_the_nearest(conn):
    catalog.create_model(conn, "bank", "credit", SCHEMA, now=1)
    with pytest.raises(NotFound, match=r"no model 'credt' in project 'bank'; did you mean 'credit'\?"):
        catalog.model(conn, "bank", "credt")


def test_a_project_not_there_is_said_before_its_model(conn):
    with pytest.raises(NotFound, match="no project 'bnk'; did you mean 'bank'"):
        catalog.model(conn, "bnk", "credit")


def test_one_name_one_model(conn):
    catalog.create_model(conn, "bank", "credit", SCHEMA, now=1)
    with pytest.raises(Conflict, match="model 'credit' exists already in project 'bank'"):
        catalog.create_model(conn, "bank", "credit", SCHEMA, now=2)


def test_models_of_two_projects_may_share_a_name(conn):
    catalog.create_project(conn, "shop", now=1)
    for project in ("shop", "bank"):
        catalog.create_model(conn, project, "credit", SCHEMA, now=1)
    assert [(m.project, m.name) for m in catalog.models(conn)] == [("bank", "credit"), ("shop", "credit")]
    assert [m.project for m in catalog.models(conn, "shop")] == ["shop"]


@pytest.mark.parametrize("name", ["", " x", "a/b", "..", "tab\t", "nul\0", "x" * 201])
def test_names_that_cannot_be(conn, name):
    with pytest.raises(InvalidName, match="cannot be the name of a project"):
        catalog.create_project(conn, name, now=1)


def test_the_first_reference_gives_the_grid(conn):
    made = catalog.create_model(conn, "bank", "credit", SCHEMA, now=1)
    profile = bg.profile(ROWS, SCHEMA, origin="training")
    reference = catalog.add_reference(conn, made.id, "train", profile, now=2)
    after = catalog.model(conn, "bank", "credit")
    assert after.grid.hash == profile.grid.hash
    assert after.reference == reference.id
    assert catalog.reference_profile(conn, reference.id) == profile


def test_a_reference_on_another_grid_is_refused(conn):
    made = catalog.create_model(conn, "bank", "credit", SCHEMA, now=1)
    catalog.add_reference(conn, made.id, "train", bg.profile(ROWS, SCHEMA), now=2)
    other = bg.profile(ROWS.with_columns(x=pl.col("x") * 9), SCHEMA)
    with pytest.raises(Conflict, match="reference 'later' is on grid"):
        catalog.add_reference(conn, made.id, "later", other, now=3)


def test_a_later_reference_is_the_default_where_asked(conn):
    made = catalog.create_model(conn, "bank", "credit", SCHEMA, now=1)
    first = bg.profile(ROWS, SCHEMA)
    catalog.add_reference(conn, made.id, "train", first, now=2)
    kept = catalog.add_reference(
        conn, made.id, "week", bg.profile(ROWS, like=first), now=3, make_default=True
    )
    assert catalog.model(conn, "bank", "credit").reference == kept.id
    assert [r.name for r in catalog.references(conn, made.id)] == ["train", "week"]


def test_a_version_is_made_when_it_is_seen_first(conn):
    made = catalog.create_model(conn, "bank", "credit", SCHEMA, now=1)
    first, is_new = catalog.version_id(conn, made.id, "v1", now=5)
    again, is_new_again = catalog.version_id(conn, made.id, "v1", now=6)
    assert (first, is_new, is_new_again) == (again, True, False)
    assert [(v.name, v.created_at) for v in catalog.versions(conn, made.id)] == [("v1", 5)]


def test_what_hangs_on_a_model_goes_with_it_and_its_id_is_not_used_again(conn):
    made = catalog.create_model(conn, "bank", "credit", SCHEMA, now=1)
    catalog.version_id(conn, made.id, "v1", now=5)
    catalog.delete_model(conn, made.id)
    assert catalog.versions(conn, made.id) == []
    assert catalog.create_model(conn, "bank", "credit", SCHEMA, now=1).id > made.id


def test_what_of_a_model_can_be_changed(conn):
    made = catalog.create_model(conn, "bank", "credit", SCHEMA, now=1)
    catalog.change_model(conn, made.id, retention_days=30, owner="risk")
    catalog.set_flags(conn, made.id, {"place": ["email"]})
    after = catalog.model_by_id(conn, made.id)
    assert (after.retention_days, after.owner, dict(after.flags)) == (30, "risk", {"place": ("email",)})
    with pytest.raises(Conflict, match="of a model cannot be changed"):
        catalog.change_model(conn, made.id, name="other")
