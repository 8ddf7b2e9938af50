"""Which alerts are one incident, told as scenes."""

from __future__ import annotations

import random

import pytest

from barograph.alerts.facts import Facts, facts_document, facts_of, merged, read_facts
from barograph.alerts.placing import OpenIncident, Placed, kinship, place, place_all
from barograph.metrics.address import parse_address

HOUR = 3_600_000_000
DAY = 24 * HOUR


def alert(model: str, metric: str, *, day: float = 0, window: int = DAY, **known: list[str]) -> Facts:
    return facts_of(
        parse_address(metric), model=model, started_at=int(day * DAY), window_us=window, **known
    )  # fmt: skip


def incident(*alerts: Facts, number: int = 1) -> OpenIncident:
    facts = alerts[0]
    for one in alerts[1:]:
        facts = merged(facts, one)
    return OpenIncident(id=number, facts=facts)


def numbers(placed: tuple[Placed, ...]) -> list[tuple[int | None, int]]:
    return sorted(((p.incident, len(p.alerts)) for p in placed), key=str)


def test_a_broken_upstream_column_is_one_incident_in_forty_models():
    new = [
        alert(
            f"model {m}",
            f'drift.psi(column="feature {c}", segment="country={s}")',
            sources=["customers.income"],
        )
        for m in range(40)
        for c in range(100)
        for s in range(8)
    ]
    new += [alert(f"model {m}", "drift.inputs_p_value") for m in range(40)]
    new += [alert(f"model {m}", "performance.recall") for m in range(40)]
    random.Random(3).shuffle(new)
    placed = place_all(new, [])
    assert [len(p.alerts) for p in placed] == [32_080]
    assert len(placed[0].facts.models) == 40


def test_models_that_are_judged_one_after_the_other_still_make_one_incident():
    """Each model is a transaction of its own; its alerts find the incident that others began."""
    standing: list[OpenIncident] = []
    for m in range(40):
        new = [
            alert(f"m{m}", "drift.inputs_p_value"),
            alert(f"m{m}", 'drift.psi(column="x")', sources=["crm"]),
        ]
        (placed,) = place_all(new, standing)
        standing = [OpenIncident(id=placed.incident or 1, facts=placed.facts)]
    assert len(standing[0].facts.models) == 40


def test_a_cause_that_is_found_later_joins_what_two_models_told_apart():
    first, second = alert("a", "drift.inputs_p_value"), alert("b", "drift.inputs_p_value")
    standing = [
        incident(first, alert("a", 'drift.psi(column="x")', sources=["crm"])),
        incident(second, number=2),
    ]
    (placed,) = place_all([alert("b", 'drift.psi(column="y")', sources=["crm"])], standing)
    assert (placed.incident, placed.absorbed) == (1, (2,))
    assert placed.facts.models == {"a", "b"}


def test_two_faults_on_one_day_in_models_that_share_nothing_are_two_incidents():
    new = [alert("credit", 'drift.psi(column="income")'), alert("rides", 'drift.psi(column="income")')]
    assert numbers(place_all(new, [])) == [(None, 1), (None, 1)]


def test_a_column_of_one_name_in_two_models_is_one_only_by_its_source():
    first = incident(alert("credit", 'quality.null_share(column="income")', sources=["crm"]))
    assert place(alert("churn", 'quality.null_share(column="income")', sources=["crm"]), [first]) == 1
    assert place(alert("churn", 'quality.null_share(column="income")', sources=["web"]), [first]) is None


def test_alerts_of_one_model_that_start_within_a_window_are_one():
    first = incident(alert("credit", 'drift.psi(column="income")'))
    assert place(alert("credit", 'drift.psi(column="age")', day=1), [first]) == 1
    assert place(alert("credit", 'drift.psi(column="age")', day=2), [first]) is None


