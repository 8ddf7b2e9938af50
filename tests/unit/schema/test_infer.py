import polars as pl
import pytest

from barograph.errors import ColumnMissing, SchemaError
from barograph.schema.infer import Told, infer
from barograph.schema.model import Schema
from barograph.schema.reasons import said_again
from barograph.schema.roles import suggest_roles

ROWS = pl.DataFrame(
    {"y": [0, 1, 1, 0], "pred": [0, 1, 0, 0], "p": [0.1, 0.9, 0.4, 0.2], "income": [1.5, 2.0, 3.5, 9.0]}
)


def test_no_role_is_guessed_from_a_name():
    assert {c.role for c in infer(ROWS).columns} == {"feature"}


def test_every_column_has_a_reason():
    assert all(c.reason for c in infer(ROWS, Told(label="y", prediction="pred", score="p")).columns)


def test_roles_given_are_set_with_their_kinds():
    schema = infer(ROWS, Told(label="y", prediction="pred", score="p"))
    assert (schema.task, schema.positive) == ("binary", "1")
    assert [(c.role, c.kind) for c in schema.columns[:3]] == [
        ("label", "categorical"), ("prediction", "categorical"), ("score", "numeric"),
    ]  # fmt: skip


def test_a_wrong_name_has_near_misses():
    with pytest.raises(ColumnMissing, match=r"no column 'incme' in the data; did you mean 'income'\?"):
        infer(ROWS, Told(label="incme"))


def test_one_column_cannot_have_two_roles():
    with pytest.raises(SchemaError, match="'y' is given two roles, prediction and label"):
        infer(ROWS, Told(label="y", prediction="y"))


@pytest.mark.parametrize(
    ("label", "task"),
    [
        ([float(i) / 3 for i in range(30)], "regression"),
        (list(range(30)), "regression"),
        (["a", "b", "c"] * 10, "multiclass"),
        ([0, 1] * 15, "binary"),
        ([True, False] * 15, "binary"),
    ],
)
def test_task_from_an_unambiguous_label(label, task):
    assert infer(pl.DataFrame({"y": label}), Told(label="y")).task == task


def test_an_ambiguous_task_says_how_to_tell():
    with pytest.raises(SchemaError, match=r"regression.*multiclass.*task='regression' or task='multiclass'"):
        infer(pl.DataFrame({"y": [1, 2, 3] * 9}), Told(label="y"))


def test_the_positive_class_is_asked_for():
    with pytest.raises(SchemaError, match=r"'no', 'yes'.*positive='yes' \(--positive yes\)"):
        infer(pl.DataFrame({"y": ["yes", "no"]}), Told(label="y"))


@pytest.mark.parametrize(
    ("labels", "positive"), [([True, False], "true"), (["1", "0"], "1"), ([1.0, 0.0], "1")]
)
def test_the_usual_positive_class(labels, positive):
    assert infer(pl.DataFrame({"y": labels}), Told(label="y")).positive == positive


@pytest.mark.parametrize("given", [True, "True", "true"])
def test_positive_is_read_like_the_values(given):
    assert infer(pl.DataFrame({"y": [True, False]}), Told(label="y", positive=given)).positive == "true"


def test_a_wrong_positive_class_has_near_misses():
    with pytest.raises(SchemaError, match=r"'yess' is not in column 'y'; did you mean 'yes'\?"):
        infer(pl.DataFrame({"y": ["yes", "no"]}), Told(label="y", positive="yess"))


def test_three_values_are_not_binary():
    with pytest.raises(SchemaError, match=r"two classes; column 'y' holds 3: a, b, c"):
        infer(pl.DataFrame({"y": ["a", "b", "c"]}), Told(label="y", task="binary"))


def test_fractions_as_a_binary_prediction_are_scores():
    with pytest.raises(SchemaError, match=r"'p' holds fractions between 0 and 1.*score='p'"):
        infer(ROWS, Told(label="y", prediction="p", task="binary"))


def test_scores_of_several_classes_name_their_class():
    rows = pl.DataFrame({"y": ["a", "b", "c"], "p_a": [0.5] * 3, "p_b": [0.2] * 3, "p_c": [0.3] * 3})
    schema = infer(rows, Told(label="y", score=["p_a", "p_b", "p_c"]))
    assert [c.class_name for c in schema.with_role("score")] == ["a", "b", "c"]


