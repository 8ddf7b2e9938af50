"""Which ids are known, on SQLite and PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from barograph.schema.model import Column, Schema
from barograph.store.catalog.models import create_model
from barograph.store.catalog.projects import create_project
from barograph.store.database import Database
from barograph.store.errors import Conflict, Damaged
from barograph.store.ids.entries import Entries
from barograph.store.ids.keys import keys_of
from barograph.store.ids.payload import payloads_of
from barograph.store.ids.runs import IdRuns


@pytest.fixture
def runs(database: Database, tmp_path: Path) -> IdRuns:
    schema = Schema(columns=(Column(name="x"),))
    with database.writing() as conn:
        create_project(conn, "p", now=0)
        model = create_model(conn, "p", "m", schema, now=0)
    return IdRuns(folder=tmp_path / "ids", model_id=model.id, kind="predictions")


def entries(
    ids: list[str], *, day: int = 1, rows: list[int | None] | None = None, version: int = 1
) -> Entries:
    keys = keys_of(pl.Series(ids, dtype=pl.String), pl.Series(rows or [0] * len(ids), dtype=pl.Int32))
    same = np.full(len(ids), day, np.int32)
    return Entries(
        keys=keys, payloads=np.arange(len(ids)).astype(np.uint32), days=same, versions=same * 0 + version
    )


def add(database: Database, runs: IdRuns, added: Entries, seq: int = 1) -> None:
    with database.writing() as conn:
        runs.add(conn, added, seqs=(seq, seq))


def found_days(database: Database, runs: IdRuns, ids: list[str]) -> list[tuple[int, int]]:
    with database.reading() as conn:
        found = runs.find(conn, keys_of(pl.Series(ids, dtype=pl.String)))
    return list(zip(found.index.tolist(), found.days.tolist(), strict=True))


def test_finds_what_was_added(database: Database, runs: IdRuns) -> None:
    add(database, runs, entries(["a", "b"], day=7))
    assert found_days(database, runs, ["c", "b"]) == [(1, 7)]


def test_nothing_is_known_at_first(database: Database, runs: IdRuns) -> None:
    assert found_days(database, runs, ["a"]) == []


def test_one_id_of_several_versions_is_several_hits(database: Database, runs: IdRuns) -> None:
    add(database, runs, entries(["a"], version=1), 1)
    add(database, runs, entries(["a"], version=2), 2)
    with database.reading() as conn:
        assert runs.find(conn, keys_of(pl.Series(["a"]))).versions.tolist() == [1, 2]


def test_a_row_matches_itself_and_a_null_row_all(database: Database, runs: IdRuns) -> None:
    add(database, runs, entries(["a", "a"], rows=[0, 1]))
    with database.reading() as conn:
        one = runs.find(conn, keys_of(pl.Series(["a"]), pl.Series([1])))
        every = runs.find(conn, keys_of(pl.Series(["a"]), pl.Series([None], dtype=pl.Int32)))
    assert (one.rows.tolist(), every.rows.tolist()) == ([1], [0, 1])


def test_an_entry_for_every_row_is_found_by_any(database: Database, runs: IdRuns) -> None:
    add(database, runs, entries(["a"], rows=[None]))
    with database.reading() as conn:
        assert len(runs.find(conn, keys_of(pl.Series(["a"]), pl.Series([5])))) == 1


def test_a_transaction_taken_back_adds_nothing(database: Database, runs: IdRuns) -> None:
    with database.engine.connect() as conn, conn.begin() as transaction:
        runs.add(conn, entries(["a"]), seqs=(1, 1))
        transaction.rollback()
    assert found_days(database, runs, ["a"]) == []
    assert runs.sweep(database, grace_seconds=0) == 1


def test_many_small_additions_leave_few_files(database: Database, runs: IdRuns) -> None:
    for seq in range(40):
        add(database, runs, entries([f"{seq}-{i}" for i in range(5)], day=seq), seq + 1)
    with database.reading() as conn:
        assert len(runs.listed(conn)) <= 6
    assert found_days(database, runs, ["3-1", "39-4"]) == [(0, 3), (1, 39)]


def test_merging_keeps_the_older_entry_first(
    database: Database, runs: IdRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("barograph.store.ids.runs._MERGED_IN_PASSING", 0)
    monkeypatch.setattr("barograph.store.ids.file._MERGED_AT_ONCE", 2)
    for seq in range(1, 6):
        add(database, runs, entries(["a", "b", f"own{seq}"], day=seq), seq)
    assert runs.merge(database)
    with database.reading() as conn:
        assert [(one.entries, one.first_seq, one.last_seq) for one in runs.listed(conn)] == [(15, 1, 5)]
    assert found_days(database, runs, ["a", "own4"]) == [*((0, day) for day in range(1, 6)), (1, 4)]


def test_files_that_are_large_enough_are_not_merged(database: Database, runs: IdRuns) -> None:
    add(database, runs, entries(["a", "b", "c"]), 1)
    add(database, runs, entries(["d"]), 2)
    assert not runs.merge(database)


def test_a_merge_that_comes_second_changes_nothing(database: Database, runs: IdRuns) -> None:
    add(database, runs, entries(["a"]), 1)
    with database.reading() as conn:
        listed = runs.listed(conn)
    runs.forget(database, keys_of(pl.Series(["zzz"])))
    runs._replace(database, listed, None)
    with pytest.raises(Conflict, match="changed by another meanwhile"):
        runs._replace(database, listed, None)
    assert found_days(database, runs, ["a"]) == [(0, 1)]


def test_forgotten_ids_are_in_no_file(database: Database, runs: IdRuns, tmp_path: Path) -> None:
    added = entries(["a", "b"])
    add(database, runs, added)
    assert runs.forget(database, keys_of(pl.Series(["a"]))) == 1
    runs.sweep(database, grace_seconds=0)
    word = added.keys.words[:1].tobytes()
    assert not any(word in path.read_bytes() for path in tmp_path.rglob("*.ids"))
    assert found_days(database, runs, ["a", "b"]) == [(1, 1)]


def test_old_days_expire(database: Database, runs: IdRuns) -> None:
    add(database, runs, entries(["a", "b", "c"], day=10), 1)
    add(database, runs, entries(["d"], day=20), 2)
    runs.expire(database, before_day=15)
    assert found_days(database, runs, ["a", "d"]) == [(1, 20)]


def test_a_lost_file_is_told_with_what_to_do(database: Database, runs: IdRuns, tmp_path: Path) -> None:
    add(database, runs, entries(["a"]))
    for path in tmp_path.rglob("*.ids"):
        path.write_bytes(path.read_bytes()[:-1])
    with database.reading() as conn:
        assert [one.entries for one in runs.lost(conn)] == [1]
        with pytest.raises(Damaged, match="not whole"):
            runs.find(conn, keys_of(pl.Series(["a"])))


def test_a_lost_file_is_replaced(database: Database, runs: IdRuns, tmp_path: Path) -> None:
    add(database, runs, entries(["a"]))
    for path in tmp_path.rglob("*.ids"):
        path.unlink()
    with database.reading() as conn:
        lost = runs.lost(conn)[0]
    runs.replace_lost(database, lost, entries(["a"]))
    assert found_days(database, runs, ["a"]) == [(0, 1)]


def test_files_in_use_survive_a_sweep(database: Database, runs: IdRuns) -> None:
    add(database, runs, entries(["a"]))
    assert runs.sweep(database, grace_seconds=0) == 0
    assert found_days(database, runs, ["a"]) == [(0, 1)]


def test_equal_hashes_with_another_check_are_no_hit(database: Database, runs: IdRuns) -> None:
    added = entries(["a"])
    other = keys_of(pl.Series(["b"]))
    other.words[:] = added.keys.words
    add(database, runs, added)
    with database.reading() as conn:
        assert len(runs.find(conn, other)) == 0


def test_payloads_hang_neither_on_order_nor_on_type_of_columns() -> None:
    some = pl.DataFrame({"x": [1.0, -0.0], "c": ["a", None], "none": [None, None]})
    other = pl.DataFrame({"c": ["a", None], "x": [1, 0]})
    assert payloads_of(some).tolist() == payloads_of(other).tolist()


def test_payloads_tell_swapped_values_apart() -> None:
    frame = pl.DataFrame({"x": [1.0, 2.0], "y": [2.0, 1.0]})
    assert len(set(payloads_of(frame).tolist())) == 2
