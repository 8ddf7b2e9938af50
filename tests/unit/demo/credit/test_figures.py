"""The story's figures, from profiles, agree with the rows they are of."""

from __future__ import annotations

import json
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from barograph.metrics.values import Undefined

RISEN = pl.col("rate") == "variable"


def live(profiles, period: str) -> pl.DataFrame:
    """Rows of a period with the labels known then, and the truth."""
    found = profiles.times.all()[period]
    rows = profiles.credit.known_at(found.known, found.span)
    return rows.join(profiles.credit.truth.drop("late_payments"), on="application_id")


@pytest.mark.parametrize("name", ["quiet", "fault_day", "fault_week", "repaired", "risen", "risen_now"])
def test_stages_count_rows_and_known_labels(story, profiles, name):
    rows = live(profiles, name)
    assert (story.stages[name].rows, story.stages[name].labelled) == (rows.height, rows["outcome"].count())


def test_nothing_is_raised_where_nothing_happened(story):
    assert story.stages["quiet"].detected == ()
    assert story.stages["repaired"].detected == ()
    assert story.stages["quiet"].roc_auc_verdict == "no change shown"


def test_fault_is_raised_on_its_first_day_before_any_label(story):
    day = story.stages["fault_day"]
    assert {"income", "score", "predicted"} <= set(day.detected)
    assert isinstance(day.roc_auc, Undefined)
    assert day.roc_auc.reason == "no_labels"


def test_change_of_concept_is_seen_in_no_input(story):
    assert story.stages["risen"].detected == ()


def test_fault_is_counted_as_it_happened(story, profiles):
    rows = live(profiles, "fault_now").filter("faulty")
    against = rows.filter((pl.col("predicted") == "default") & pl.col("outcome").is_not_null())
    assert story.fault.hit_in_all == rows.height
    assert story.fault.judged == against.height
    assert story.fault.repaid == (against["outcome"] == "repaid").sum()


def test_share_refused_is_of_all_loans_of_the_channel(story, profiles):
    rows = live(profiles, "fault_day").filter(pl.col("channel") == "web")
    assert story.fault.refused.value == (rows["predicted"] == "default").mean()
    assert story.fault.refused.n == rows.height == story.fault.hit


def test_looks_hold_the_labels_of_two_weeks_without_the_fault(story, profiles):
    credit = profiles.credit
    look = story.rise.looks["rate=variable"][5]
    at = next(at for at in profiles.looks if at.date() == look.day)
    rows = (
        credit.known_at(at, credit.scenario.production)
        .filter(RISEN & (pl.col("label_timestamp") > at - timedelta(days=14)))
        .join(credit.truth.filter("faulty"), on="application_id", how="anti")
    )
    score, y = rows["score"].to_numpy(), (rows["outcome"] == "default").to_numpy()
    assert look.labels == rows.height
    assert look.loss.value == pytest.approx(-np.log(np.where(y, score, 1.0 - score)).mean(), rel=1e-9)
    assert look.calibration.defaulted.value == y.mean()


def test_rise_is_first_seen_weeks_later_and_in_its_segment_alone(story):
    seen = story.rise.first_seen("rate=variable")
    assert seen is not None
    assert 28 <= (seen.day - story.rise.day).days <= 49
    assert story.rise.first_seen("rate=fixed") is None


def test_truth_of_the_rise_is_that_of_its_loans(story, profiles):
    after = live(profiles, "risen_now").filter(RISEN)
    assert story.rise.truth_after == pytest.approx(after["default_probability"].mean())
    assert after["concept_changed"].all()


def test_groups_are_the_quiet_loans_by_age(story, profiles):
    rows = live(profiles, "quiet_now").filter(pl.col("age_group") == "18-29")
    young = story.groups[0]
    repaid = rows.filter(pl.col("outcome") == "repaid")
    assert (young.name, young.rows) == ("18-29", rows.height)
    assert young.refused.value == (rows["predicted"] == "default").mean()
    assert young.refused_repaid.value == pytest.approx((repaid["predicted"] == "default").mean())
    assert young.calibration.said.value == pytest.approx(rows["score"].mean(), rel=1e-6)
    assert young.deserved == (rows["default_probability"] >= 0.15).mean()


def test_the_young_are_judged_too_hard_and_the_truth_says_so(story):
    young = story.groups[0]
    assert young.refused_repaid.interval[0] > max(g.refused_repaid.interval[1] for g in story.groups[1:])
    assert young.refused.value > young.deserved
    assert young.calibration.said.value > young.truth


def test_story_is_plain_json(story):
    told = json.loads(json.dumps(story.to_dict(), allow_nan=False))
    assert told["scenario"]["seed"] == 8
    assert told["stages"]["fault_day"]["labelled"] == 0
    assert told["rise"]["day"] == "2025-04-21"