def test_a_score_without_a_class_asks_for_a_mapping():
    rows = pl.DataFrame({"y": ["a", "b"], "s1": [0.5] * 2, "s2": [0.5] * 2})
    with pytest.raises(SchemaError, match="'s1' does not say which class"):
        infer(rows, Told(label="y", score=["s1", "s2"], task="multiclass"))


def test_kinds_given_override_inference():
    assert infer(ROWS, Told(kinds={"income": "categorical"})).column("income").kind == "categorical"


def test_a_reading_given_settles_ambiguous_dates():
    rows = pl.DataFrame({"when": ["01/02/2024", "", "03/04/2024"]})
    column = infer(rows, Told(readings={"when": "day_first"})).column("when")
    assert (column.kind, column.reading, column.null_values) == ("datetime", "day_first", ("",))


@pytest.mark.parametrize("told", ["kinds", "readings", "roles"])
def test_an_unknown_word_is_refused_with_those_that_are_known(told):
    with pytest.raises(SchemaError, match=r"column 'x': .* 'foo' is not known\. Expected one of: "):
        Schema.infer(pl.DataFrame({"x": [1.5]}), **{told: {"x": "foo"}})


def test_an_unknown_time_zone_is_refused():
    with pytest.raises(SchemaError, match="time zone 'Europe/Berln' is not known"):
        infer(ROWS, Told(timezone="Europe/Berln"))


def test_what_cannot_be_profiled_is_listed():
    schema = infer(pl.DataFrame({"x": [1.5], "tags": [["a"]]}))
    assert schema.names == ("x",)
    assert schema.not_profiled == {
        "tags": "lists have no kind; store each part you need as a column of its own"
    }


@pytest.mark.parametrize("rows", [pl.DataFrame(), pl.DataFrame(schema={"x": pl.Float64, "s": pl.String})])
def test_no_rows_give_a_schema(rows):
    assert infer(rows).names == tuple(rows.columns)


def test_hostile_names_are_names():
    names = ["<script>alert(1)</script>", "🎈", "a b", "'; drop table", "", "x" * 300]
    assert infer(pl.DataFrame({n: [0.5, 1.5] for n in names})).names == tuple(names)


def test_ten_thousand_columns():
    rows = pl.DataFrame({f"c{i}": [0.5, float(i), 2.0] for i in range(10_000)})
    assert len(infer(rows).columns) == 10_000


def test_roles_are_suggested_with_their_flag():
    rows = pl.DataFrame({"y_pred": [0.5, 1.5], "x": [1.5, 2.5], "ts": ["2024-01-05", "2024-01-06"]})
    suggested = suggest_roles(rows, infer(rows))
    assert [(s.role, s.flag) for s in suggested] == [
        ("prediction", "--prediction y_pred"), ("timestamp", "--timestamp ts"),
    ]  # fmt: skip


def test_an_outcome_by_its_usual_name_is_suggested_as_label():
    rows = pl.DataFrame({"Churned": ["yes", "no"], "x": [1.5, 2.5]})
    assert [s.flag for s in suggest_roles(rows, infer(rows))] == ["--label Churned"]


def test_a_column_of_distinct_values_is_suggested_as_id():
    rows = pl.DataFrame({"key": [f"k{i}" for i in range(50)]})
    assert suggest_roles(rows, infer(rows))[0].flag == "--id key"


def test_the_class_reads_any_frame():
    assert Schema.infer(ROWS, label="y", prediction="pred").task == "binary"


def test_lists_cannot_be_the_label():
    with pytest.raises(SchemaError, match="column 'tags' cannot be the label: lists have no kind"):
        infer(pl.DataFrame({"tags": [["a"]]}), Told(label="tags"))


def test_a_threshold_needs_a_binary_task():
    with pytest.raises(SchemaError, match=r"threshold=0\.5 belongs to a binary task"):
        infer(ROWS, Told(label="income", threshold=0.5))


def test_a_version_keeps_its_name():
    schema = infer(pl.DataFrame({"v": ["1.0", "2.0"]}), Told(roles={"v": "version"}))
    assert schema.column("v").reading == "plain"


def test_values_that_differ_in_capitals_and_spaces_alone_are_told():
    plans = pl.DataFrame({"plan": ["basic", "BASIC", "plus", "Plus ", "family"] * 9})
    reason = infer(plans).column("plan").reason
    assert reason.startswith("text with 5 different values; 3 but for capitals and spaces, such as '")
    assert str(said_again(reason).template) == "{p0}; {p1}"
    apart = infer(pl.DataFrame({"code": ["a", "b"] * 30})).column("code").reason
    assert apart == "text with 2 different values"
