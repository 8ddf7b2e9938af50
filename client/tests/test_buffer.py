"""The line of waiting rows: its bounds, and whom it keeps."""

from __future__ import annotations

import random
import threading

import pytest

from barograph_client.buffer.buffer import Buffer
from barograph_client.buffer.items import Row, Stream

STREAM = Stream("predictions", "credit", "1")


def row(at_us: int, size: int = 0) -> Row:
    return Row(STREAM, at_us, bytes(size))


def fill(buffer: Buffer, rows: int, size: int = 0) -> None:
    for i in range(rows):
        item = row(i, size)
        buffer.add(item, 1, item.bytes)


def test_rows_come_out_in_order():
    buffer = Buffer(rows=10, bytes=10**6)
    fill(buffer, 5)
    assert [item.at_us for item in buffer.take().items] == [0, 1, 2, 3, 4]


def test_bound_of_rows_holds():
    buffer = Buffer(rows=100, bytes=10**6, rng=random.Random(1))
    fill(buffer, 1000)
    assert buffer.rows == 100


def test_bound_of_bytes_holds():
    buffer = Buffer(rows=10**6, bytes=50_000, rng=random.Random(1))
    fill(buffer, 1000, size=800)
    assert buffer.bytes <= 50_000


def test_what_is_dropped_is_counted_with_its_times():
    buffer = Buffer(rows=100, bytes=10**6, rng=random.Random(1))
    fill(buffer, 1000)
    taken = buffer.take()
    missing = taken.missing[STREAM]
    assert missing.rows == 900
    assert 0 <= missing.first_us < missing.last_us <= 999


def test_sample_is_even_over_all_that_came():
    kept = [0] * 10
    for seed in range(60):
        buffer = Buffer(rows=100, bytes=10**6, rng=random.Random(seed))
        fill(buffer, 1000)
        for item in buffer.take().items:
            kept[item.at_us // 100] += 1
    # 600 expected in each tenth of the time, with a standard deviation of 22.
    assert min(kept) > 500
    assert max(kept) < 700


def test_rows_of_unlike_size_stay_within_bytes():
    buffer = Buffer(rows=10**6, bytes=50_000, rng=random.Random(1))
    for i in range(500):
        item = row(i, (i * 37) % 4000)
        buffer.add(item, 1, item.bytes)
    assert buffer.bytes <= 50_000
    taken = buffer.take()
    assert len(taken.items) + taken.missing[STREAM].rows == 500


def test_row_larger_than_the_buffer_is_dropped_and_counted():
    buffer = Buffer(rows=10, bytes=1000)
    item = row(0, 5000)
    buffer.add(item, 1, item.bytes)
    assert buffer.take().missing[STREAM].rows == 1


def test_after_being_emptied_it_keeps_all_again():
    buffer = Buffer(rows=10, bytes=10**6, rng=random.Random(1))
    fill(buffer, 50)
    buffer.take()
    fill(buffer, 10)
    taken = buffer.take()
    assert len(taken.items) == 10
    assert taken.missing == {}


@pytest.mark.parametrize("limit", [10**6, 500])
def test_threads_lose_no_row_unsaid(limit):
    buffer = Buffer(rows=limit, bytes=10**9, rng=random.Random(1))
    threads = [threading.Thread(target=fill, args=(buffer, 2000), daemon=True) for _ in range(4)]
    found = []
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        found.append(buffer.take())
    found.append(buffer.take())
    kept = sum(len(taken.items) for taken in found)
    assert kept + sum(m.rows for taken in found for m in taken.missing.values()) == 8000
