"""Writes to a log from several threads, and says each batch on stdout once it is acknowledged; until it is killed."""

import itertools
import os
import sys
from concurrent.futures import Future, ThreadPoolExecutor

from barograph.store.log import Entry, GroupCommit, Logged, open_log

if __name__ == "__main__":
    url, run, threads, most = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    commits = GroupCommit(open_log(url))
    numbers = itertools.islice(itertools.count(), most)

    def submit(number: int) -> "Future[Logged]":
        batch = f"{run}-{number}"
        entry = Entry(
            batch_id=batch, model_id=1, kind="predictions", body=batch.encode() * 500, rows=1, received_at=number
        )  # fmt: skip
        return commits.submit(entry)

    def write(_thread: int) -> None:
        for number in numbers:
            logged = submit(number).result(60)
            # One system call a line: nothing is said before it is true, and a kill leaves no half a line unread.
            os.write(1, f"{run}-{number} {logged.seq}\n".encode())

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(write, range(threads)))
    commits.close()
