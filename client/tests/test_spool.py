"""Batches on disk."""

from __future__ import annotations

import os

import pytest

from barograph_client.edge import Complaints
from barograph_client.sending.transport import Reply
from barograph_client.spool.lock import try_lock
from barograph_client.spool.spool import SEGMENT_BYTES, Spool
from barograph_client.stats import Counters
from barograph_client.wire.batch import Batch


def batch(number: int, size: int = 10) -> Batch:
    body = b'{"columns":{"x":[' + b",".join([b"1"] * size) + b"]}}"
    return Batch(path="/p", key=str(number), kind="predictions", rows=size, body=body)


@pytest.fixture
def counters():
    return Counters()


@pytest.fixture
def make_spool(tmp_path, clock, counters):
    made = []

    def make(limit_bytes=10**9):
        spool = Spool(
            tmp_path / "spool", limit_bytes=limit_bytes, clock=clock, complaints=Complaints(counters, clock)
        )
        made.append(spool)
        return spool

    yield make
    for spool in made:
        spool.renew()


def segments(tmp_path):
    return sorted((tmp_path / "spool").glob("*/*.seg"))


def keys(spool):
    found = []
    while (oldest := spool.oldest()) is not None:
        found.append(oldest.key)
        spool.done([])
    return found


def test_batches_come_back_as_they_were(make_spool):
    spool = make_spool()
    spool.put(batch(1))
    assert spool.oldest() == batch(1)


def test_oldest_first(make_spool):
    spool = make_spool()
    for i in range(5):
        spool.put(batch(i))
    assert keys(spool) == list("01234")


def test_batch_stays_until_it_is_done(make_spool, tmp_path):
    spool = make_spool()
    spool.put(batch(1))
    spool.oldest()
    assert segments(tmp_path)[0].stat().st_size > 0
    spool.done([])
    assert spool.bytes == 0


def test_segments_are_deleted_when_all_in_them_is_done(make_spool, tmp_path):
    spool = make_spool()
    size = SEGMENT_BYTES // 8
    for i in range(10):
        spool.put(batch(i, size))
    assert len(segments(tmp_path)) > 2
    assert len(keys(spool)) == 10
    assert len(segments(tmp_path)) <= 1


def test_limit_is_kept(make_spool):
    spool = make_spool(limit_bytes=1000)
    number = 0
    while spool.has_room():
        spool.put(batch(number))
        number += 1
    assert 1000 <= spool.bytes < 1200


def test_segments_of_a_dead_process_are_sent_first(make_spool, tmp_path, clock):
    dead = make_spool()
    for i in range(3):
        dead.put(batch(i))
    dead.renew()
    spool = make_spool()
    spool.put(batch(9))
    assert keys(spool) == ["0", "1", "2", "9"]
    assert len([p for p in (tmp_path / "spool").iterdir() if p.is_dir()]) == 1


def test_segments_of_a_living_process_are_left_alone(make_spool):
    living = make_spool()
    living.put(batch(1))
    assert make_spool().oldest() is None


def test_bytes_of_others_count_against_the_limit(make_spool):
    living = make_spool()
    for i in range(20):
        living.put(batch(i))
    assert not make_spool(limit_bytes=1000).has_room()


def test_lock_is_held_by_one(tmp_path):
    lock = try_lock(tmp_path / "a.lock")
    assert lock is not None
    assert try_lock(tmp_path / "a.lock") is None
    lock.release()
    assert not (tmp_path / "a.lock").exists()


def test_letting_go_twice_closes_no_other_file(tmp_path):
    lock = try_lock(tmp_path / "a.lock")
    lock.release()
    with (tmp_path / "other").open("w") as other:  # has the number the lock had
        lock.abandon()
        lock.release()
        assert other.write("kept") == 4
        other.flush()
    assert (tmp_path / "other").read_text() == "kept"


@pytest.mark.parametrize("cut", [1, 5, 11, 12, 13, 100])
def test_torn_tail_is_set_aside(make_spool, tmp_path, cut, counters):
    dead = make_spool()
    dead.put(batch(1))
    dead.put(batch(2))
    dead.renew()
    [path] = segments(tmp_path)
    os.truncate(path, path.stat().st_size - cut)
    assert keys(make_spool()) == ["1"]
    assert len(list((tmp_path / "spool" / "quarantine").iterdir())) == 1
    assert counters.errors["spool"] == 1


