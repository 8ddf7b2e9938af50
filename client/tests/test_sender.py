"""From `log` to acknowledgement, without threads and with a clock set by hand."""

from __future__ import annotations

import pytest

from barograph_client.sending.dead_letters import read_dead_letters
from barograph_client.sending.transport import Reply


def log(client, rows, **more):
    return [client.log({"x": i}, **more) for i in range(rows)]


def test_full_batch_goes_at_once(client, transport, drive):
    ids = log(client, 500)
    drive(client, 0.0)
    assert transport.rows() == ids


def test_few_rows_wait_a_second(client, transport, drive):
    log(client, 3)
    drive(client, 0.9)
    assert transport.posts == []
    drive(client, 0.2)
    assert transport.rows("x") == [0, 1, 2]


def test_batches_are_bounded_by_rows(make_client, transport, drive):
    client = make_client(batch_rows=100)
    log(client, 250)
    drive(client, 1.0)
    assert [len(p.columns["x"]) for p in transport.of("predictions")] == [100, 100, 50]


def test_batches_are_bounded_by_bytes(make_client, transport, drive):
    client = make_client(batch_bytes=10_000)
    for _ in range(20):
        client.log({"text": "a" * 3000})
    drive(client, 1.0)
    assert [len(p.columns["text"]) for p in transport.of("predictions")] == [3] * 6 + [2]


def test_models_and_versions_travel_apart(client, transport, drive):
    client.log({"x": 1}, model="a", version="1")
    client.log({"x": 2}, model="a", version="2")
    client.log({"x": 3}, model="b c")
    drive(client, 1.0)
    paths = sorted(p.path for p in transport.acknowledged)
    start = "/v1/projects/default/models"
    assert paths == [
        f"{start}/a/predictions?version=1",
        f"{start}/a/predictions?version=2",
        f"{start}/b%20c/predictions",
    ]


def test_what_is_beside_the_features_goes_by_the_names_of_the_wire(client, transport, drive):
    client.log({"x": 1}, prediction="yes", score=0.25, label="no", id=17, row=2, timestamp=0)
    client.log({"x": 2}, score={"no": 0.5, "yes": 0.5})
    drive(client, 1.0)
    columns = transport.acknowledged[0].columns
    assert columns["prediction_id"][0] == "17"
    assert (columns["prediction"], columns["label"], columns["row"]) == (
        ["yes", None],
        ["no", None],
        [2, None],
    )
    assert (columns["score"], columns["scores"]) == ([0.25, None], [None, {"no": 0.5, "yes": 0.5}])
    assert columns["timestamp"] == ["1970-01-01T00:00:00.000000Z", "2023-11-14T22:30:00.000000Z"]


def test_every_try_has_the_same_key_and_body_and_its_own_time(client, transport, drive):
    answers = iter([None, Reply(status=503), Reply(status=500), Reply(status=200)])
    transport.answer = lambda _: next(answers)
    log(client, 3)
    drive(client, 30.0)
    assert len({(p.key, p.raw) for p in transport.posts}) == 1
    assert len({p.headers["Barograph-Sent-At"] for p in transport.posts}) > 1
    assert (client.stats().retries, client.stats().sent_rows) == (3, 3)


def test_pause_the_server_asks_for_is_kept(client, transport, drive, clock):
    transport.answer = lambda _: Reply(status=429, headers={"retry-after": "20"})
    log(client, 1)
    drive(client, 1.1)
    client.recorder().parts.sender.hurry()
    drive(client, 18.0)
    assert len(transport.posts) == 1
    drive(client, 5.0)
    assert len(transport.posts) == 2


def test_pauses_grow_while_the_server_is_away(client, transport, drive):
    transport.answer = lambda _: None
    log(client, 1)
    drive(client, 3600.0)
    # An hour at 30 s on average, and the first tries close together.
    assert 60 < len(transport.posts) < 300


def test_steps_never_spin_while_the_server_is_away(client, transport, clock):
    transport.answer = lambda _: None
    steps = 0
    end = clock.seconds + 600.0
    while clock.seconds < end:
        log(client, 5)
        clock.seconds += client.recorder().parts.thread.step()
        steps += 1
    assert steps < 1500


def test_too_large_is_halved_until_it_fits(client, transport, drive):
    transport.answer = lambda p: Reply(status=413 if len(p.columns["x"]) > 60 else 200)
    ids = log(client, 200)
    drive(client, 1.0)
    assert transport.rows() == ids
    assert [p.key.partition(".")[2] for p in transport.acknowledged] == ["0.0", "0.1", "1.0", "1.1"]
    assert client.stats().sent_rows == 200


def test_one_row_too_large_is_kept_as_a_dead_letter(make_client, transport, drive, tmp_path):
    client = make_client(dead_letters=tmp_path / "dead")
    transport.answer = lambda p: Reply(status=413 if 7 in p.columns["x"] else 200)
    log(client, 20)
    drive(client, 1.0)
    [(why, batch)] = read_dead_letters(tmp_path / "dead")
    assert why.startswith("413")
    assert batch.rows == 1
    assert client.stats().sent_rows == 19
    assert client.stats().dropped == {"refused": 1}


