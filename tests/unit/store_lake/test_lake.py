"""The lake: appended once, read by day and id, deleted for good."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable

from barograph.store.errors import Conflict, Damaged, StoreUnavailable
from barograph.store.lake import delta
from barograph.store.lake.lake import Lake

Make = Callable[..., pl.DataFrame]


def ids(lake: Lake, **chosen: object) -> list[str]:
    query = lake.scan("predictions", **chosen)  # type: ignore[arg-type]
    return [] if query is None else sorted(query.collect()["barograph_id"].to_list())


def parquet(lake: Lake) -> list[Path]:
    return sorted(lake.path("predictions").rglob("*.parquet"))


def test_a_lake_that_is_not_there_is_empty(lake: Lake) -> None:
    assert (lake.moved("predictions"), lake.scan("predictions"), lake.files("labels")) == (0, None, [])


def test_what_is_appended_is_read(lake: Lake, rows: Make) -> None:
    lake.append("predictions", rows(["a", "b"], seq=7), through=9)
    assert (ids(lake), lake.moved("predictions"), lake.moved("labels")) == (["a", "b"], 9, 0)


def test_the_same_append_twice_is_one(lake: Lake, rows: Make) -> None:
    for _ in range(2):
        lake.append("predictions", rows(["a"], seq=3), through=3)
    assert ids(lake) == ["a"]


def test_of_a_longer_append_only_what_is_new_is_added(lake: Lake, rows: Make) -> None:
    lake.append("predictions", rows(["a"], seq=1), through=1)
    lake.append("predictions", pl.concat([rows(["a"], seq=1), rows(["b"], seq=2)]), through=2)
    assert ids(lake) == ["a", "b"]


def test_entries_without_rows_are_moved_too(lake: Lake, rows: Make) -> None:
    lake.append("predictions", rows(["a"]).clear(), through=5)
    assert (lake.moved("predictions"), ids(lake)) == (5, [])


def test_two_appending_at_once_append_once(lake: Lake, rows: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second reads the table before the first commits, as a worker whose lease ran out would."""
    lake.append("predictions", rows(["a"], seq=1), through=1)
    commit = delta.commit

    def slow(folder: Path, table: DeltaTable, actions: object, **how: object) -> None:
        monkeypatch.undo()
        lake.append("predictions", rows(["b"], seq=2), through=2)
        commit(folder, table, actions, **how)  # type: ignore[arg-type]

    monkeypatch.setattr("barograph.store.lake.lake.commit", slow)
    lake.append("predictions", rows(["b"], seq=2), through=2)
    assert ids(lake) == ["a", "b"]


@pytest.mark.parametrize("at", ["before", "after"])
def test_killed_at_the_commit_and_repeated_it_is_appended_once(at: str, lake: Lake, rows: Make) -> None:
    frame = rows(["a", "b"], seq=4)
    frame.write_ipc(lake.folder.parent / "rows.ipc")
    script = f"""
import os, signal, polars as pl
from pathlib import Path
from barograph.store.lake import lake
commit = lake.commit
def killed(*given, **how):
    if {at!r} == "after":
        commit(*given, **how)
    os.kill(os.getpid(), signal.SIGKILL)
lake.commit = killed
lake.Lake(folder=Path({str(lake.folder)!r}), model_id=1).append(
    "predictions", pl.read_ipc({str(lake.folder.parent / "rows.ipc")!r}), through=4)
"""
    assert subprocess.run([sys.executable, "-c", script], check=False, timeout=600).returncode == -9
    lake.append("predictions", frame, through=4)
    assert (ids(lake), lake.moved("predictions")) == (["a", "b"], 4)


def test_columns_come_and_go(lake: Lake, rows: Make) -> None:
    lake.append("predictions", rows(["a"], seq=1), through=1)
    lake.append("predictions", rows(["b"], seq=2, city=["Ulm"]).drop("x"), through=2)
    query = lake.scan("predictions", columns=["barograph_id", "x", "city", "unknown"])
    assert query is not None
    assert query.collect().sort("barograph_id").rows() == [("a", 0.0, None), ("b", None, "Ulm")]


def test_a_column_keeps_its_kind(lake: Lake, rows: Make) -> None:
    lake.append("predictions", rows(["a"], seq=1), through=1)
    with pytest.raises(Conflict, match=r"column 'x' is .*string.* now and .*double.* in the lake"):
        lake.append("predictions", rows(["b"], seq=2, x=["text"]), through=2)


