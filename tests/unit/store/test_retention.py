"""What goes when its time is over."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from barograph.schema.model import Column, Schema
from barograph.store import catalog
from barograph.store.database import Database
from barograph.store.dead_letters import DeadLetter, add_dead_letters, dead_letter_counts, dead_letters
from barograph.store.retention import drop_old_texts, remove_deleted_models
from barograph.store.tables.worker import feedback


@pytest.fixture
def model_id(database: Database) -> int:
    with database.writing() as conn:
        catalog.create_project(conn, "p", now=0)
        return catalog.create_model(conn, "p", "m", Schema(columns=(Column(name="x"),)), now=0).id


def test_old_feedback_and_refused_rows_go_and_stay_counted(database: Database, model_id: int) -> None:
    with database.writing() as conn:
        for at in (5, 15):
            said = {
                "model_id": model_id,
                "seq": at,
                "position": 0,
                "id": str(at),
                "kind": "complaint",
                "at": at,
            }
            conn.execute(sa.insert(feedback).values(said))
            letter = DeadLetter(batch_id="b", kind="labels", index=0, reason="r", row=str(at))
            add_dead_letters(conn, model_id, [letter], at=at)
        assert drop_old_texts(conn, model_id, before=10) == 2
        assert list(conn.scalars(sa.select(feedback.c.id))) == ["15"]
        assert [kept.at for kept in dead_letters(conn, model_id)] == [15]
        assert [count.rows for count in dead_letter_counts(conn, model_id)] == [2]


def test_files_of_a_deleted_model_go_and_others_stay(
    database: Database, model_id: int, tmp_path: Path
) -> None:
    folders = [tmp_path / "lake", tmp_path / "ids"]
    for folder in folders:
        for name in (str(model_id), "77", "not a model"):
            (folder / name / "rows").mkdir(parents=True)
    assert remove_deleted_models(database, folders) == [77]
    assert sorted(p.name for p in folders[0].iterdir()) == sorted([str(model_id), "not a model"])


def test_where_there_are_no_folders_nothing_is_removed(database: Database, tmp_path: Path) -> None:
    assert remove_deleted_models(database, [tmp_path / "lake"]) == []