def test_refused_batch_is_told_and_kept(make_client, transport, drive, tmp_path):
    told = []
    client = make_client(dead_letters=tmp_path / "dead", on_error=lambda kind, why: told.append((kind, why)))
    message = b'{"error": {"message": "no model \'credit\'"}}'
    transport.answer = lambda _: Reply(status=404, body=message)
    log(client, 5)
    drive(client, 1.0)
    [(why, batch)] = read_dead_letters(tmp_path / "dead")
    assert (why, batch.rows, batch.model) == ("404 no model 'credit'", 5, "credit")
    assert told[0][0] == "refused"
    assert "kept in the dead-letter file" in told[0][1]


def test_dead_letter_file_is_bounded(make_client, transport, drive, tmp_path):
    client = make_client(dead_letters=tmp_path / "dead", dead_letter_bytes=2000, batch_rows=1)
    transport.answer = lambda _: Reply(status=400)
    log(client, 50)
    drive(client, 1.0)
    assert 0 < (tmp_path / "dead").stat().st_size <= 2000
    assert client.stats().dropped == {"refused": 50}


def test_rejected_rows_are_counted(client, transport, drive):
    transport.answer = lambda _: Reply(status=200, body=b'{"rejected": [{"index": 0, "reason": "future"}]}')
    log(client, 3)
    drive(client, 1.0)
    assert client.stats().rejected == {"future": 1}


def test_batch_the_server_fails_on_does_not_hold_up_the_others(client, transport, drive):
    transport.answer = lambda p: Reply(status=500 if "bad" in p.columns else 200)
    client.log({"bad": 1}, model="a")
    client.log({"x": 1}, model="b")
    drive(client, 900.0)
    assert transport.rows("x") == [1]
    assert client.stats().dropped == {"refused": 1}


def test_server_away_for_an_hour_without_spool(make_client, transport, drive, clock):
    client = make_client(queue_rows=2000)
    back = clock.seconds + 3600.0
    transport.answer = lambda _: Reply(status=200) if clock.seconds >= back else None
    logged = 0
    for _ in range(360):
        logged += len(log(client, 50))
        assert client.stats().queued_rows <= 2000
        drive(client, 10.0)
    drive(client, 120.0)
    stats = client.stats()
    assert stats.sent_rows + stats.dropped["overflow"] == logged
    assert stats.sent_rows >= 1000
    assert stats.queued_rows == 0


def test_overflow_is_told_to_the_server_once(make_client, transport, drive, clock):
    client = make_client(queue_rows=2000)
    transport.answer = lambda _: None
    log(client, 10)
    drive(client, 1.0)
    log(client, 4000)
    transport.answer = lambda _: Reply(status=200)
    drive(client, 120.0)
    told = [
        p.headers["Barograph-Dropped"] for p in transport.acknowledged if "Barograph-Dropped" in p.headers
    ]
    assert told[0].startswith("overflow=3000, sampling=0.25, from=")
    assert told[1:] == ["sampling=0.25"]


def test_values_left_out_are_told(client, transport, drive):
    client.log({"x": object()})
    client.log({"x": 1})
    drive(client, 1.0)
    [posted] = transport.acknowledged
    assert posted.columns["x"] == [None, 1]
    assert posted.headers["Barograph-Dropped"] == "values=1"
    assert client.stats().values == {"x": 1}


def test_rows_that_repeat_themselves_are_not_packed_beyond_what_servers_take(client, transport, drive):
    client.log_batch({"x": [None] * 5000})
    drive(client, 1.0)
    for posted in transport.acknowledged:
        assert len(posted.raw) * 100 > len(str(posted.columns))


def test_caller_may_change_what_was_logged(client, transport, drive):
    row = {"x": 1, "nested": [1, 2]}
    client.log(row)
    row["x"] = 2
    row["nested"].append(3)
    drive(client, 1.0)
    assert transport.acknowledged[0].columns["nested"] == [[1, 2]]
    assert transport.rows("x") == [1]


@pytest.mark.parametrize("features", [None, 5, "text", [("x", 1)], object()])
def test_wrong_features_do_not_raise(client, features):
    assert isinstance(client.log(features), str)
    assert client.stats().errors["log"] == 1


def test_model_must_be_named(make_client, caplog):
    client = make_client(model="")
    client.log({"x": 1})
    client.log_batch([{"x": 1}])
    assert client.stats().errors == {"log": 1, "log_batch": 1}
    assert "no model; name it in the call" in caplog.text


def test_errors_are_logged_once_a_minute(client, clock, caplog):
    for _ in range(120):
        client.log(None)
        clock.seconds += 1.0
    assert len(caplog.records) == 2


def test_failing_on_error_does_no_harm(make_client):
    client = make_client(on_error=lambda *_: 1 / 0)
    client.log(None)
    assert client.stats().errors == {"log": 1, "on_error": 1}


def test_interrupts_pass(client):
    class Interrupting(dict):
        def items(self):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        client.log(Interrupting(x=1))


def test_closed_client_starts_anew(client, transport, drive):
    log(client, 1)
    assert client.close()
    log(client, 1)
    drive(client, 1.0)
    assert len(transport.rows()) == 2
