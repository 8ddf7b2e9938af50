from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from barograph.demo.credit import sentences
from barograph.demo.credit.story import Look, Story
from barograph.demo.days import day_name


def verdicts(story: Story, segment: str, **changed: str) -> Story:
    """The story with other verdicts of a segment, by position: `_3="worse"`."""
    looks = list(story.rise.looks[segment])
    for position, verdict in changed.items():
        looks[int(position[1:])] = replace(looks[int(position[1:])], verdict=verdict)  # type: ignore[arg-type]
    return _looks(story, {segment: tuple(looks)})


def _looks(story: Story, looks: dict[str, tuple[Look, ...]]) -> Story:
    return replace(story, rise=replace(story.rise, looks=dict(story.rise.looks) | looks))


def knobs(story: Story, **turned: Any) -> Story:
    return replace(story, scenario=replace(story.scenario, **turned))


def young(story: Story, **changed: Any) -> Story:
    return replace(story, groups=(replace(story.groups[0], **changed), *story.groups[1:]))


def test_opening_holds_figures_and_truth(story):
    told = sentences.opening(story)
    assert f"ROC AUC is {story.opening.roc_auc.value:.3f} (" in told
    assert told.endswith(f"so the truth is known: {sentences.percent(story.opening.truth)}.")


def test_labels_of_a_bank_that_follows_its_model_are_fewer(story):
    assert "paid out too, so their outcome is known" in sentences.labels(story)
    assert sentences.labels(knobs(story, refused_labelled_share=0.1)).endswith(
        "advises against, fewer still."
    )


def test_quiet_weeks_say_that_nothing_happened(story):
    told = sentences.quiet_weeks(story)
    assert "None of 15 columns changed." in told
    assert told.endswith("no change shown. Truth: nothing happened.")


def test_drift_is_owned_up_to(story):
    assert sentences.quiet_weeks(knobs(story, drift_strength=1.0)).endswith("Truth: amounts drift.")


def test_fault_is_told_before_any_label(story):
    told = sentences.fault(story)
    assert told.startswith("8 April, a deployment. That evening: three of 14 columns changed (income,")
    assert f"Of {story.stages['fault_day'].rows} loans no outcome is known: performance is unknown." in told
    assert f"Truth: {story.fault.hit} rows were hit, income divided by 1,000" in told


def test_fault_of_nulls_is_told_as_nulls(story):
    told = sentences.fault(knobs(story, fault_kind="nulls"))
    assert "Of the values of income from web, 0 % are null." in told
    assert "income emptied" in told


def test_cost_of_the_fault_is_the_share_repaid(story):
    share = sentences.percent(story.fault.repaid / story.fault.judged)
    assert f"in these days: {share} repaid." in sentences.cost_of_fault(story)


def test_cost_that_is_not_known_is_not_told(story):
    untold = replace(story, fault=replace(story.fault, judged=0, repaid=0))
    assert sentences.cost_of_fault(untold).startswith("Repair the feed;")


def test_rise_is_told_with_its_truth_and_without_a_label(story):
    told = sentences.rise(story)
    assert "none of 14 columns changed." in told
    assert told.endswith(f"from {sentences.percent(story.rise.truth_before)} to "
                         f"{sentences.percent(story.rise.truth_after)}.")  # fmt: skip


def test_first_look_that_is_worse_is_named(story):
    seen = story.rise.first_seen("rate=variable")
    told = sentences.first_seen(story)
    assert (
        f"is first worse on {day_name(seen.day)}, {(seen.day - story.rise.day).days} days after the rise"
        in told
    )
    assert f"on {seen.labels:,} labels" in told
    assert "In the seven looks before, nothing was raised." in told


def test_false_alarm_before_the_rise_is_told(story):
    told = sentences.first_seen(verdicts(story, "rate=variable", _1="worse"))
    assert "In one of the seven looks before it was called worse, by chance." in told


def test_false_alarm_where_nothing_changed_is_told(story):
    once = sentences.first_seen(verdicts(story, "rate=fixed", _9="worse"))
    assert "At rate=fixed, where nothing changed, it is called worse once in 14 looks, by chance." in once
    twice = sentences.first_seen(verdicts(story, "rate=fixed", _9="worse", _10="worse"))
    assert "it is called worse two times in 14 looks, by chance." in twice


def test_rise_that_is_never_seen_is_said(story):
    calm = tuple(replace(x, verdict="no change shown") for x in story.rise.looks["rate=variable"])
    assert sentences.first_seen(_looks(story, {"rate=variable": calm})).endswith("never called worse.")


def test_rise_that_all_loans_show_later_is_said(story):
    calm = tuple(replace(x, verdict="no change shown") for x in story.rise.looks["all"])
    assert "among all loans never." in sentences.first_seen(_looks(story, {"all": calm}))
    late = (*calm[:-1], replace(calm[-1], verdict="worse"))
    assert "among all loans on 7 July." in sentences.first_seen(_looks(story, {"all": late}))


@pytest.mark.parametrize(
    ("verdict", "told"),
    [
        ("no change shown", "Its ranking held (ROC AUC"),
        ("better", "Its ranking is better than it was (ROC AUC"),
        ("worse", "Its ranking suffered too (ROC AUC"),
    ],
)
def test_ranking_is_told_by_its_verdict(story, verdict, told):
    assert told in sentences.what_broke(replace(story, rise=replace(story.rise, roc_auc_verdict=verdict)))


def test_fairness_names_the_group_that_is_judged_too_hard(story):
    told = sentences.fairness(story)
    assert (
        f"advises against {sentences.percent(story.groups[0].refused.value)} of applicants aged 18-29" in told
    )
    assert "it is too hard on them. Their late payments are " in told
    assert "Truth: the bureau records 0.5 late payments a head that were not theirs" in told


def test_group_that_is_borne_out_is_not_suspected(story):
    first = story.groups[0]
    fair = young(story, calibration=replace(first.calibration, said=first.calibration.defaulted))
    told = sentences.fairness(knobs(fair, age_bias=0.0))
    assert "which bears it out. Truth: nothing is recorded wrongly;" in told


def test_looks_that_are_worse_are_marked(story):
    rows = [sentences.look_row(*pair) for pair in zip(story.rise.looks["rate=fixed"], story.rise.looks["rate=variable"],
                                                      strict=True)]  # fmt: skip
    marked = [row[4].endswith("▲") for row in rows]
    assert marked == [x.verdict == "worse" for x in story.rise.looks["rate=variable"]]
    assert not any(row[2].endswith("▲") for row in rows)