@pytest.mark.parametrize("place", [0, 3, 6, 9, 40])
def test_damage_in_the_middle_costs_one_batch(make_spool, tmp_path, place):
    dead = make_spool()
    for i in range(3):
        dead.put(batch(i))
    dead.renew()
    [path] = segments(tmp_path)
    data = bytearray(path.read_bytes())
    second = data.index(b"BGF1", 1)
    data[second + place] ^= 0xFF
    path.write_bytes(data)
    assert keys(make_spool()) == ["0", "2"]


def test_zeros_after_a_power_cut_are_stepped_over(make_spool, tmp_path):
    dead = make_spool()
    dead.put(batch(1))
    dead.renew()
    [path] = segments(tmp_path)
    path.write_bytes(path.read_bytes() + bytes(5000))
    assert keys(make_spool()) == ["1"]


def test_batch_of_another_version_is_set_aside(make_spool, tmp_path):
    dead = make_spool()
    dead.put(batch(1))
    dead.put(batch(2))
    dead._own.segments[0].append(b'{"colour":"red"}\nbody')
    dead.renew()
    assert keys(make_spool()) == ["1", "2"]


def test_halves_are_sent_before_the_whole_is_deleted(make_spool):
    spool = make_spool()
    spool.put(batch(1))
    whole = spool.oldest()
    spool.done(whole.split())
    assert spool.oldest().key == "1.0"
    spool.done([])
    assert spool.bytes > 0
    assert keys(spool) == ["1.1"]
    assert spool.bytes == 0


def test_closed_spool_leaves_nothing_where_all_was_sent(make_spool, tmp_path):
    spool = make_spool()
    spool.put(batch(1))
    keys(spool)
    spool.close()
    assert list((tmp_path / "spool").iterdir()) == []


def test_folder_is_the_owners_alone(make_spool, tmp_path):
    make_spool().put(batch(1))
    assert (tmp_path / "spool").stat().st_mode & 0o077 == 0


def test_server_away_for_an_hour_loses_nothing(make_client, transport, drive, clock, tmp_path):
    client = make_client(spool=tmp_path / "spool", queue_rows=2000)
    back = clock.seconds + 3600.0
    transport.answer = lambda _: Reply(status=200) if clock.seconds >= back else None
    ids = []
    for _ in range(360):
        ids += [client.log({"x": 1}) for _ in range(50)]
        drive(client, 10.0)
        assert client.stats().queued_rows <= 2000
    assert client.stats().spooled_bytes > 0
    drive(client, 120.0)
    assert transport.rows() == ids
    assert client.stats().dropped == {}
    assert client.stats().spooled_bytes == 0


def test_rows_reach_the_disk_within_a_second_while_the_server_is_away(
    make_client, transport, drive, tmp_path
):
    client = make_client(spool=tmp_path / "spool")
    transport.answer = lambda _: None
    client.log({"x": 1})
    drive(client, 600.0)
    client.log({"x": 2})
    before = client.stats().spooled_bytes
    drive(client, 1.1)
    assert client.stats().queued_rows == 0
    assert client.stats().spooled_bytes > before


def test_full_spool_leaves_rows_in_memory_where_they_are_sampled(make_client, transport, drive, tmp_path):
    client = make_client(spool=tmp_path / "spool", spool_bytes=20_000, queue_rows=2000)
    transport.answer = lambda _: None
    logged = 0
    for _ in range(100):
        logged += len([client.log({"x": 1}) for _ in range(100)])
        drive(client, 10.0)
    assert client.stats().spooled_bytes < 40_000
    transport.answer = lambda _: Reply(status=200)
    drive(client, 200.0)
    assert client.stats().sent_rows + client.stats().dropped["overflow"] == logged


def test_spool_that_cannot_be_used_leaves_memory(make_client, transport, drive, tmp_path):
    (tmp_path / "file").write_text("no folder")
    client = make_client(spool=tmp_path / "file")
    ids = [client.log({"x": i}) for i in range(3)]
    drive(client, 5.0)
    assert transport.rows() == ids
    assert client.stats().errors["spool"] > 0