def test_days_and_ids_choose_rows(lake: Lake, rows: Make) -> None:
    lake.append("predictions", rows(["a", "b"], seq=1, day=1), through=1)
    lake.append("predictions", rows(["c", "d"], seq=2, day=2), through=2)
    assert (ids(lake, days=[2]), ids(lake, days=[1, 2], ids=["d", "a"]), ids(lake, through=1)) == (
        ["c", "d"],
        ["a", "d"],
        ["a", "b"],
    )


def test_a_deleted_id_is_in_no_byte_of_the_table(lake: Lake, rows: Make) -> None:
    lake.append("predictions", rows(["secret-person", "b"], seq=1), through=1)
    lake.append("predictions", rows(["secret-person", "c"], seq=2), through=2)
    lake.compact("predictions")
    gone = lake.delete("predictions", ids=["secret-person"])
    lake.vacuum("predictions", hours=0)
    files = [path for path in lake.folder.rglob("*") if path.is_file()]
    assert not any(b"secret-person" in path.read_bytes() for path in files)
    assert (gone["barograph_day"].to_list(), ids(lake)) == ([20_000] * 2, ["b", "c"])


def test_parquet_holds_ids_as_they_are(lake: Lake, rows: Make) -> None:
    """Else the test above would find nothing, whatever was left."""
    lake.append("predictions", rows(["secret-person", "b"]), through=1)
    assert any(b"secret-person" in path.read_bytes() for path in parquet(lake))


def test_deleting_leaves_what_was_moved(lake: Lake, rows: Make) -> None:
    lake.append("predictions", rows(["a", "b"], seq=8), through=8)
    lake.delete("predictions", ids=["a"])
    assert lake.moved("predictions") == 8


def test_deleting_an_unknown_id_writes_nothing(lake: Lake, rows: Make) -> None:
    lake.append("predictions", rows(["a"]), through=1)
    before = DeltaTable(lake.path("predictions")).version()
    assert lake.delete("predictions", ids=["z"]).is_empty()
    assert DeltaTable(lake.path("predictions")).version() == before


def test_old_days_are_dropped_whole(lake: Lake, rows: Make) -> None:
    lake.append("predictions", pl.concat([rows(["a"], day=1), rows(["b"], day=2)]), through=1)
    assert lake.drop_days("predictions", before=2) == [1]
    lake.vacuum("predictions", hours=0)
    assert (ids(lake), len(parquet(lake))) == (["b"], 1)


def test_compacting_keeps_rows_and_their_order(lake: Lake, rows: Make) -> None:
    for seq in range(1, 6):
        lake.append("predictions", rows([f"{seq}a", f"{seq}b"], seq=seq, day=seq % 2), through=seq)
    before = pl.concat([pl.read_parquet(p, hive_partitioning=False) for p in parquet(lake)])
    assert (len(lake.files("predictions")), lake.compact("predictions"), len(lake.files("predictions"))) == (
        5,
        3,
        2,
    )
    query = lake.scan("predictions")
    assert query is not None
    order = ["barograph_seq", "barograph_position"]
    after = query.collect().drop("barograph_day")
    assert after.sort(order).select(before.columns).equals(before.sort(order))
    assert lake.moved("predictions") == 5


def test_vacuum_spares_files_that_left_lately(lake: Lake, rows: Make) -> None:
    for seq in (1, 2):
        lake.append("predictions", rows([str(seq)], seq=seq), through=seq)
    lake.compact("predictions")
    assert (
        lake.vacuum("predictions", hours=24),
        lake.vacuum("predictions", hours=0),
        len(parquet(lake)),
    ) == (0, 2, 1)


def test_what_an_append_that_failed_left_behind_is_removed(lake: Lake, rows: Make) -> None:
    lake.append("predictions", rows(["a"]), through=1)
    delta.write_file(lake.path("predictions"), rows(["b"]), 20_000, data_change=True)
    assert (lake.vacuum("predictions", hours=0), ids(lake)) == (1, ["a"])


def test_many_commits_are_read_from_a_checkpoint(lake: Lake, rows: Make) -> None:
    for seq in range(1, 53):
        lake.append("predictions", rows([str(seq)], seq=seq), through=seq)
    log = lake.path("predictions") / "_delta_log"
    assert len(list(log.glob("*.checkpoint.parquet"))) == 1
    assert (lake.moved("predictions"), len(ids(lake))) == (52, 52)


