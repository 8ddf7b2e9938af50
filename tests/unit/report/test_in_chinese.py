"""Reports and explanations in Chinese: nothing that they say of themselves is left in English."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.errors import DataError
from barograph.locale.kept import kept, recalled
from barograph.locale.language import language

N = 600
START = datetime(2024, 1, 1, tzinfo=UTC)
#: Names that stay as they are, and words that Chinese readers know by no other name.
NAMES = (
    "new release", "Barograph", "JSON", "ROC AUC", "PR AUC", "AUC", "ROC", "QQ", "Brier", "Jensen", "Shannon",
    "Kolmogorov", "Smirnov", "Wasserstein", "F1", "NaN", "NDCG", "MAP", "MRR", "Matthews", "Cohen", "IS NULL", "AND",
    "NOT IN", "NULL",
)  # fmt: skip
WORDS = re.compile(r"[A-Za-z][A-Za-z'’]+(?:[ ,:;]+[A-Za-z][A-Za-z'’]+)+")


def rows(seed: int, *, shift: float = 0.0, day: int = 0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=N) + shift
    score = 1.0 / (1.0 + np.exp(-x))
    error = rng.normal(size=N) * (1.0 + 2.0 * shift)
    return pl.DataFrame(
        {
            "x": np.where(rng.random(N) < 0.2 * shift, np.nan, x),
            "shop": rng.choice(["a", "b", "c"], N) if not shift else rng.choice(["a", "c", "d"], N),
            "flat": np.ones(N),
            "when": [START + timedelta(days=day, hours=i) for i in range(N)],
            "real": x + error,
            "guess": x,
            "class": np.where(rng.random(N) < score, "yes", "no"),
            "said": np.where(score > 0.5 + 0.3 * shift, "yes", "no"),
            "score": score,
            "liked": rng.integers(0, 2, N),
            "query": np.arange(N) // 7,
        }
    )


INPUTS = ("x", "shop", "flat", "when")
TASKS = {
    "none": ({}, ()),
    "regression": ({"label": "real", "prediction": "guess"}, ("real", "guess")),
    "forecast": ({"label": "real", "prediction": "guess", "task": "forecast"}, ("real", "guess")),
    "binary": (
        {"label": "class", "prediction": "said", "score": "score", "positive": "yes"}, ("class", "said", "score"),
    ),
    "multiclass": ({"label": "class", "prediction": "said", "task": "multiclass"}, ("class", "said")),
    "multilabel": ({"label": {"a": "liked"}, "score": {"a": "score"}, "task": "multilabel"}, ("liked", "score")),
    "ranking": (
        {"label": "liked", "score": "score", "task": "ranking", "roles": {"query": "group"}},
        ("liked", "score", "query"),
    ),
}  # fmt: skip


def sides(task: str, *, every: str = "1d", shift: float = 1.0) -> tuple[bg.Profile, bg.Profile]:
    roles, columns = TASKS[task]
    before, after = (
        rows(seed, shift=s, day=25 * seed).select(*INPUTS, *columns) for seed, s in ((0, 0.0), (1, shift))
    )
    schema = bg.Schema.infer(before, timestamp="when", **roles)
    reference = bg.profile(before, schema, by="shop", every=every, name="then", origin="training")
    return reference, bg.profile(after, like=reference, by="shop", name="later")


def said_in(page: str) -> list[str]:
    """Each text of a page, and of its pictures, as people meet it."""
    body = re.sub(r"<(style|script)[^>]*>.*?</\1>", "", page, flags=re.DOTALL)
    held = re.findall(r'(?:aria-label|data-l|data-filter|data-filter-by|placeholder)="([^"]*)"', body)
    parts = re.split(r"<(?!/?(?:b|bdi|small|i)\b)[^>]+>", body)
    return [unescape(re.sub(r"</?\w+[^>]*>", " ", text)).strip() for text in (*held, *parts) if text.strip()]


def english_in(page: str) -> set[str]:
    left = set()
    known = re.compile("|".join(map(re.escape, NAMES)))
    for text in said_in(page):
        left |= set(WORDS.findall(known.sub("·", text)))
    return left


@pytest.mark.parametrize("task", TASKS)
def test_a_report_says_nothing_in_english(task):
    page = bg.compare(*sides(task), language="zh-CN").to_html()
    assert '<html lang="zh-CN">' in page
    assert english_in(page) == set()


@pytest.mark.parametrize("shift", [0.0, 0.3])
def test_nor_does_one_where_little_changed(shift):
    assert (
        english_in(bg.compare(*sides("regression", every="1w", shift=shift), language="zh-CN").to_html())
        == set()
    )


@pytest.mark.parametrize("task", ["regression", "binary", "multiclass"])
def test_an_explanation_says_nothing_in_english(task):
    event = bg.Event(at=START + timedelta(days=25), kind="deployment", name="new release")
    why = bg.explain(*sides(task), events=[event], language="zh-CN")
    page = why.to_html()
    assert english_in(page) == set()
    assert "先前" in page or "变为" in page
    assert not re.search(r"[\u4e00-\u9fff]", why.verdict)


@pytest.mark.parametrize("task", ["regression", "binary", "multiclass"])
@pytest.mark.parametrize(
    "row",
    [
        {"x": 9.0, "shop": "e"},
        {"x": None, "shop": "a", "guess": 0.3},
        {"x": 0.1, "real": 4.0, "guess": 0.2, "shop": "b"},
    ],
)
def test_nor_what_is_said_of_one_row(task, row):
    reference, current = sides(task)
    given = {name: value for name, value in row.items() if name in reference.grid.columns}
    found = bg.explain_row(
        reference,
        {"flat": 1.0, **given},
        current=current,
        predict=lambda f: f["x"].fill_null(0.0).to_numpy() / 9.0,
    )
    spoken = language("zh-CN")
    told = [*found.summary, *found.notes, *(place.sentence for place in found.places)]
    assert [spoken.said(each) for each in told if WORDS.search(spoken.said(each))] == []
    assert [each for each in told if spoken.said(each).isascii()] == []


def test_an_explanation_that_was_kept_is_said_in_chinese_later():
    why = bg.explain(*sides("regression"))
    again = recalled(json.loads(json.dumps(kept(why.to_dict()))))
    spoken = language("zh-CN")
    assert again["summary"] == list(why.summary)
    assert [spoken.said(each) for each in again["summary"]] == [spoken.said(each) for each in why.summary]
    assert spoken.said(again["verdict"]).startswith("平均绝对误差从")


def test_a_language_there_is_none_of_is_refused():
    with pytest.raises(DataError, match=r"'zh' is not known.*Expected one of: en, zh-CN"):
        bg.compare(*sides("none"), language="zh")
