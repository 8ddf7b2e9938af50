"""Words of closed lists that explanations, reports and pictures say have their Chinese."""

from __future__ import annotations

from typing import get_args

import pytest

from barograph.explain.explanation import EventKind
from barograph.explain.faults.unit_fit import CHANGES
from barograph.locale.language import language
from barograph.locale.said import word
from barograph.metrics.drift.effect import Size
from barograph.metrics.intervals import Verdict
from barograph.metrics.values import Reason
from barograph.report.parts.by_feature import NAMES, TITLES
from barograph.report.parts.columns import STATISTICS
from barograph.report.parts.quality import NOTABLE
from barograph.report.parts.regression import COURSES
from barograph.report.parts.score_curves import BY_THRESHOLD
from barograph.schema.model import Kind, Role, Task
from barograph.schema.reasons import CLAUSES

LISTS = {
    "kinds of columns": get_args(Kind),
    "roles": get_args(Role),
    "tasks": get_args(Task),
    "verdicts": get_args(Verdict),
    "sizes": get_args(Size),
    "reasons": [reason.replace("_", " ") for reason in get_args(Reason)],
    "origins": ["training", "in-sample", "hold-out", "out-of-bag", "production"],
    "sides": ["reference", "current"],
    "events": [kind.replace("_", " ") for kind in get_args(EventKind)],
    "what a verdict rests on": ["rows", "windows"],
    "inputs": ["inputs", "columns"],
    "statistics": [title for _, title in STATISTICS],
    "what is notable": [words for _, words, _ in NOTABLE if words != "NaN"],
    "figures along features": [*NAMES.values(), *TITLES.values(), "Quality by feature"],
    "courses": [title for _, title in COURSES],
    "figures by threshold": [
        words for title, _, caption in BY_THRESHOLD for words in (title, caption) if words != "F1"
    ],
    "units of time": ["seconds", "milliseconds", "microseconds", "nanoseconds"],
}


@pytest.mark.parametrize("name", LISTS)
def test_every_word_of_a_list_is_translated(name):
    spoken = language("zh-CN")
    assert [text for text in LISTS[name] if spoken.said(word(text)).isascii()] == []


def test_every_reason_of_a_schema_is_translated():
    words = language("zh-CN").words
    assert words is not None
    assert [clause for clause in CLAUSES if words.get(clause) is None] == []


def test_changes_of_unit_are_translated():
    spoken = language("zh-CN")
    assert [str(change.words) for change in CHANGES if spoken.said(change.words).isascii()] == []
