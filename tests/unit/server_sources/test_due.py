from dataclasses import replace
from unittest import mock

import polars as pl
import pytest

from barograph.server.sources import due
from barograph.server.sources.run import StoppedError
from barograph.store import catalog
from barograph.store.errors import Conflict
from barograph.store.leases import claim
from barograph.store.sources import advance, make_due

HOUR = 3_600_000_000


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "rows"
    made.mkdir()
    put(made, "a")
    return made


def put(folder, name):
    frame = pl.DataFrame({"x": [1.0, 2.0], "at": ["2024-01-01", name], "guess": [1.0, 1.0]})
    frame.with_columns(at=pl.lit("2024-01-01T00:00:00Z")).write_csv(folder / f"{name}.csv")


def test_a_source_is_read_when_it_is_due(any_shop, folder):
    any_shop.source("files", path=folder)
    assert any_shop.run_due()
    assert not any_shop.run_due()
    put(folder, "bb")
    any_shop.now += HOUR
    assert any_shop.run_due()
    assert any_shop.held().rows == 4


def test_it_can_be_asked_for(shop, folder):
    shop.source("files", path=folder)
    shop.run_due()
    with shop.reach.store.database.writing() as conn:
        make_due(conn, shop.held(), shop.now)
    assert shop.run_due()


def test_failures_are_tried_again_ever_later(shop, folder):
    shop.source("files", path=folder / "none")
    waits = []
    for _ in range(3):
        shop.run_due()
        waits.append(shop.held().due_at - shop.now)
        shop.now = shop.held().due_at
    assert waits == [HOUR, 2 * HOUR, 4 * HOUR]


def test_a_failure_is_told_once_an_hour_for_as_long_as_it_lasts(any_shop, folder):
    any_shop.source("files", path=folder / "none")
    any_shop.run_due()
    for _ in range(4):
        any_shop.now += HOUR // 2
        any_shop.run_due()
    assert any_shop.held().failures == 2
    assert len(any_shop.events("source_failed")) == 3
    put(folder, "a")
    (folder / "none").symlink_to(folder)
    any_shop.now = any_shop.held().due_at
    assert any_shop.run_due()
    any_shop.now += 2 * HOUR
    any_shop.run_due()
    assert len(any_shop.events("source_failed")) == 3


def test_one_that_fails_does_not_stop_the_others(shop, folder):
    shop.source("files", path=folder / "none", name="a")
    shop.source("files", path=folder, name="b")
    shop.run_due()
    assert shop.held("b").rows == 2


def test_a_fault_of_the_library_that_reads_is_noted_as_any_other(shop, folder):
    shop.source("files", path=folder)
    panic = pl.exceptions.PanicException("out of range")
    with mock.patch.object(due, "run_source", side_effect=panic):
        shop.run_due()
    assert shop.held().error == "PanicException: out of range"


def test_one_that_another_has_read_meanwhile_is_not_read_again(shop, folder):
    source = shop.source("files", path=folder / "none")
    shop.run_due()
    with mock.patch.object(due, "due_sources", side_effect=[[source], []]):
        assert not shop.run_due()
    assert shop.held().failures == 1
    with shop.reach.store.database.writing() as conn:
        assert claim(conn, f"source/{source.id}", "other", shop.reach.wall_ns() // 1_000, 60)


def test_a_source_that_another_reads_is_left_alone(shop, folder):
    source = shop.source("files", path=folder)
    with shop.reach.store.database.writing() as conn:
        assert claim(conn, f"source/{source.id}", "other", shop.reach.wall_ns() // 1_000, 60)
    assert not shop.run_due()
    assert shop.held().rows == 0


def test_a_cursor_that_another_moved_takes_the_rows_back(shop, folder):
    source = shop.source("files", path=folder)
    with shop.reach.store.database.writing() as conn:
        advance(conn, source, {"files": 7}, rows=0)
    shop.held = lambda name="s": source
    with pytest.raises(Conflict, match="read, changed or deleted"):
        shop.run()
    assert shop.profile().rows == 0


def test_a_stop_leaves_off_between_frames_and_loses_nothing(shop, folder):
    shop.source("files", path=folder)
    running = shop.reach
    shop.reach = replace(running, stopped=lambda: True)
    with pytest.raises(StoppedError):
        shop.run()
    assert not shop.run_due()
    shop.reach = running
    assert shop.run() == 2


def test_a_model_that_is_deleted_takes_its_sources_with_it(shop, folder):
    source = shop.source("files", path=folder)
    with shop.reach.store.database.writing() as conn:
        catalog.delete_model(conn, source.model_id)
    assert not shop.run_due()
