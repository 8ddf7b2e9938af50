"""Severity from what a change costs."""

from __future__ import annotations

from typing import Any

import pytest

from barograph.alerts.impact import Impact, impact_of, impact_sentence, severity_of


def impact(harm: float, **changed: Any) -> Impact:
    return Impact(
        **({"metric": "performance.mae", "reference": 100.0, "harm": harm, "realised": True} | changed)
    )


@pytest.mark.parametrize(
    ("harm", "realised", "severity"),
    [
        (1.9, True, "info"), (2.0, True, "warning"), (9.9, False, "warning"), (10.0, False, "critical"),
        (50.0, True, "emergency"), (50.0, False, "critical"), (500.0, False, "critical"), (-80.0, True, "info"),
    ],
)  # fmt: skip
def test_severity_by_relative_harm(harm, realised, severity):
    assert severity_of(impact(harm, realised=realised)) == severity


def test_harm_that_may_be_none_is_a_warning_while_it_may_be_much():
    assert severity_of(impact(30.0, interval=(-1.0, 61.0))) == "warning"


def test_harm_that_is_known_to_be_little_at_the_most_is_info():
    assert severity_of(impact(0.5, interval=(-1.0, 1.9))) == "info"
    assert severity_of(impact(30.0, interval=(1.0, 59.0))) == "critical"


def test_any_harm_counts_where_the_reference_had_none():
    assert severity_of(impact(0.1, reference=0.0)) == "emergency"
    assert severity_of(impact(0.0, reference=0.0)) == "info"


def explanation(*, current: float | None, parts: list[tuple[str, float, float]] = []) -> dict[str, Any]:  # noqa: B006
    return {
        "metric": "performance.mae",
        "reference": {"value": 10.0},
        "current": {"value": current},
        "change": {"value": None if current is None else current - 10.0, "interval": None},
        "parts": [
            {"cause": cause, "value": value, "interval": [value - half, value + half]}
            for cause, value, half in parts
        ],
    }


def test_labels_give_the_realised_change():
    found = impact_of(explanation(current=14.0))
    assert (found.harm, found.realised) == (4.0, True)
    assert impact_of(explanation(current=14.0), higher_is_better=True).harm == -4.0


def test_without_labels_mix_and_new_territory_are_expected():
    parts = [("mix", 1.0, 0.3), ("new_territory", 2.0, 0.4), ("concept", 7.0, 1.0)]
    found = impact_of(explanation(current=None, parts=parts))
    assert (found.harm, found.realised) == (3.0, False)
    assert found.interval == pytest.approx((2.5, 3.5))


def test_nothing_known_is_no_impact():
    assert impact_of(explanation(current=None)) is None


def test_sentences_say_whether_it_is_measured():
    assert "is expected to be worse by 4" in impact_sentence(impact(4.0, realised=False))
    assert "better by 4" in impact_sentence(impact(-4.0, interval=(-6.0, -2.0)))
    assert "no change is shown" in impact_sentence(impact(4.0, interval=(-1.0, 9.0)))
