"""What a reply means."""

from __future__ import annotations

import random

import pytest

from barograph_client.sending.transport import Reply
from barograph_client.sending.verdict import judge, pause_seconds


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, "done"),
        (207, "done"),
        (301, "again"),
        (400, "refused"),
        (401, "refused"),
        (404, "refused"),
        (408, "again"),
        (409, "refused"),
        (413, "split"),
        (425, "again"),
        (429, "again"),
        (500, "again"),
        (503, "again"),
    ],
)
def test_outcome_of_a_status(status, outcome):
    assert judge(Reply(status=status), now_us=0).outcome == outcome


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        ("Thu, 01 Jan 1970 00:01:00 GMT", 60.0),
        ("Wed, 31 Dec 1969 00:00:00 GMT", 0.0),
        ("soon", None),
        ("999999", 600.0),
        ("", None),
        ("-5", None),
    ],
)
def test_retry_after(text, seconds):
    reply = Reply(status=503, headers={"retry-after": text})
    assert judge(reply, now_us=0).after_seconds == seconds


def test_rejected_rows_are_counted_by_reason():
    body = b'{"rejected": [{"index": 1, "reason": "a"}, {"index": 2, "reason": "a"}, {"index": 3}]}'
    assert judge(Reply(status=200, body=body), now_us=0).rejected == {"a": 2, "unsaid": 1}


def test_rejected_rows_beyond_those_listed_are_counted():
    body = b'{"rejected": [{"index": 1, "reason": "a"}], "rejected_rows": 2000}'
    assert judge(Reply(status=200, body=body), now_us=0).rejected == {"a": 1, "unsaid": 1999}


def test_events_beyond_those_named_are_counted():
    body = b'{"rejected": [{"reason": "kind"}], "rejected_count": 3}'
    assert judge(Reply(status=200, body=body), now_us=0).rejected == {"kind": 1, "unsaid": 2}


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"{", b"[" * 100_000, b'{"rejected": {"a": 1}}'])
def test_odd_replies_are_still_acknowledgements(body):
    verdict = judge(Reply(status=200, body=body), now_us=0)
    assert (verdict.outcome, verdict.rejected) == ("done", {})


def test_message_of_the_error_is_told():
    body = b'{"error": {"code": "not_found", "message": "no model \'credti\'"}}'
    assert judge(Reply(status=404, body=body), now_us=0).why == "404 no model 'credti'"


def test_pauses_double_up_to_the_longest():
    rng = random.Random(3)
    longest = [max(pause_seconds(n, 60.0, rng) for _ in range(300)) for n in (1, 2, 3, 20, 5000)]
    assert [round(seconds, 1) for seconds in longest[:3]] == pytest.approx([0.5, 1.0, 2.0], abs=0.1)
    assert 55.0 < longest[3] <= 60.0
    assert longest[4] <= 60.0
