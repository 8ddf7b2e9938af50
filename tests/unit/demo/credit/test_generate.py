from __future__ import annotations

import sys
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from barograph.demo.credit.applicants import SHARES
from barograph.demo.credit.generate import Credit, applied_in, generate_credit
from barograph.demo.credit.model import train
from barograph.demo.credit.scenario import Scenario
from barograph.errors import DataError, MissingExtra


@pytest.fixture(scope="module")
def credit() -> Credit:
    return generate_credit()


def everything(credit: Credit) -> pl.DataFrame:
    return credit.predictions.drop("late_payments").join(credit.truth, on="application_id")


def test_same_scenario_gives_the_same_rows(credit):
    again = generate_credit(Scenario())
    for name in ("predictions", "labels", "truth"):
        assert getattr(again, name).equals(getattr(credit, name)), name


def test_another_seed_gives_others(credit):
    assert generate_credit(Scenario(seed=1)).predictions.height != credit.predictions.height


def test_every_application_has_a_name_of_its_own_and_a_truth(credit):
    assert credit.predictions["application_id"].is_unique().all()
    assert credit.truth["application_id"].equals(credit.predictions["application_id"])
    assert credit.predictions["applied_at"].is_sorted()


def test_applications_a_day_are_as_asked(credit):
    scenario = credit.scenario
    days = scenario.training_days + scenario.holdout_days + scenario.days
    expected = scenario.applications_a_day * days
    assert abs(credit.predictions.height - expected) < 4 * expected**0.5


def test_nobody_applies_while_labels_are_waited_for(credit):
    scenario = credit.scenario
    assert applied_in(
        credit.predictions, scenario.between(-scenario.waiting_days, scenario.waiting_days)
    ).is_empty()


@pytest.mark.parametrize("column", list(SHARES))
def test_categories_have_their_shares(credit, column):
    n = credit.predictions.height
    found = dict(credit.predictions[column].value_counts().iter_rows())
    for value, share in SHARES[column].items():
        assert abs(found[value] - n * share) < 4 * (n * share * (1 - share)) ** 0.5


@pytest.mark.parametrize("part", ["faulty", "concept_changed", "neither"])
def test_as_many_default_as_the_probabilities_say(credit, part):
    rows = credit.truth.filter(
        ~pl.col("faulty") & ~pl.col("concept_changed") if part == "neither" else pl.col(part)
    )
    p = rows["default_probability"].to_numpy()
    assert abs(rows["defaulted"].sum() - p.sum()) < 4 * (p * (1 - p)).sum() ** 0.5


def test_defaults_follow_the_probabilities_bin_by_bin(credit):
    p, y = credit.truth["default_probability"].to_numpy(), credit.truth["defaulted"].to_numpy()
    group = np.digitize(p, [0.02, 0.04, 0.08, 0.16, 0.32])
    due, variance = (np.bincount(group, w) for w in (p, p * (1 - p)))
    assert np.abs((np.bincount(group, y) - due) / np.sqrt(variance)).max() < 4


def test_model_is_calibrated_on_the_holdout(credit):
    rows = applied_in(everything(credit), credit.scenario.holdout)
    score, y = rows["score"].to_numpy(), rows["defaulted"].to_numpy()
    group = np.digitize(score, [0.03, 0.06, 0.12, 0.25])
    due, variance = (np.bincount(group, w) for w in (score, score * (1 - score)))
    assert np.abs((np.bincount(group, y) - due) / np.sqrt(variance)).max() < 4


def test_model_ranks_nearly_as_well_as_the_truth(credit):
    from sklearn.metrics import roc_auc_score

    rows = applied_in(everything(credit), credit.scenario.holdout)
    model, truth = (roc_auc_score(rows["defaulted"], rows[c]) for c in ("score", "default_probability"))
    assert 0.7 < model < truth < model + 0.02


def test_prediction_is_the_score_beside_the_threshold(credit):
    rows = credit.predictions
    assert ((rows["predicted"] == "default") == (rows["score"] >= credit.scenario.threshold)).all()


def test_label_is_what_happened_and_comes_after_the_application(credit):
    rows = credit.labels.join(everything(credit), on="application_id")
    assert rows.height == credit.labels.height
    assert ((rows["outcome"] == "default") == rows["defaulted"]).all()
    assert (rows["label_timestamp"] > rows["applied_at"]).all()
    assert credit.labels["label_timestamp"].is_sorted()


def test_labels_are_as_many_and_as_late_as_asked(credit):
    rows = credit.labels.join(credit.predictions, on="application_id")
    days = (rows["label_timestamp"] - rows["applied_at"]).dt.total_seconds().to_numpy() / 86_400
    assert credit.labels.height / credit.predictions.height == pytest.approx(0.9, abs=0.005)
    assert np.median(days) == pytest.approx(35.0, rel=0.01)
    assert np.log(days).std() == pytest.approx(0.25, rel=0.02)


def test_known_labels_are_those_that_have_arrived(credit):
    at = credit.scenario.at(40)
    rows = credit.known_at(at, credit.scenario.production)
    assert rows["label_timestamp"].max() <= at
    arrived = credit.labels.filter(pl.col("label_timestamp") <= at)
    assert rows["outcome"].count() == arrived.join(rows, on="application_id", how="semi").height > 0


def test_rows_to_come_are_not_known(credit):
    at = credit.scenario.at(10) + timedelta(hours=12)
    rows = credit.known_at(at, credit.scenario.production)
    assert rows["applied_at"].max() < at
    assert rows["application_id"].equals(
        credit.predictions.filter(pl.col("applied_at").is_between(credit.scenario.at(0), at, closed="left"))[
            "application_id"
        ]
    )


def test_too_few_defaults_to_learn_from_are_refused():
    with pytest.raises(DataError, match="labelled applications of training hold no default"):
        generate_credit(Scenario(applications_a_day=1.0, training_days=3, days=7))


def test_without_scikit_learn_the_command_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.linear_model", None)
    with pytest.raises(MissingExtra, match=r"Install it: pip install 'barograph\[ml\]'"):
        train(pl.DataFrame(), np.array([True, False]))
