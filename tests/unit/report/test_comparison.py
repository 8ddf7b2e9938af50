"""A comparison of two profiles: what is compared, what cannot be, and why."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.errors import GridMismatch
from barograph.metrics.values import Undefined, Value
from barograph.report.parts.performance import left_out

N = 1500


def rows(n: int = N, seed: int = 10) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    frame = pl.DataFrame({"x": x, "group": rng.choice(["a", "b"], n), "y": x + rng.normal(size=n), "p": x})
    times = pl.datetime_range(pl.datetime(2024, 1, 1), pl.datetime(2025, 1, 1), "1h", eager=True)[:n]
    return frame.with_columns(t=times)


REFERENCE_ROWS = rows(seed=9)
SCHEMA = bg.Schema.infer(REFERENCE_ROWS, label="y", prediction="p", timestamp="t", task="regression")
REFERENCE = bg.profile(REFERENCE_ROWS, SCHEMA, every="1w", by="group")


def compared(current: pl.DataFrame, reference: bg.Profile = REFERENCE, **how: object) -> bg.Report:
    return bg.compare(reference, bg.profile(current, like=reference, **how))


def test_every_role_that_can_drift_is_compared():
    assert set(compared(rows()).comparison.drift) == {"x", "group", "y", "p"}


def test_the_share_is_of_inputs_only():
    moved = compared(rows().with_columns(pl.col("x") + 3))
    assert moved.comparison.drift_share == 0.5


def test_windows_of_both_sides_hold_all_rows():
    windows = compared(rows(n=400)).comparison.windows
    for side, total in (("reference", N), ("current", 400)):
        assert sum(w.rows for w in windows if w.side == side) == total
    assert all(isinstance(w.performance["performance.mae"], Value) for w in windows if w.rows > 30)


def test_segments_are_compared_with_themselves():
    segments = {s.name: s for s in compared(rows()).comparison.segments}
    assert set(segments) == {"group=a", "group=b"}
    assert segments["group=a"].rows[0] == REFERENCE_ROWS.filter(group="a").height


def test_a_segment_that_moves_alone_is_found_there():
    current = rows().with_columns(
        x=pl.when(pl.col("group") == "b").then(pl.col("x") + 2).otherwise(pl.col("x"))
    )
    segments = {s.name: s for s in compared(current).comparison.segments}
    assert "x" in segments["group=b"].detected
    assert "x" not in segments["group=a"].detected


def test_performance_of_a_segment_is_of_its_rows():
    current = rows()
    one = next(s for s in compared(current).comparison.segments if s.name == "group=a")
    mine = current.filter(group="a")
    assert one.performance[0].current.value == pytest.approx((mine["y"] - mine["p"]).abs().mean(), rel=1e-6)


def test_the_change_is_current_less_reference():
    pair = next(p for p in compared(rows()).comparison.performance if p.address == "performance.mae")
    assert pair.change.value == pytest.approx(pair.current.value - pair.reference.value)


def test_what_is_undefined_is_listed_once_with_its_reason():
    comparison = compared(rows().with_columns(pl.lit(None, pl.Float64).alias("y"))).comparison
    listed = dict(comparison.undefined)
    assert listed["performance.*"].reason == "no_labels"
    assert len(listed) == len(comparison.undefined)


@pytest.mark.parametrize(
    "current", [rows(), rows().drop("x"), rows().with_columns(x=pl.lit(None, pl.Float64))]
)
def test_json_lists_every_undefined_figure_of_the_frame(current):
    report = compared(current)
    listed = {u["address"]: u["reason"] for u in report.to_dict()["undefined"]}
    undefined = report.to_frame().filter(
        pl.col("undefined").is_not_null(), pl.col("address").str.starts_with("quality.")
    )
    assert undefined.height > 0
    assert set(undefined["address"]) <= set(listed)
    assert all(
        reason in set(undefined.filter(address=a)["undefined"])
        for a, reason in listed.items()
        if a in set(undefined["address"])
    )


def test_a_missing_column_is_undefined_on_one_side():
    comparison = compared(rows().drop("x")).comparison
    before, now = comparison.quality["x"]["null_share"]
    assert isinstance(before, Value)
    assert isinstance(now, Undefined)
    assert "x" not in comparison.drift


def test_the_same_profiles_give_the_same_report():
    current = bg.profile(rows(), like=REFERENCE)
    one, other = (bg.compare(REFERENCE, current).to_json() for _ in range(2))
    assert one == other


def test_a_saved_profile_gives_the_same_report(tmp_path):
    current = bg.profile(rows(), like=REFERENCE)
    again = bg.load_profile(bg.save_profile(current, tmp_path / "a.baro"))
    assert bg.compare(REFERENCE, again).to_json() == bg.compare(REFERENCE, current).to_json()


def test_other_grids_are_refused():
    other = bg.profile(rows(), SCHEMA)
    with pytest.raises(GridMismatch, match=r"different grids.*like=reference"):
        bg.compare(REFERENCE, other)


def test_a_profile_of_added_parts_compares_like_the_whole():
    current = rows()
    whole = bg.profile(current, like=REFERENCE)
    parts = bg.profile(current[:700], like=REFERENCE) + bg.profile(current[700:], like=REFERENCE)
    assert bg.compare(REFERENCE, parts).to_json() == bg.compare(REFERENCE, whole).to_json()


def test_the_frame_has_every_figure():
    report = compared(rows())
    frame = report.to_frame()
    document = report.to_dict()
    effect = frame.filter(address='drift.effect(column="x")')
    assert effect["value"].item() == document["drift"]["columns"]["x"]["effect"]
    sides = frame.filter(address="performance.mae")["side"].to_list()
    assert sides == ["reference", "current", "change"]
    assert frame.filter(pl.col("value").is_not_null() & ~pl.col("value").is_finite()).is_empty()


@pytest.mark.parametrize("name", ["report.html", "report.json", "REPORT.HTM"])
def test_the_name_decides_the_form(name, tmp_path):
    path = compared(rows()).save(tmp_path / name)
    start = path.read_text(encoding="utf-8")[:20]
    assert start.startswith("{") is name.endswith("json")


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"'report\.pdf': name a file that ends in \.html or \.json"):
        compared(rows()).save(tmp_path / "report.pdf")


def test_it_shows_itself_in_a_notebook():
    assert compared(rows())._repr_html_().count("<") > 100


def test_a_segment_new_to_the_reference_is_shown_without_one():
    current = rows().with_columns(group=pl.lit("c"))
    found = {s.name: s for s in compared(current, by="group").comparison.segments}
    new, gone = found["group=c"], found["group=a"]
    assert isinstance(new.performance[0].current, Value)
    assert new.performance[0].reference == Undefined(
        reason="no_reference", detail="segment 'group=c' is not in the reference"
    )
    assert gone.performance[0].current.detail == "no current row is in segment 'group=a'"


@pytest.mark.parametrize(
    ("label", "prediction", "said"),
    [
        (float("inf"), 0.0, "30 labelled rows are left out: 30 an infinite label."),
        (float("-inf"), None, "30 labelled rows are left out: 30 an infinite label."),
        (0.0, float("inf"), "30 labelled rows are left out: 30 no prediction or an infinite one."),
        (None, 0.0, ""),
    ],
)
def test_labelled_rows_without_an_error_are_counted_and_told(label, prediction, said):
    some = pl.int_range(N) < 30
    current = rows().with_columns(
        y=pl.when(some).then(label).otherwise("y"), p=pl.when(some).then(prediction).otherwise("p")
    )
    report = compared(current)
    assert left_out(report.comparison.current) == said
    assert said in report.to_html()
    assert report.to_dict()["performance"]["mae"]["current"]["n"] == N - 30
