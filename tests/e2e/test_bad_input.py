"""Rows as they really come: each gives a right answer, or one clear error that says what to do."""

from __future__ import annotations

import html.parser
import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from jsonschema import Draft202012Validator

import barograph as bg
from barograph.errors import BarographError, DataError, SchemaError

REPORT_SCHEMA = Path(__file__).parents[2] / "docs" / "reference" / "report.schema.json"
VALIDATOR = Draft202012Validator(json.loads(REPORT_SCHEMA.read_text(encoding="utf-8")))
VOID = {"meta", "link", "br", "hr", "img", "input", "col"}
N = 500
RNG = np.random.default_rng(8)
GOOD = pl.DataFrame({"x": RNG.normal(size=N), "group": RNG.choice(["a", "b", "c"], N)})


class Balanced(html.parser.HTMLParser):
    """Every element that is opened is closed, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open, f"</{tag}> closes nothing"
            assert self.open.pop() == tag


def compared(reference: object, current: object, **roles: object) -> bg.Report:
    """The report of two frames, of which every form is looked at."""
    profile = bg.profile(reference, bg.Schema.infer(reference, **roles))
    report = bg.compare(profile, bg.profile(current, like=profile))
    document = json.loads(report.to_json())
    assert [e.message for e in VALIDATOR.iter_errors(document)] == []
    assert report.to_frame().height > 0
    page = Balanced()
    page.feed(report.to_html())
    page.close()
    assert page.open == []
    return report


def column(report: bg.Report, name: str) -> dict[str, object]:
    return report.to_dict()["drift"]["columns"][name]


def null_share(report: bg.Report, name: str) -> float:
    return report.to_dict()["quality"]["columns"][name]["current"]["null_share"]


def test_an_empty_current_frame_says_so():
    report = compared(GOOD, GOOD.clear())
    assert "empty" in report.verdict
    assert report.to_dict()["rows"]["current"] == 0
    assert report.to_dict()["schema"]["missing"] == []
    assert not report.to_dict()["drift"]["detected"]


def test_an_empty_reference_finds_no_drift():
    report = compared(GOOD.clear(), GOOD)
    assert not report.to_dict()["drift"]["detected"]


@pytest.mark.parametrize("sides", [(1, N), (N, 1), (1, 1)])
def test_one_row(sides):
    report = compared(GOOD[: sides[0]], GOOD[: sides[1]])
    assert report.to_dict()["rows"] == {"reference": sides[0], "current": sides[1]}
    assert not report.to_dict()["drift"]["detected"]


@pytest.mark.parametrize("dtype", [pl.Float64, pl.String, pl.Int64, pl.Null, pl.Boolean, pl.Datetime("us")])
def test_columns_without_a_value(dtype):
    rows = GOOD.with_columns(pl.Series("nothing", [None] * N, dtype=dtype))
    report = compared(rows, rows)
    shown = report.to_dict()
    assert "nothing" in shown["quality"]["columns"] or "nothing" in shown["schema"]["not_profiled"]
    assert not shown["drift"]["detected"]


def test_a_column_that_lost_its_values_is_detected():
    report = compared(GOOD, GOOD.with_columns(pl.lit(None, pl.Float64).alias("x")))
    assert column(report, "x")["detected"]
    assert null_share(report, "x") == 1.0


def test_a_column_that_got_its_values_is_detected():
    report = compared(GOOD.with_columns(pl.lit(None, pl.Float64).alias("x")), GOOD)
    assert column(report, "x")["detected"]


@pytest.mark.parametrize("value", [0.0, -0.0, 7.5, 1e308, -1e308, 5e-324])
def test_constant_columns(value):
    rows = GOOD.with_columns(pl.lit(value).alias("constant"))
    report = compared(rows, rows)
    assert not column(report, "constant")["detected"]
    assert column(report, "constant")["statistics"]["total_variation"] == 0.0


def test_a_constant_that_changes_is_detected():
    one, other = (GOOD.with_columns(pl.lit(v).alias("constant")) for v in (1.0, 2.0))
    assert column(compared(one, other), "constant")["statistics"]["total_variation"] == 1.0


def test_infinities_are_counted_apart():
    x = GOOD["x"].to_numpy().copy()
    x[:50], x[50:75], x[75:100] = np.inf, -np.inf, np.nan
    report = compared(GOOD, GOOD.with_columns(pl.Series("x", x)))
    quality = report.to_dict()["quality"]["columns"]["x"]["current"]
    assert quality["infinite_share"] == 0.15
    assert quality["nan_share"] == 0.05
    assert quality["mean"] == pytest.approx(GOOD["x"][100:].mean())
    assert column(report, "x")["detected"]


@pytest.mark.parametrize("side", ["reference", "current", "both"])
@pytest.mark.parametrize("huge", [1e308, -1e308, 1.7976931348623157e308])
def test_huge_numbers(side, huge):
    wild = GOOD.with_columns(
        pl.when(pl.int_range(pl.len()) % 2 == 0).then(huge).otherwise(pl.col("x")).alias("x")
    )
    report = compared(wild if side != "current" else GOOD, wild if side != "reference" else GOOD)
    assert column(report, "x")["detected"] is (side != "both")
    if side != "reference":
        extreme = "maximum" if huge > 0 else "minimum"
        assert report.to_dict()["quality"]["columns"]["x"]["current"][extreme] == huge


@pytest.mark.parametrize("huge", [1e308, -1e308, 1e200, 1e154, 1e100])
@pytest.mark.parametrize("every", [2, 499])
def test_huge_labels_never_break_a_report(huge, every):
    rows = GOOD.with_columns(y=pl.col("x") * 2, p=pl.col("x"))
    wild = rows.with_columns(y=pl.when(pl.int_range(pl.len()) % every == 1).then(huge).otherwise(pl.col("y")))
    for one, other in ((rows, wild), (wild, rows), (wild, wild)):
        compared(one, other, label="y", prediction="p", task="regression")


def test_huge_labels_leave_performance_undefined_not_wrong():
    rows = GOOD.with_columns(y=pl.col("x") * 2, p=pl.col("x"))
    wild = rows.with_columns(y=pl.when(pl.int_range(pl.len()) == 3).then(1e308).otherwise(pl.col("y")))
    report = compared(rows, wild, label="y", prediction="p", task="regression").to_dict()
    assert report["performance"]["rmse"]["current"] is None
    assert {"performance.rmse"} <= {u["address"] for u in report["undefined"] if u["reason"] == "overflow"}


def test_both_zeros_are_one_value(rng):
    zeros = pl.DataFrame({"x": np.where(rng.random(N) < 0.5, 0.0, rng.normal(size=N))})
    negative = zeros.with_columns(pl.when(pl.col("x") == 0.0).then(-0.0).otherwise(pl.col("x")).alias("x"))
    assert column(compared(zeros, negative), "x")["statistics"]["total_variation"] == 0.0


def test_mixed_types_in_a_column_of_objects():
    values = np.empty(N, object)
    values[:] = [i if i % 3 else str(i) for i in range(N)]
    values[::50] = None
    rows = pd.DataFrame({"mixed": values, "x": GOOD["x"].to_numpy()})
    report = compared(rows, rows).to_dict()
    assert not report["drift"]["detected"]
    assert "mixed" in report["quality"]["columns"] or "mixed" in report["schema"]["not_profiled"]


def test_numbers_that_turn_into_text_are_mismatches():
    texts = pl.Series("x", [f"{v:.3f}" if i % 4 else "broken" for i, v in enumerate(GOOD["x"])])
    report = compared(GOOD, GOOD.with_columns(texts))
    assert report.to_dict()["quality"]["columns"]["x"]["current"]["mismatch_share"] == 0.25
    assert column(report, "x")["detected"]


def test_columns_named_twice_are_refused():
    rows = pd.DataFrame([[1, 2], [3, 4]], columns=["x", "x"])
    with pytest.raises(DataError, match="'x'"):
        bg.Schema.infer(rows)


HOSTILE_NAMES = [
    "", " ", "a.b", "a\"b'c`d",
    "<script>alert(1)</script>", "🦜", "x" * 5000, "col\nwith\tspace", "null", "\\", "{{ 7 }}",
    "drift.share", 'column="x"', "\x00key", "ثمن\u202e", "%s%n", "../../etc/passwd",
]  # fmt: skip


def test_hostile_column_names(rng):
    rows = pl.DataFrame({name: rng.normal(size=N) for name in HOSTILE_NAMES})
    moved = rows.with_columns(pl.col("🦜") + 2, pl.col('column="x"') + 2)
    report = compared(rows, moved)
    assert set(report.comparison.detected) == {"🦜", 'column="x"'}
    assert "<script>alert" not in report.to_html()


@pytest.mark.parametrize("name", [n for n in HOSTILE_NAMES if n.strip()])
def test_hostile_names_have_addresses(name):
    rows = pl.DataFrame({name: [1.0, 2.0, None, None]})
    profile = bg.profile(rows, bg.Schema.infer(rows))
    address = f"quality.null_share(column={json.dumps(name, ensure_ascii=False)})"
    assert bg.evaluate(address, profile.total()).value == 0.5


def test_numbers_as_column_names(rng):
    rows = pd.DataFrame({0: rng.normal(size=N), 1: rng.normal(size=N)})
    assert compared(rows, rows).to_dict()["drift"]["share"] == 0.0


def test_hostile_values():
    values = ["🦜", "\x00", "</td>", "a" * 10_000, "\u202eabc", "'; DROP TABLE"]
    one, other = (pl.DataFrame({"c": [values[i % k] for i in range(2001)]}) for k in (3, 6))
    report = compared(one, other)
    assert column(report, "c")["detected"]
    share = report.to_dict()["quality"]["columns"]["c"]["current"]["unseen_share"]
    assert share == pytest.approx(0.5, abs=0.01)


def test_ten_thousand_columns(rng):
    wide = pl.DataFrame(rng.normal(size=(50, 10_000)), schema=[f"c{i}" for i in range(10_000)])
    profile = bg.profile(wide, bg.Schema.infer(wide))
    report = bg.compare(profile, bg.profile(wide.with_columns(pl.col("c7") + 10), like=profile))
    assert report.comparison.detected == ("c7",)
    assert len(report.to_html()) < 5_000_000


def test_a_million_categories():
    rows = pl.DataFrame({"user": [f"user {i}" for i in range(1_000_000)], "x": np.arange(1e6)})
    schema = bg.Schema(columns=(bg.Column(name="user", kind="categorical"), bg.Column(name="x")))
    profile = bg.profile(rows, schema)
    quality = bg.evaluate('quality.distinct_count(column="user")', profile.total())
    assert quality.value == pytest.approx(1_000_000, rel=0.15)
    report = bg.compare(profile, bg.profile(rows.reverse(), like=profile))
    assert not report.to_dict()["drift"]["detected"]


def test_a_million_categories_are_inferred_to_be_no_category():
    rows = pl.DataFrame({"user": [f"user {i}" for i in range(1_000_000)]})
    schema = bg.Schema.infer(rows)
    assert "user" in schema.not_profiled or schema.column("user").kind == "text"


def test_missing_columns_are_named_and_nothing_else_fails():
    report = compared(GOOD, GOOD.drop("x"))
    assert "issing from the current rows: x" in report.verdict
    assert report.to_dict()["schema"]["missing"] == ["x"]
    assert ("column_missing", 'drift.effect(column="x")') in {
        (u["reason"], u["address"]) for u in report.to_dict()["undefined"]
    }


def test_no_column_in_common_is_refused():
    profile = bg.profile(GOOD, bg.Schema.infer(GOOD))
    with pytest.raises(
        DataError, match=r"none of the schema's columns \['x', 'group'\].*Is it the right file"
    ):
        bg.profile(pl.DataFrame({"z": [1.0]}), like=profile)


ONE = pl.Series("y", [0, 1] * 50)


@pytest.mark.parametrize(
    ("prediction", "both"),
    [(["0", "1"], (r"integers \(0, 1\)", r"text \(0, 1\)")),
     (["no", "yes"], (r"integers \(0, 1\)", r"text \(no, yes\)")),
     ([False, True], (r"integers \(0, 1\)", "booleans"))],
)  # fmt: skip
def test_label_and_prediction_that_never_agree_are_refused(prediction, both):
    rows = pl.DataFrame({"y": ONE, "p": prediction * 50})
    with pytest.raises(
        SchemaError,
        match=f"label 'y' holds {both[0]}.*prediction 'p' holds {both[1]}.*[Cc]onvert one of the two",
    ):
        bg.Schema.infer(rows, label="y", prediction="p", task="binary", positive=1)


def test_a_prediction_that_changes_its_names_is_refused():
    rows = pl.DataFrame({"y": ONE, "p": [1, 0] * 50})
    profile = bg.profile(rows, bg.Schema.infer(rows, label="y", prediction="p"))
    with pytest.raises(SchemaError, match=r"integers \(0, 1\).*text \(no, yes\)"):
        bg.profile(rows.with_columns(p=pl.Series(["no", "yes"] * 50)), like=profile)


@pytest.mark.parametrize("kept", [0, 4, 200, 0.5, -8])
def test_a_damaged_parquet_file_says_what_to_do(kept, tmp_path):
    path = tmp_path / "rows.parquet"
    GOOD.write_parquet(path)
    data = path.read_bytes()
    path.write_bytes(data[: int(kept * len(data)) if isinstance(kept, float) else kept])
    with pytest.raises(DataError, match=r"rows\.parquet"):
        bg.Schema.infer(path)


def test_a_parquet_file_with_damaged_pages_never_passes_for_good(tmp_path):
    path = tmp_path / "rows.parquet"
    GOOD.write_parquet(path)
    schema = bg.Schema.infer(path)
    data = bytearray(path.read_bytes())
    data[4:400] = bytes(396)
    path.write_bytes(data)
    with pytest.raises(DataError, match=r"rows\.parquet"):
        bg.profile(path, schema)


@pytest.mark.parametrize("text", ["", "\n\n", "x,y\n", "x,y\n1,2\n3\n", '"x,y\n1,2\n', "\x00\x01\x02"])
def test_odd_csv_files_give_rows_or_one_error(text, tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text(text, encoding="utf-8")
    try:
        rows = bg.profile(path, bg.Schema.infer(path)).rows
    except BarographError as error:
        assert len(str(error)) > 20  # noqa: PT017 - either outcome is right
    else:
        assert rows <= 2


def test_times_from_the_year_one_to_9999():
    times = [
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, tzinfo=UTC),
    ]
    rows = pl.DataFrame({"t": times * 10, "x": range(30)})
    report = compared(rows, rows, timestamp="t")
    assert report.to_dict()["rows"]["current"] == 30


@pytest.mark.parametrize("value", [None, datetime(2024, 3, 31, 2, 30)])
def test_times_that_are_missing_or_do_not_exist(value):
    times = [datetime(2024, 3, 31, h) for h in range(0, 24, 4)] * 10
    rows = pl.DataFrame({"t": [value, *times[1:]], "x": np.arange(60.0)})
    report = compared(rows, rows, timestamp="t", timezone="Europe/Berlin")
    assert sum(w["rows"] for w in report.to_dict()["windows"] if w["side"] == "current") >= 59


@pytest.mark.parametrize("task", ["binary", "multiclass"])
def test_labels_of_one_class(task, rng):
    rows = pl.DataFrame(
        {"y": ["yes"] * N, "p": rng.choice(["yes", "no"], N).tolist(), "x": rng.normal(size=N)}
    )
    document = compared(
        rows, rows, label="y", prediction="p", task=task, positive="yes" if task == "binary" else None
    ).to_dict()
    assert document["performance"]["accuracy"]["current"]["value"] == pytest.approx(
        (rows["p"] == "yes").mean()
    )


def test_no_label_has_come():
    rows = GOOD.with_columns(y=pl.col("x"), p=pl.col("x"))
    report = compared(
        rows,
        rows.with_columns(pl.lit(None, pl.Float64).alias("y")),
        label="y",
        prediction="p",
        task="regression",
    )
    assert "no labels" in report.verdict
    assert all(v["current"] is None for v in report.to_dict()["performance"].values())


def test_a_report_of_twenty_columns_is_small():
    rng = np.random.default_rng(1)
    rows = pl.DataFrame(
        {f"x{i}": rng.lognormal(size=5000) for i in range(14)}
        | {f"c{i}": rng.choice(["a", "b"], 5000) for i in range(6)}
    )
    assert len(compared(rows, rows).to_html().encode()) <= 300_000