def test_the_longer_window_counts_where_hours_and_days_meet():
    first = incident(alert("credit", "drift.inputs_p_value", window=DAY))
    assert place(alert("credit", "operations.error_rate", day=0.9, window=HOUR), [first]) == 1


def test_performance_that_labels_show_days_later_belongs_to_the_drift_before_it():
    first = incident(alert("rides", "drift.beyond_p_value", day=14))
    assert place(alert("rides", "performance.mae", day=18), [first]) == 1
    assert place(alert("rides", "performance.mae", day=22), [first]) is None


def test_answers_that_are_wrong_are_one_thing_by_whatever_figure_however_late():
    first = incident(alert("rides", "performance.mae", day=14))
    assert place(alert("rides", "performance.bounded_loss", day=60), [first]) == 1
    assert place(alert("bikes", "performance.bounded_loss", day=14), [first]) is None


@pytest.mark.parametrize(
    "other", ["performance.coverage", "performance.prediction_rate", 'performance.mae(segment="a=1")']
)
def test_what_does_not_say_how_wrong_all_answers_are_is_another_thing(other):
    first = incident(alert("rides", "performance.mae", day=14))
    assert place(alert("rides", other, day=22), [first]) is None
    assert place(alert("rides", "performance.mae", day=22), [incident(alert("rides", other, day=14))]) is None


def test_wrong_answers_of_two_models_join_only_near_in_time():
    both = incident(
        alert("rides", "performance.mae", sources=["crm"]), alert("bikes", "performance.mae", sources=["crm"])
    )
    assert place(alert("rides", "performance.bounded_loss", day=60), [both]) is None


def test_a_cause_found_after_its_effect_belongs_to_it():
    effect = alert("rides", "performance.mae", day=14)
    cause = alert("rides", 'drift.psi(column="temp")', day=17)
    assert place(cause, [incident(effect)]) == 1
    assert place(effect, [incident(cause)]) == 1


def test_what_labels_have_shown_for_longer_is_not_of_these_rows():
    effect = alert("rides", "performance.mae", day=14)
    fault = alert("rides", 'drift.stuck_count(column="temp")', day=18)
    assert place(fault, [incident(effect)]) is None
    assert place(effect, [incident(fault)]) is None


def test_what_goes_wrong_with_a_column_belongs_together_until_nothing_was_new_for_28_days():
    first = incident(alert("credit", 'drift.psi(column="income")'))
    assert place(alert("credit", 'quality.null_share(column="income")', day=28), [first]) == 1
    assert place(alert("credit", 'quality.null_share(column="income")', day=29), [first]) is None
    longer = incident(
        alert("credit", 'drift.psi(column="income")'), alert("credit", 'drift.psi(column="income")', day=20)
    )
    assert place(alert("credit", 'quality.null_share(column="income")', day=48), [longer]) == 1


def test_months_of_a_column_belong_together_where_windows_are_months():
    month = 31 * DAY
    first = incident(alert("credit", 'drift.psi(column="income")', window=month))
    assert place(alert("credit", 'drift.psi(column="income")', day=31, window=month), [first]) == 1


@pytest.mark.parametrize("what", ["sources", "deployments", "hosts"])
def test_what_they_share_joins_models_for_seven_windows_after_the_latest(what):
    first = incident(alert("a", "operations.latency", **{what: ["x"]}))
    assert place(alert("b", "operations.latency", day=7, **{what: ["x"]}), [first]) == 1
    assert place(alert("b", "operations.latency", day=8, **{what: ["x"]}), [first]) is None


def test_a_host_in_the_address_is_shared():
    first = incident(alert("a", 'operations.cpu(host="gpu-3")', window=HOUR))
    assert place(alert("b", 'operations.latency(host="gpu-3", q=0.95)', window=HOUR), [first]) == 1


