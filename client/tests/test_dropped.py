"""The report of what was dropped, as the server reads it."""

from __future__ import annotations

import pytest
from barograph.server.door.headers import read_headers

from barograph_client.buffer.buffer import Missing
from barograph_client.wire.dropped import Report


def report(**reasons: int) -> Report:
    found = Report()
    for i, (reason, rows) in enumerate(reasons.items()):
        found.add(reason, Missing(rows=rows, first_us=100 + i, last_us=200 + i))
    return found


@pytest.mark.parametrize("sampling", [1.0, 0.9999999, 0.5, 1e-12])
@pytest.mark.parametrize("values", [0, 3])
def test_server_reads_the_report(sampling, values):
    header = report(overflow=30, refused=2).header(sampling, values)
    read = read_headers({"barograph-dropped": header}).dropped
    assert (dict(read.rows), read.at) == ({"overflow": 30, "refused": 2}, 100)


def test_times_cover_all_that_is_missing():
    assert report(overflow=30, refused=2).header(1.0, 0) == "overflow=30, refused=2, from=100, to=201"


def test_nothing_missing_is_nothing_said():
    found = Report()
    found.add("overflow", Missing())
    assert found.header(1.0, 0) == ""
