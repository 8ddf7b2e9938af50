"""What Alertmanager is told next."""

from __future__ import annotations

from barograph.server.alertmanager.ledger import ENDED_SECONDS, Ledger, documents, told_next
from barograph.server.alertmanager.post import Post

SECOND = 1_000_000
MINUTE = 60 * SECOND


def post(name="late", severity="warning"):
    return Post(labels={"alertname": name, "severity": severity}, annotations={"summary": "x"}, starts_at=0)


def sent(ledger, now):
    told = documents(ledger, now=now, interval_seconds=60.0)
    return {(d["labels"]["alertname"], d["labels"]["severity"]): d["endsAt"] for d in told}


def test_what_fires_ends_four_intervals_from_now_unless_it_is_told_again():
    ledger = told_next(Ledger(), [post()], (), now=0)
    assert sent(ledger, 0) == {("late", "warning"): "1970-01-01T00:04:00.000000Z"}
    again = told_next(ledger, [post()], (), now=MINUTE)
    assert sent(again, MINUTE) == {("late", "warning"): "1970-01-01T00:05:00.000000Z"}


def test_what_is_over_is_told_for_a_quarter_of_an_hour_with_the_time_it_ended():
    ledger = told_next(told_next(Ledger(), [post()], (), now=0), [], (), now=MINUTE)
    for minute in range(1, 15):
        ledger = told_next(ledger, [], (), now=minute * MINUTE)
        assert sent(ledger, minute * MINUTE) == {("late", "warning"): "1970-01-01T00:01:00.000000Z"}
    assert sent(told_next(ledger, [], (), now=MINUTE + ENDED_SECONDS * SECOND), 0) == {}


def test_a_graver_severity_ends_what_was_told_and_begins_anew():
    ledger = told_next(told_next(Ledger(), [post()], (), now=0), [post(severity="critical")], (), now=MINUTE)
    assert sent(ledger, MINUTE) == {
        ("late", "critical"): "1970-01-01T00:05:00.000000Z",
        ("late", "warning"): "1970-01-01T00:01:00.000000Z",
    }


def test_what_fires_again_is_over_no_more():
    over = told_next(told_next(Ledger(), [post()], (), now=0), [], (), now=MINUTE)
    again = told_next(over, [post()], [(post(), MINUTE)], now=2 * MINUTE)
    assert (len(again.firing), len(again.ended)) == (1, 0)


def test_after_a_restart_what_ended_meanwhile_is_known_from_the_store():
    ledger = told_next(
        Ledger(), [], [(post(), MINUTE), (post("old"), -ENDED_SECONDS * SECOND)], now=2 * MINUTE
    )
    assert sent(ledger, 2 * MINUTE) == {("late", "warning"): "1970-01-01T00:01:00.000000Z"}


def test_what_is_suppressed_ends_there_and_says_by_what():
    told = told_next(Ledger(), [post()], (), now=0)
    ledger = told_next(told, [], (), why={post().identity: "silenced by Ann"}, now=MINUTE)
    [(over, _)] = ledger.ended.values()
    assert over.annotations == {"summary": "x", "suppressed": "silenced by Ann"}


def test_what_never_fired_there_is_not_told_to_be_over():
    assert told_next(Ledger(), [], (), why={post().identity: "silenced"}, now=0) == Ledger()


def test_ten_thousand_are_told_the_gravest_first():
    many = [post(str(i), "critical" if i < 10 else "warning") for i in range(10_050)]
    ledger = told_next(Ledger(), many, (), now=0)
    assert len(ledger.firing) == 10_000
    assert sum(p.labels["severity"] == "critical" for p in ledger.firing.values()) == 10
