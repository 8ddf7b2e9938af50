"""The report's section on why the task's metric changed, and explanations that show themselves."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.report.explained import Explained

START = datetime(2024, 1, 1, tzinfo=UTC)
EVENT = bg.Event(at=START + timedelta(days=20, hours=3), kind="deployment", name="model <v7>")


def rows(seed: int, *, day: int, shift: float, n: int = 480, name: str = "x") -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n) + shift
    return pl.DataFrame(
        {
            name: x,
            "other": rng.normal(size=n),
            "at": [START + timedelta(days=day, hours=i) for i in range(n)],
            "guess": x,
            "real": x + rng.normal(size=n) * (1.0 + shift),
        }
    )


def profiles(shift: float = 1.0, name: str = "x", every: str = "1d") -> tuple[bg.Profile, bg.Profile]:
    before = rows(0, day=0, shift=0.0, name=name)
    schema = bg.Schema.infer(before, label="real", prediction="guess", timestamp="at", task="regression")
    reference = bg.profile(before, schema, every=every, name="before")
    return reference, bg.profile(rows(1, day=20, shift=shift, name=name), like=reference, name="after")


@pytest.fixture(scope="module")
def changed() -> bg.Report:
    return bg.compare(*profiles(), events=[EVENT])


@pytest.fixture(scope="module")
def why() -> Explained:
    return bg.explain(*profiles(), events=[EVENT])


def said_in(page: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))).replace("\u00a0", " ")


def test_page_tells_the_sentences_first(changed):
    page = changed.to_html()
    assert changed.explanation is not None
    assert (
        page.index("Why mean absolute error changed")
        < page.index('"brg-step-worse')
        < page.index("What to do")
    )
    shown = said_in(page)
    assert [s for s in changed.explanation.summary if s not in shown] == []


def test_notebook_shows_the_sentences(changed):
    assert changed.explanation is not None
    assert changed.explanation.verdict in said_in(changed._repr_html_())


def test_json_holds_the_explanation(changed):
    assert changed.to_dict()["why"] == changed.explanation.to_dict()


def test_explanation_is_the_one_that_explain_gives(changed, why):
    assert changed.explanation == why


def test_explanation_can_be_left_out():
    report = bg.compare(*profiles(), why=False)
    assert report.to_dict()["why"] is None
    assert "-why" not in report.to_html().split("</style>")[1].partition("<script")[0]


def test_no_change_is_one_line():
    report = bg.compare(*profiles(shift=0.0))
    assert report.explanation is None
    assert "No change of mean absolute error is shown" in said_in(report.to_html())
    assert "nothing to explain" in said_in(report.to_html())


def test_rows_without_labels_have_no_such_section():
    reference, _ = profiles()
    report = bg.compare(reference, bg.profile(rows(1, day=20, shift=1.0).drop("real"), like=reference))
    assert report.explanation is None
    assert ">Why<" not in report.to_html()


def test_what_cannot_be_explained_says_so():
    reference, _ = profiles()
    bare = bg.compare(reference, bg.profile(rows(1, day=20, shift=1.0), like=reference, sample=False))
    assert bare.explanation is None
    assert "Not explained: performance.mae cannot be explained" in said_in(bare.to_html())


def test_held_out_rows_make_the_optimism_a_part():
    reference, current = profiles()
    held_out = bg.profile(rows(2, day=0, shift=0.2), like=reference)
    report = bg.compare(reference, current, held_out=held_out)
    assert report.explanation is not None
    assert "optimism" in [part.cause for part in report.explanation.parts]


def test_held_out_rows_of_another_grid_are_refused():
    reference, current = profiles()
    other, _ = profiles(name="z")
    with pytest.raises(bg.errors.GridMismatch, match=r"held_out is on another grid .* like=reference"):
        bg.compare(reference, current, held_out=other)


def test_rows_without_features_are_refused():
    bare = rows(0, day=0, shift=0.0).select("guess", "real")
    reference = bg.profile(bare, bg.Schema.infer(bare, label="real", prediction="guess", task="regression"))
    current = bg.profile(rows(1, day=0, shift=1.0).select("guess", "real"), like=reference)
    with pytest.raises(bg.errors.DataError, match="names no feature"):
        bg.explain(reference, current)
    assert "Not explained" in said_in(bg.compare(reference, current).to_html())


def test_printed_explanation_is_its_sentences(why):
    assert str(why).splitlines() == list(why.summary)


def test_explanation_is_saved_by_the_ending_of_its_name(why, tmp_path):
    assert why.save(tmp_path / "why.html").read_text("utf-8").startswith("<!doctype html>")
    assert json.loads(why.save(tmp_path / "why.json").read_text("utf-8")) == why.to_dict()
    with pytest.raises(bg.errors.DataError, match=r"ends in .html or .json"):
        why.save(tmp_path / "why.pdf")


def test_explanation_shows_itself_in_a_notebook(why):
    assert isinstance(why, bg.Explanation)
    shown = why._repr_html_()
    assert shown.startswith('<div class="barograph">')
    assert why.verdict in said_in(shown)


def test_events_are_on_the_timeline_and_are_text(why):
    page = why.to_html()
    assert "model &lt;v7&gt; (deployment)" in page
    assert "<v7>" not in page


def test_explanation_of_no_change_has_a_page(why):
    calm = bg.explain(*profiles(shift=0.0))
    assert "not shown to have changed" in calm.to_html()
    assert "What to do" not in calm.to_html()


def test_columns_of_any_name_are_text():
    page = bg.explain(*profiles(name="<script>alert(1)</script>")).to_html()
    assert "<script>alert" not in page


def test_many_windows_are_drawn_as_means_of_several():
    why = bg.explain(*profiles(every="1h"))
    assert why.timeline is not None
    assert len(why.timeline.series.values) <= 162
    assert sum(why.timeline.series.rows) == 960
    assert why.timeline.onset is not None
    assert min(why.timeline.series.positions) <= why.timeline.onset[0] <= max(why.timeline.series.positions)


def test_gap_between_both_sides_is_cut_short():
    reference, _ = profiles()
    later = bg.profile(rows(1, day=900, shift=1.0), like=reference)
    why = bg.explain(reference, later)
    assert why.timeline is not None
    assert max(why.timeline.series.positions) < 60


def test_rows_without_windows_have_no_timeline():
    before = rows(0, day=0, shift=0.0).drop("at")
    reference = bg.profile(
        before, bg.Schema.infer(before, label="real", prediction="guess", task="regression")
    )
    why = bg.explain(reference, bg.profile(rows(1, day=0, shift=1.0).drop("at"), like=reference))
    assert why.timeline is None
    assert "over time" not in why.to_html()
