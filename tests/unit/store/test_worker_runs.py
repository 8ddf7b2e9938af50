"""What workers have done, on SQLite and PostgreSQL."""

from barograph.server.worker.runs import Runs
from barograph.store.worker_runs import JobRuns, add_runs, runs_of_workers


class Machine:
    time = 100

    def now(self) -> int:
        return self.time


def runs_of(seconds):
    return Runs(machine=Machine(), seconds=iter(seconds).__next__)


def test_work_of_several_workers_adds_up_and_the_last_stays(database):
    first = JobRuns(job="apply", runs=2, busy_us=30, last_us=20, ran_at=5, looked_at=5)
    second = JobRuns(job="apply", runs=1, busy_us=5, last_us=5, ran_at=9, looked_at=9)
    with database.writing() as conn:
        add_runs(conn, {"apply": first})
        add_runs(conn, {"apply": second})
        held = runs_of_workers(conn)
    assert held == [JobRuns(job="apply", runs=3, busy_us=35, last_us=5, ran_at=9, looked_at=9)]


def test_a_look_without_work_tells_only_that_it_was_looked(database):
    done = JobRuns(job="night", runs=1, busy_us=7, last_us=7, ran_at=3, looked_at=3)
    looked = JobRuns(job="night", runs=0, busy_us=0, last_us=0, ran_at=None, looked_at=8)
    with database.writing() as conn:
        add_runs(conn, {"night": done})
        add_runs(conn, {"night": looked})
        assert runs_of_workers(conn) == [
            JobRuns(job="night", runs=1, busy_us=7, last_us=7, ran_at=3, looked_at=8)
        ]


def test_a_worker_counts_what_had_something_to_do():
    runs = runs_of([0.0, 0.5, 1.0, 1.25, 2.0, 9.0])
    for did in (True, True, False):
        assert runs.of("apply", lambda did=did: did) is did
    told = runs.told["apply"]
    assert (told.runs, told.busy_us, told.last_us, told.ran_at) == (2, 750_000, 250_000, 100)
    runs.forget()
    assert runs.told == {}
