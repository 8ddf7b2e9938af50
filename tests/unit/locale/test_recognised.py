"""Sentences that were kept as English text are found again; what people wrote stays theirs."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.errors import MonitorError
from barograph.locale.language import language
from barograph.locale.recognised import recognised
from barograph.locale.said import Said
from barograph.monitors.suggest import suggest_monitors
from barograph.monitors.suggest.use_cases import USE_CASES

CHINESE = language("zh-CN")
READINGS = ("requests", "latency", "process_memory")


def reference(task: str, *, windows: bool) -> bg.Profile:
    draw, n = np.random.default_rng(5), 1_200
    label = draw.normal(size=n)
    rows = pl.DataFrame(
        {
            "t": pl.Series(np.arange(n) * (30 * 86_400_000_000 // n)).cast(pl.Datetime("us", "UTC")),
            "x": draw.normal(size=n), "c": draw.choice(["a", "b"], n),
            "p": label + draw.normal(size=n) if task == "regression" else 1 / (1 + np.exp(-label)),
            "y": label if task == "regression" else (label + draw.normal(size=n) > 0).astype(int),
        }
    )  # fmt: skip
    answer = {"prediction": "p"} if task == "regression" else {"score": "p", "positive": 1}
    schema = bg.Schema.infer(rows, timestamp="t", label="y", task=task, **answer)
    return bg.profile(rows, schema, every="1d" if windows else None, by=["c"], origin="training")


@pytest.mark.parametrize("windows", [True, False])
@pytest.mark.parametrize("task", ["regression", "binary"])
def test_reasons_of_every_suggestion_are_said_after_they_were_text(task, windows):
    profile, asked = reference(task, windows=windows), 0
    for case in (None, *USE_CASES):
        try:
            found = suggest_monitors(profile, use_case=case, readings=READINGS, model="demand").monitors
        except MonitorError:
            continue
        for monitor in found:
            if isinstance(monitor.reason, Said):
                again = recognised(str(monitor.reason))
                assert (again, CHINESE.said(again)) == (monitor.reason, CHINESE.said(monitor.reason))
                asked += 1
    assert asked > 10


@pytest.mark.parametrize(
    "text", ["", "income and age", "watched since the trouble of May; ask Ada", "3 days", "Traffic", "a day"]
)
def test_what_people_wrote_stays_as_it_is(text):
    assert type(recognised(text)) is str
    assert CHINESE.said(recognised(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "; " * 3_000,  # such as an error page of a receiver that somebody else wrote
        "a day; " * 400,
        "days: lowest 1 (2), highest 3 (4)" * 3_000,
    ],
    ids=["nothing between marks", "sentences", "pieces of a template but its last"],
)
def test_a_long_text_is_looked_through_once(text):
    assert type(recognised(text)) is str


def test_a_value_may_hold_what_stands_between_values():
    text = "Half of the errors lie between 1 and 2 and 3 (n = 4; reference 5 and 6, n = 7)."
    assert recognised(text).values == {
        "low": "1", "high": "2 and 3", "n": "4", "low_before": "5", "high_before": "6", "n_before": "7",
    }  # fmt: skip
