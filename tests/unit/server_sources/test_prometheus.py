import json
from dataclasses import replace

import pytest

from barograph.server.sources.increment import SourceError
from barograph.server.sources.prometheus import fetched
from barograph.store import catalog
from barograph.store.readings import read_readings

MINUTE = 60_000_000
SERIES = [{"query": "rate(x[1m])", "name": "load", "unit": "1"}]


def matrix(*series):
    found = [{"metric": labels, "values": values} for labels, values in series]
    return 200, json.dumps({"status": "success", "data": {"resultType": "matrix", "result": found}}).encode()


@pytest.fixture
def asked():
    return []


@pytest.fixture
def answering(shop, asked):
    """A shop whose Prometheus gives one answer."""

    def with_answer(answer):
        def fetch(address, headers):
            asked.append((address, headers))
            return answer

        shop.reach = replace(shop.reach, fetch=fetch)
        return shop

    return with_answer


def windows(shop, name="load"):
    with shop.reach.store.database.reading() as conn:
        held = catalog.model(conn, "shop", "churn")
        return read_readings(conn, catalog.project(conn, "shop").id, held.id, first=0, end=2**53).get(
            name, ()
        )


def test_figures_become_readings_of_their_host_and_version(answering):
    at = 1_704_067_200
    labels = {"instance": "a:1", "v": "7"}
    shop = answering(matrix((labels, [[at, "0.5"], [at + 60, "NaN"], [at + 120, "+Inf"], [at + 180, "2"]])))
    shop.source("prometheus", url="http://p", series=SERIES, version_label="v")
    assert shop.run() == 2
    assert [(w.start, w.host, w.version, w.sums.last) for w in windows(shop)] == [
        (at * 1_000_000, "a:1", "7", 0.5),
        ((at + 180) * 1_000_000, "a:1", "7", 2.0),
    ]


def test_the_next_read_begins_where_the_last_ended(answering, asked):
    shop = answering(matrix())
    shop.source("prometheus", url="http://p/", series=SERIES, step_seconds=60, history_seconds=600)
    shop.run()
    first = shop.held().cursor["through"]
    assert first == shop.now // 1_000_000 - 60
    assert f"start={first - 600}&end={first}&step=60" in asked[-1][0]
    shop.run()
    assert len(asked) == 1
    shop.now += 5 * MINUTE
    shop.run()
    assert f"start={first + 60}&end={first + 300}" in asked[-1][0]


def test_a_long_time_is_asked_for_in_pieces(answering, asked):
    shop = answering(matrix())
    shop.source("prometheus", url="http://p", series=SERIES, step_seconds=60, history_seconds=10 * 86_400)
    shop.run()
    assert len(asked) == 3


def test_the_key_is_sent_and_kept_nowhere(answering, asked):
    variable = "BAROGRAPH_SOURCE_TOKEN"
    shop = answering(matrix()).with_environment(**{variable: "secret"})
    shop.source("prometheus", url="http://p", series=SERIES, token_variable=variable)
    shop.run()
    assert asked[-1][1] == {"Authorization": "Bearer secret"}
    assert "secret" not in json.dumps(dict(shop.held().settings))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((404, b"<html>"), "answered 404 and no JSON"),
        ((200, b"[" * 100_000), "answered 200 and no JSON"),
        ((400, b'{"status": "error", "error": "parse error"}'), "refuses 'rate.*parse error"),
        ((200, b'{"status": "success", "data": {"resultType": "vector"}}'), "gives a vector"),
    ],
)
def test_an_answer_that_cannot_be_used_says_why(answering, answer, said):
    shop = answering(answer)
    shop.source("prometheus", url="http://p", series=SERIES)
    with pytest.raises(ValueError if "vector" in said else SourceError, match=said):
        shop.run()


def test_nobody_there_is_an_error_that_says_so():
    with pytest.raises(SourceError, match="cannot be reached"):
        fetched("http://127.0.0.1:9/api", {})
