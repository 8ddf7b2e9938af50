"""The log, on SQLite and PostgreSQL."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from barograph.store.log import Entry, Logged, Waiting, open_log


def entry(batch_id, *, model_id=1, kind="predictions", rows=10, received_at=5, body=b"rows", digest=b""):
    return Entry(
        batch_id=batch_id, model_id=model_id, kind=kind, rows=rows, received_at=received_at, body=body, digest=digest
    )  # fmt: skip


@pytest.fixture
def log(log_url):
    opened = open_log(log_url)
    yield opened
    opened.close()


def test_entries_come_back_in_order_as_they_were(log):
    logged = log.append([entry("a", body=b"1"), entry("b", body=b"2")])
    read = log.read(1, after=0, rows=100)
    assert [e.seq for e in read] == [e.seq for e in logged]
    assert [(e.batch_id, e.body, e.rows, e.received_at) for e in read] == [
        ("a", b"1", 10, 5),
        ("b", b"2", 10, 5),
    ]


def test_a_batch_sent_again_has_the_number_it_had(log):
    (first,) = log.append([entry("a")])
    assert log.append([entry("a")]) == [Logged(seq=first.seq, duplicate=True)]
    assert len(log.read(1, after=0, rows=100)) == 1


def test_a_batch_twice_in_one_append_is_logged_once(log):
    first, second = log.append([entry("a"), entry("a")])
    assert (second.seq, second.duplicate) == (first.seq, True)


def test_another_batch_under_the_same_id_is_told(log):
    log.append([entry("a", digest=b"x")])
    (again,) = log.append([entry("a", digest=b"y")])
    assert (again.duplicate, again.differs) == (True, True)


def test_one_id_serves_each_kind_and_model_once(log):
    logged = log.append([entry("a"), entry("a", kind="labels"), entry("a", model_id=2)])
    assert [e.duplicate for e in logged] == [False] * 3


@pytest.mark.parametrize(("rows", "entries"), [(1, 1), (10, 1), (11, 2), (1000, 3)])
def test_whole_entries_are_read_until_there_are_rows_enough(log, rows, entries):
    log.append([entry(name) for name in "abc"])
    assert len(log.read(1, after=0, rows=rows)) == entries


def test_reading_goes_on_after_a_number(log):
    first, second = log.append([entry("a"), entry("b")])
    assert [e.seq for e in log.read(1, after=first.seq, rows=1)] == [second.seq]
    assert log.read(1, after=second.seq, rows=1) == []


def test_what_waits_is_summed_by_model(log):
    logged = log.append(
        [entry("a", received_at=7), entry("b", received_at=8), entry("c", model_id=3, received_at=9)]
    )
    seqs = [e.seq for e in logged]
    assert log.waiting() == [
        Waiting(model_id=1, first_seq=seqs[0], last_seq=seqs[1], rows=20, oldest_received_at=7),
        Waiting(model_id=3, first_seq=seqs[2], last_seq=seqs[2], rows=10, oldest_received_at=9),
    ]


def test_arrival_never_goes_back_whatever_the_clock_does(log):
    logged = log.append([entry("a", received_at=9), entry("b", received_at=7)])
    log.trim(1, through=logged[-1].seq)
    log.append([entry("c", received_at=8), entry("d", received_at=10)])
    assert [e.received_at for e in log.read(1, after=0, rows=100)] == [9, 10]


def test_a_batch_is_known_after_its_rows_have_left(log):
    logged = log.append([entry(f"{i}") for i in range(120)])
    log.trim(1, through=logged[-1].seq)
    assert log.waiting() == []
    assert log.append([entry("7")])[0] == Logged(seq=logged[7].seq, duplicate=True)


def test_trimming_leaves_later_entries_and_other_models(log):
    logged = log.append([entry("a"), entry("b"), entry("c", model_id=2)])
    log.trim(1, through=logged[0].seq)
    assert [(w.model_id, w.rows) for w in log.waiting()] == [(1, 10), (2, 10)]


def test_a_number_is_not_used_again(log):
    (first,) = log.append([entry("a")])
    log.trim(1, through=first.seq)
    assert log.append([entry("b")])[0].seq > first.seq


def test_ids_are_forgotten_once_old_and_not_while_held(log):
    old, *_ = log.append([entry("a", received_at=1), entry("b", received_at=1), entry("c", received_at=9)])
    log.trim(1, through=old.seq)
    assert log.forget(1, before=5) == 1
    assert [e.duplicate for e in log.append([entry("a"), entry("b"), entry("c")])] == [False, True, True]


def test_a_body_can_be_replaced(log):
    (first,) = log.append([entry("a", body=b"1")])
    log.rewrite({first.seq: (b"", 0)})
    assert [(e.body, e.rows) for e in log.read(1, after=0, rows=1)] == [(b"", 0)]


def test_no_number_is_seen_before_an_earlier_one(log):
    stop, seen = threading.Event(), [0]

    def follow():
        while not stop.is_set() or log.read(1, after=seen[-1], rows=1):
            seen.extend(e.seq for e in log.read(1, after=seen[-1], rows=5))

    follower = threading.Thread(target=follow, daemon=True)
    follower.start()
    try:
        with ThreadPoolExecutor(4) as threads:
            logged = list(threads.map(lambda i: log.append([entry(f"{i}")])[0].seq, range(80)))
    finally:
        stop.set()
        follower.join(60)
    assert seen[1:] == sorted(logged)