def test_an_incident_does_not_swallow_what_merely_comes_after_it():
    """A new column every day: after seven windows it is another incident, however long the first stays open."""
    standing: list[OpenIncident] = []
    for day in range(30):
        (placed,) = place_all([alert("credit", f'drift.psi(column="c{day}")', day=day)], standing)
        number = placed.incident or len(standing) + 1
        standing = [
            *(one for one in standing if one.id != number),
            OpenIncident(id=number, facts=placed.facts),
        ]
    assert len(standing) == 4


def test_minutes_do_not_join_what_is_hours_apart():
    minute = HOUR // 60
    first = incident(alert("a", "operations.latency", window=minute))
    assert place(alert("a", "operations.error_rate", day=1 / 24, window=minute), [first]) is None


def test_the_oldest_incident_with_the_same_cause_is_joined():
    held = [incident(alert("a", 'drift.psi(column="x")', day=day), number=n) for n, day in ((4, 0), (9, 1))]
    assert place(alert("a", 'quality.null_share(column="x")', day=1), held) == 4


def test_the_order_in_which_alerts_come_changes_nothing():
    new = [
        alert("a", 'drift.psi(column="x")', sources=["crm"]),
        alert("b", 'drift.psi(column="y")', sources=["crm"]),
        alert("b", "performance.recall", day=1),
        alert("a", "drift.inputs_p_value"),
        alert("c", "drift.inputs_p_value"),
    ]
    expected = {frozenset(p.alerts) for p in place_all(new, [])}
    for seed in range(20):
        order = list(range(len(new)))
        random.Random(seed).shuffle(order)
        placed = place_all([new[i] for i in order], [])
        assert {frozenset(order[i] for i in p.alerts) for p in placed} == expected
    assert expected == {frozenset({0, 1, 2, 3}), frozenset({4})}


def test_every_alert_is_placed_once():
    rng = random.Random(8)
    new = [
        alert(rng.choice("abc"), f'drift.psi(column="{rng.choice("xyz")}")', day=rng.randrange(20))
        for _ in range(200)
    ]
    placed = place_all(new, [])
    assert sorted(i for p in placed for i in p.alerts) == list(range(200))


def test_kinship_says_what_is_shared():
    one = alert("a", 'drift.psi(column="x")')
    assert kinship(alert("a", 'quality.null_share(column="x")', day=27), one) == "cause"
    assert kinship(alert("a", "drift.share"), one) == "time"
    assert kinship(alert("b", "drift.share"), one) is None


def test_facts_are_read_as_they_were_written():
    facts = alert("a", 'drift.psi(column="x", segment="s=1")', sources=["crm"], deployments=["v2"])
    assert read_facts(facts_document(facts)) == facts


def test_an_incident_with_a_cause_of_its_own_is_not_absorbed():
    held = [
        incident(alert("a", 'drift.psi(column="x")', sources=["crm"]), number=1),
        incident(alert("b", 'quality.null_share(column="z")'), number=2),
    ]
    (placed,) = place_all([alert("b", 'drift.psi(column="y")', sources=["crm"])], held)
    assert (placed.incident, placed.absorbed) == (1, ())


def test_nothing_joins_what_was_absorbed():
    held = [
        incident(alert("b", "drift.inputs_p_value"), number=1),
        incident(alert("a", 'drift.psi(column="x")', sources=["crm"]), number=2),
    ]
    new = [alert("b", 'drift.psi(column="y")', sources=["crm"]), alert("b", "drift.share")]
    assert [(p.incident, p.alerts, p.absorbed) for p in place_all(new, held)] == [(2, (0, 1), (1,))]


def test_two_incidents_of_one_cause_become_one():
    held = [
        incident(alert("a", 'drift.psi(column="x")', sources=["crm"]), number=1),
        incident(alert("b", 'drift.psi(column="y")', sources=["web"]), number=2),
    ]
    (placed,) = place_all([alert("c", 'drift.psi(column="z")', sources=["crm", "web"])], held)
    assert (placed.incident, placed.absorbed, len(placed.facts.models)) == (1, (2,), 3)
