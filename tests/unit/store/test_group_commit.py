"""Group commit: what is told of an entry is true, and nothing waits without bound."""

import threading

import pytest

from barograph.store.errors import QueueFull, StoreUnavailable
from barograph.store.log import Entry, GroupCommit, Logged, open_log


def entry(batch_id, *, rows=10, body=b"rows"):
    return Entry(batch_id=batch_id, model_id=1, kind="predictions", body=body, rows=rows, received_at=5)


class Held:
    """A log that writes once it is let go, and fails where it is told to."""

    def __init__(self, error=None):
        self.groups, self.go, self.begun, self.error = [], threading.Event(), threading.Event(), error

    def append(self, entries):
        self.begun.set()
        self.go.wait(60)
        self.groups.append([e.batch_id for e in entries])
        if self.error is not None:
            raise self.error
        return [Logged(seq=i, duplicate=False) for i, _ in enumerate(entries, 1)]


def test_what_is_submitted_is_logged_before_it_is_told(log_url):
    log = open_log(log_url)
    with GroupCommit(log) as commits:
        futures = [commits.submit(entry(f"{i}")) for i in range(50)]
        seqs = [f.result(60).seq for f in futures]
    assert [e.seq for e in log.read(1, after=0, rows=10_000)] == seqs
    log.close()


def test_what_waits_at_a_time_is_one_transaction():
    log = Held()
    with GroupCommit(log) as commits:
        commits.submit(entry("first"))
        log.begun.wait(60)
        for name in "abc":
            commits.submit(entry(name))
        log.go.set()
    assert log.groups == [["first"], ["a", "b", "c"]]


def test_more_than_may_wait_is_refused_and_one_may_whatever_its_size():
    log = Held()
    with GroupCommit(log, queue_rows=20) as commits:
        commits.submit(entry("first"))
        log.begun.wait(60)
        commits.submit(entry("huge", rows=1_000))
        with pytest.raises(QueueFull, match="1000 rows wait to be written, and at most 20 may"):
            commits.submit(entry("more", rows=1))
        log.go.set()
    assert log.groups == [["first"], ["huge"]]


def test_closing_writes_what_waits_and_takes_no_more():
    log = Held()
    commits = GroupCommit(log)
    future = commits.submit(entry("a"))
    log.go.set()
    commits.close()
    assert future.result(60).seq == 1
    with pytest.raises(StoreUnavailable, match="the server is stopping"):
        commits.submit(entry("b"))


def test_a_failure_is_told_to_all_it_concerns_and_passes():
    log = Held(StoreUnavailable("the disk is full"))
    log.go.set()
    with GroupCommit(log) as commits:
        with pytest.raises(StoreUnavailable, match="the disk is full"):
            commits.submit(entry("a")).result(60)
        assert commits.failure == "the disk is full"
        log.error = None
        assert commits.submit(entry("a")).result(60).seq == 1
        assert commits.failure is None


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_no_request_waits_for_a_writer_that_ended_by_a_bug():
    log = Held(ZeroDivisionError("bug"))
    commits = GroupCommit(log)
    future = commits.submit(entry("a"))
    log.go.set()
    with pytest.raises(StoreUnavailable, match="the log's writer has stopped"):
        future.result(60)
    with pytest.raises(StoreUnavailable, match="the log's writer has stopped"):
        commits.submit(entry("b"))
    commits.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_no_request_waits_for_ever_where_what_observes_breaks(log_url):
    log = open_log(log_url)
    commits = GroupCommit(log, observe=lambda *_: 1 / 0)
    assert commits.submit(entry("a")).result(60).seq == 1  # is in the log all the same
    with pytest.raises(StoreUnavailable, match="the log's writer has stopped"):
        commits.submit(entry("b")).result(60)
    commits.close()
    log.close()


def test_seconds_of_each_transaction_are_observed(log_url):
    log, observed = open_log(log_url), []
    with GroupCommit(
        log, observe=lambda seconds, entries: observed.append((seconds > 0, entries))
    ) as commits:
        commits.submit(entry("a")).result(60)
    assert observed == [(True, 1)]
    log.close()
