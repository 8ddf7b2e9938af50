"""Every threshold of a score, and the best."""

import json
import math

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import f1_score

from barograph.api import profile
from barograph.errors import AddressError, DataError, SchemaError
from barograph.explain.actions.threshold_analysis import threshold_analysis
from barograph.metrics.values import Undefined
from barograph.schema.model import Schema

COST = {"yes": {"no": 5.0}, "no": {"yes": 1.0, "no": -0.5}}


def rows(rng, n=300, *, threshold=0.5, digits=3):
    score = np.round(rng.beta(2.0, 3.0, n), digits)
    label = np.where(rng.random(n) < score, "yes", "no")
    return pl.DataFrame(
        {"s": score, "p": np.where(score >= threshold, "yes", "no"), "y": label, "g": ["a", "b"] * (n // 2)}
    )


def profiled(frame, **given):
    schema = Schema.infer(frame, score="s", prediction="p", label="y", task="binary", positive="yes", **given)
    return profile(frame, schema, by=["g"])


def cost(y, p):
    return sum(
        price * ((y == label) & (p == said)).mean()
        for label, row in COST.items()
        for said, price in row.items()
    )


def answers(frame, threshold):
    return np.where(frame["s"].to_numpy() >= threshold, "yes", "no")


def brute(frame, figure, allowed=lambda y, p: True):
    """The best figure of any threshold, row by row."""
    y = frame["y"].to_numpy()
    tried = [answers(frame, t) for t in [*frame["s"].unique(), 2.0]]
    return max(figure(y, p) for p in tried if allowed(y, p))


def precision(y, p):
    return (y[p == "yes"] == "yes").mean() if (p == "yes").any() else 0.0


def recall(y, p):
    return (p[y == "yes"] == "yes").mean()


def f1(y, p):
    return 2.0 * ((y == "yes") & (p == "yes")).sum() / ((y == "yes").sum() + (p == "yes").sum())


AIMS = {
    "f1": ({}, f1, lambda y, p: True),
    "cost": ({"cost": COST}, lambda y, p: -cost(y, p), lambda y, p: True),
    "precision": ({"precision_at_least": 0.6}, recall, lambda y, p: precision(y, p) >= 0.6),
    "recall": ({"recall_at_least": 0.8}, precision, lambda y, p: recall(y, p) >= 0.8),
}


@pytest.mark.parametrize("aim", AIMS)
@pytest.mark.parametrize("seed", range(5))
def test_best_is_that_of_brute_force_on_rows(aim, seed):
    frame = rows(np.random.default_rng(seed))
    given, figure, allowed = AIMS[aim]
    found = threshold_analysis(profiled(frame), **given)
    best = brute(frame, figure, allowed)
    assert found.best == pytest.approx(-best if aim == "cost" else best)
    assert figure(frame["y"].to_numpy(), answers(frame, found.threshold)) == pytest.approx(best)


def test_every_line_of_the_curve_is_exact(rng):
    frame = rows(rng)
    curve = threshold_analysis(profiled(frame), cost=COST).curve
    y = frame["y"].to_numpy()
    for line in curve[1::25].iter_rows(named=True):
        said = answers(frame, line["threshold"])
        assert line["taken"] == pytest.approx((said == "yes").mean())
        assert line["recall"] == pytest.approx(recall(y, said))
        assert line["figure"] == pytest.approx(cost(y, said))


def test_strictest_line_takes_no_row_and_has_no_precision(rng):
    first = threshold_analysis(profiled(rows(rng))).to_frame().row(0, named=True)
    assert first["taken"] == 0.0
    assert math.isinf(first["threshold"])
    assert first["precision"] is None


def test_where_taking_rows_costs_too_much_none_is_taken(rng):
    found = threshold_analysis(profiled(rows(rng)), cost={"no": {"yes": 2.0}, "yes": {"yes": 1.0}})
    assert found.threshold == math.inf
    assert found.to_dict()["threshold"] is None


def test_logged_threshold_is_found_in_the_answers(rng):
    found = threshold_analysis(profiled(rows(rng, threshold=0.4)))
    assert found.logged_threshold == pytest.approx(0.4, abs=0.01)


def test_logged_figure_is_that_of_the_logged_answers(rng):
    frame = rows(rng, threshold=0.35)
    assert threshold_analysis(profiled(frame)).logged == pytest.approx(
        f1_score(frame["y"], frame["p"], pos_label="yes")
    )


def test_answers_that_follow_no_threshold_have_no_gain(rng):
    frame = rows(rng).with_columns(pl.col("p").shuffle(seed=1))
    found = threshold_analysis(profiled(frame))
    assert found.logged is None
    assert found.gain.reason == "no_predictions"


def test_gain_of_a_bad_threshold_is_shown(rng):
    found = threshold_analysis(profiled(rows(rng, 2000, threshold=0.8)))
    assert found.gain.interval[0] > 0.1


def test_gain_is_not_flattered_by_choosing(rng):
    """Scores that say nothing: the best threshold on the rows looks better than it is."""
    gains = []
    for _ in range(40):
        frame = rows(rng, 100).with_columns(pl.col("y").shuffle(seed=int(rng.integers(1 << 30))))
        found = threshold_analysis(profiled(frame), cost={"yes": {"no": 1.0}, "no": {"yes": 1.0}})
        gains.append((found.logged - found.best, found.logged - found.expected.value))
    flattered, honest = np.mean(gains, axis=0)
    assert honest < flattered - 0.02


@pytest.mark.parametrize("aim", [{}, {"cost": COST}])
def test_interval_covers_the_best_threshold_of_many_rows(aim, rng):
    truth = threshold_analysis(profiled(rows(rng, 100_000, digits=2)), **aim).threshold
    held = 0
    for _ in range(30):
        low, high = threshold_analysis(profiled(rows(rng, 300, digits=2)), **aim).interval
        held += low <= truth <= high
    assert held >= 25


def test_same_profile_gives_the_same_figures(rng):
    one = profiled(rows(rng))
    assert threshold_analysis(one).to_dict() == threshold_analysis(one).to_dict()


def test_dict_is_json(rng):
    assert (
        json.loads(json.dumps(threshold_analysis(profiled(rows(rng)), cost=COST).to_dict(), allow_nan=False))[
            "n"
        ]
        == 300
    )


def test_segment_is_analysed_alone(rng):
    frame = rows(rng)
    found = threshold_analysis(profiled(frame), segment="g=a")
    assert found.best == pytest.approx(brute(frame.filter(pl.col("g") == "a"), AIMS["f1"][1]))


def test_costs_may_be_those_of_the_schema(rng):
    frame = rows(rng)
    one = profiled(frame, metrics={"lost": {"cost_matrix": COST, "unit": "EUR"}})
    found = threshold_analysis(one, cost="lost")
    assert found.aim == "cost per row (EUR)"
    assert found.best == threshold_analysis(one, cost=COST).best


def test_schema_threshold_counts_where_no_class_is_logged(rng):
    frame = rows(rng)
    schema = Schema.infer(frame.drop("p"), score="s", label="y", task="binary", positive="yes", threshold=0.3)
    found = threshold_analysis(profile(frame.drop("p"), schema))
    expected = f1_score(frame["y"], answers(frame, 0.3), pos_label="yes")
    assert found.logged == pytest.approx(expected)


def test_class_of_several_has_its_own_threshold(rng):
    label = rng.choice(["a", "b", "c"], 300)
    score = np.clip(0.5 * (label == "b") + rng.uniform(0.0, 0.5, 300), 0.0, 1.0)
    frame = pl.DataFrame({"sa": 1.0 - score, "sb": score, "p": label, "y": label})
    schema = Schema.infer(frame, score={"a": "sa", "b": "sb"}, prediction="p", label="y", task="multiclass")
    assert threshold_analysis(profile(frame, schema), class_name="b").threshold == pytest.approx(
        0.5, abs=0.02
    )


def test_no_threshold_reaches_an_impossible_precision(rng):
    frame = rows(rng).with_columns(
        y=pl.when(pl.col("s") >= pl.col("s").max()).then(pl.lit("no")).otherwise("y")
    )
    found = threshold_analysis(profiled(frame), precision_at_least=1.0)
    assert isinstance(found, Undefined)
    assert "precision ≥ 1" in found.detail


def test_regression_has_no_threshold(rng):
    frame = pl.DataFrame({"p": rng.normal(size=30), "y": rng.normal(size=30)})
    one = profile(frame, Schema.infer(frame, prediction="p", label="y", task="regression"))
    assert threshold_analysis(one).reason == "not_applicable"


def test_two_aims_are_refused(rng):
    with pytest.raises(DataError, match=r"takes one aim, not cost and recall_at_least; give one"):
        threshold_analysis(profiled(rows(rng)), cost=COST, recall_at_least=0.5)


def test_a_share_beyond_one_is_refused(rng):
    with pytest.raises(DataError, match=r"precision_at_least is 90; expected a share from 0 to 1"):
        threshold_analysis(profiled(rows(rng)), precision_at_least=90)


def test_costs_of_no_class_are_refused(rng):
    with pytest.raises(SchemaError, match=r"no class 'yess'; did you mean 'yes'\?"):
        threshold_analysis(profiled(rows(rng)), cost={"yess": {"no": 1.0}})


def test_an_undeclared_cost_is_refused(rng):
    with pytest.raises(SchemaError, match=r"declares no cost matrix 'lost'.*It declares: none"):
        threshold_analysis(profiled(rows(rng)), cost="lost")


def test_an_unknown_class_is_refused(rng):
    with pytest.raises(AddressError, match="no class 'maybe'"):
        threshold_analysis(profiled(rows(rng)), class_name="maybe")