@pytest.mark.parametrize("left", [0, 20, -10])
def test_a_commit_torn_by_a_loss_of_power_is_taken_back(left: int, lake: Lake, rows: Make) -> None:
    for seq in (1, 2):
        lake.append("predictions", rows([str(seq)], seq=seq), through=seq)
    last = max((lake.path("predictions") / "_delta_log").glob("*.json"))
    last.write_bytes(last.read_bytes()[:left])
    assert (lake.moved("predictions"), ids(lake)) == (1, ["1"])
    lake.append("predictions", rows(["2"], seq=2), through=2)
    assert ids(lake) == ["1", "2"]


def test_a_torn_checkpoint_is_passed_over(lake: Lake, rows: Make) -> None:
    for seq in range(1, 52):
        lake.append("predictions", rows([str(seq)], seq=seq), through=seq)
    checkpoint = next((lake.path("predictions") / "_delta_log").glob("*.checkpoint.parquet"))
    checkpoint.write_bytes(checkpoint.read_bytes()[:100])
    assert lake.moved("predictions") == 51


def test_a_damaged_table_is_told_with_what_to_do(lake: Lake, rows: Make) -> None:
    for seq in (1, 2, 3):
        lake.append("predictions", rows([str(seq)], seq=seq), through=seq)
    min((lake.path("predictions") / "_delta_log").glob("*.json")).write_text("{}\n")
    with pytest.raises(Damaged, match="Restore it from a backup"):
        lake.append("predictions", rows(["4"], seq=4), through=4)


def test_minima_and_maxima_of_values_are_not_in_the_delta_log(lake: Lake, rows: Make) -> None:
    lake.append("predictions", rows(["a"]), through=1)
    lines = (lake.path("predictions") / "_delta_log" / f"{1:020}.json").read_text().splitlines()
    stats = [json.loads(json.loads(line)["add"]["stats"]) for line in lines if '"add"' in line]
    assert [list(one["minValues"]) for one in stats] == [["barograph_seq"]]


def test_an_append_that_fails_leaves_no_file(lake: Lake, rows: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else each try would fill a full disk further."""
    lake.append("predictions", rows(["a"], seq=1), through=1)

    def failing(*given: object, **how: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("barograph.store.lake.lake.commit", failing)
    with pytest.raises(StoreUnavailable, match="no space left"):
        lake.append("predictions", rows(["b"], seq=2), through=2)
    assert len(parquet(lake)) == 1


def test_files_of_a_commit_that_was_made_stay_though_it_was_told_as_failed(
    lake: Lake, rows: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake.append("predictions", rows(["a"], seq=1), through=1)

    def failing(*given: object) -> None:
        raise OSError("the sync failed")

    monkeypatch.setattr("barograph.store.lake.delta.sync_commits", failing)
    with pytest.raises(StoreUnavailable, match="the sync failed"):
        lake.append("predictions", rows(["b"], seq=2), through=2)
    monkeypatch.undo()
    lake.append("predictions", rows(["b"], seq=2), through=2)
    assert ids(lake) == ["a", "b"]


def test_checkpoints_are_made_whoever_makes_the_fiftieth_commit(lake: Lake, rows: Make) -> None:
    for seq in range(1, 50):
        lake.append("predictions", rows([str(seq)], seq=seq), through=seq)
    lake.compact("predictions")
    lake.vacuum("predictions", hours=0)
    lake.append("predictions", rows(["50"], seq=50), through=50)
    log = lake.path("predictions") / "_delta_log"
    assert len(list(log.glob("*.checkpoint.parquet"))) == 1
    assert (lake.moved("predictions"), len(ids(lake))) == (50, 50)


def test_a_full_disk_is_said_and_nothing_is_half_done(
    lake: Lake, rows: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake.append("predictions", rows(["a"], seq=1), through=1)

    def full(frame: pl.DataFrame, path: Path) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("barograph.store.lake.delta.write_parquet", full)
        with pytest.raises(StoreUnavailable, match="No space left"):
            lake.append("predictions", rows(["b"], seq=2), through=2)
    assert (ids(lake), lake.moved("predictions")) == (["a"], 1)
    lake.append("predictions", rows(["b"], seq=2), through=2)
    assert ids(lake) == ["a", "b"]
