"""Each knob moves what it says, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from barograph.demo.credit.generate import Credit, applied_in, generate_credit
from barograph.demo.credit.scenario import Scenario

SMALL = Scenario(seed=3, days=70, applications_a_day=120.0, fault_day=20, concept_day=40)
SCORED = {"score", "predicted"}


@pytest.fixture(scope="module")
def base() -> Credit:
    return generate_credit(SMALL)


def turned(**knobs: object) -> Credit:
    return generate_credit(replace(SMALL, **knobs))


def moved(before: Credit, after: Credit) -> set[str]:
    """Columns that differ, each with the first letter of its frame; rows are the same."""
    found = set()
    for name in ("predictions", "labels", "truth"):
        a, b = (getattr(c, name).sort("application_id") for c in (before, after))
        if a.height != b.height:
            found.add(f"{name} rows")
            a, b = a.join(b, on="application_id", how="semi"), b.join(a, on="application_id", how="semi")
        found |= {f"{name} {c}" for c in a.columns if not a[c].equals(b[c])}
    return found


def where(before: Credit, after: Credit, column: str) -> pl.DataFrame:
    """Rows of which a column of the predictions or the truth differs, with their truth."""
    name = "predictions" if column in before.predictions.columns else "truth"
    a, b = getattr(before, name)[column], getattr(after, name)[column]
    rows = before.predictions.drop("late_payments").join(before.truth, on="application_id")
    return rows.filter(a.ne_missing(b))


@pytest.mark.parametrize(
    ("knobs", "columns"),
    [
        ({"fault_kind": "none"}, {"predictions income", "predictions score", "predictions predicted", "truth faulty"}),
        (
            {"fault_column": "utilisation"},
            {"predictions income", "predictions utilisation", "predictions score", "predictions predicted"},
        ),
        ({"age_bias": 0.0}, {"predictions late_payments", "predictions score", "predictions predicted"}),
        (
            {"concept_strength": 0.0},
            {"labels outcome", "truth default_probability", "truth defaulted", "truth concept_changed"},
        ),
        (
            {"drift_strength": 1.0},
            {
                "predictions amount", "predictions score", "predictions predicted", "labels outcome",
                "truth default_probability", "truth defaulted",
            },
        ),
        ({"threshold": 0.1}, {"predictions predicted"}),
        ({"label_delay_days": 28.0}, {"labels label_timestamp"}),
        ({"label_delay_spread": 0.1}, {"labels label_timestamp"}),
        ({"default_delay_ratio": 0.5}, {"labels label_timestamp"}),
        ({"refused_labelled_share": 0.2}, {"labels rows"}),
        ({"labelled_share": 0.5}, {"labels rows", "predictions score", "predictions predicted"}),
        ({"days": 80}, {"predictions rows", "labels rows", "truth rows"}),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)  # fmt: skip
def test_knob_moves_these_columns_alone(base, knobs, columns):
    assert moved(base, turned(**knobs)) == columns


def test_fault_is_in_its_channel_and_its_days_alone(base):
    rows = where(base, turned(fault_kind="none"), "income")
    assert rows.height > 0
    assert rows["faulty"].all()
    assert rows.height == base.truth["faulty"].sum()
    assert set(rows["channel"]) == {"web"}
    assert rows.equals(applied_in(rows, SMALL.fault))


def test_fault_changes_no_other_score(base):
    assert where(base, turned(fault_kind="none"), "score")["faulty"].all()


def test_thousands_are_a_thousandth(base):
    sound = turned(fault_kind="none").predictions["income"]
    hit = base.truth["faulty"]
    ratio = sound.filter(hit).to_numpy() / base.predictions["income"].filter(hit).to_numpy()
    assert ratio == pytest.approx(1_000.0)


def test_nulls_are_where_the_fault_is_and_nowhere_else():
    credit = turned(fault_kind="nulls")
    assert credit.predictions["income"].is_null().equals(credit.truth["faulty"].alias("income"))
    assert credit.predictions["score"].null_count() == 0


def test_fault_share_spares_the_others(base):
    half = turned(fault_share=0.5).truth["faulty"].sum()
    assert half / base.truth["faulty"].sum() == pytest.approx(0.5, abs=0.15)


def test_age_bias_adds_late_payments_to_the_young_alone(base):
    rows = where(base, turned(age_bias=0.0), "late_payments")
    assert set(rows["age_group"]) == {"18-29"}
    young = base.predictions.with_columns(true=base.truth["late_payments"]).filter(
        pl.col("age_group") == "18-29"
    )
    assert (young["late_payments"] - young["true"]).mean() == pytest.approx(0.5, abs=0.05)


def test_without_age_bias_what_is_received_is_true():
    credit = turned(age_bias=0.0)
    assert credit.predictions["late_payments"].equals(credit.truth["late_payments"])


def test_concept_changes_in_its_segment_from_its_day(base):
    rows = where(base, turned(concept_strength=0.0), "default_probability")
    assert rows["concept_changed"].all()
    assert rows.height == base.truth["concept_changed"].sum()
    assert set(rows["rate"]) == {"variable"}
    assert rows["applied_at"].min() >= SMALL.concept_from


def test_stronger_change_of_concept_raises_the_probability(base):
    stronger = turned(concept_strength=1.0).truth
    changed = base.truth["concept_changed"]
    assert (stronger["default_probability"] > base.truth["default_probability"]).filter(changed).all()


def test_drift_begins_on_its_day_and_grows(base):
    drifted = turned(drift_strength=1.0, drift_day=14, drift_days=28)
    assert where(base, drifted, "amount")["applied_at"].min() >= SMALL.at(14)
    ratio = drifted.predictions["amount"] / base.predictions["amount"]
    full = base.predictions["applied_at"] >= SMALL.at(42)
    assert ratio.filter(full).median() == pytest.approx(2.718281828**0.5, rel=0.02)


def test_drift_may_come_at_once(base):
    drifted = turned(drift_strength=1.0, drift_day=14, drift_days=0)
    ratio = drifted.predictions["amount"] / base.predictions["amount"]
    assert ratio.filter(base.predictions["applied_at"] >= SMALL.at(14)).median() == pytest.approx(
        1.6487, rel=0.02
    )


def test_defaults_may_be_known_sooner(base):
    sooner = turned(default_delay_ratio=0.5).labels.join(base.labels, on="application_id", suffix="_before")
    earlier = sooner["label_timestamp"] < sooner["label_timestamp_before"]
    assert earlier.equals((sooner["outcome"] == "default").alias("label_timestamp"))


def test_bank_that_follows_its_model_sees_no_outcome_of_what_it_refuses():
    credit = turned(refused_labelled_share=0.0)
    live = applied_in(credit.predictions, SMALL.production)
    refused = live.filter(pl.col("predicted") == "default")
    assert refused.height > 0
    assert refused.join(credit.labels, on="application_id", how="semi").is_empty()


def test_no_delay_spread_is_the_same_delay_everywhere():
    credit = turned(label_delay_spread=0.0)
    rows = credit.labels.join(credit.predictions, on="application_id")
    assert (rows["label_timestamp"] - rows["applied_at"]).dt.total_days().unique().to_list() == [35]
