"""Metrics and rules as a schema declares them: read, written, refused."""

import polars as pl
import pytest

import barograph as bg
from barograph.errors import SchemaError
from barograph.metrics.custom.arrays import profile_of
from barograph.profile.codec import load, save
from barograph.schema.yaml import format_schema, parse_schema

TEXT = """
task: binary
positive: "yes"
columns:
  amount: {}
  cost: {}
  loans: {}
  zip: {kind: categorical}
  ended_at: {kind: datetime}
  started_at: {kind: datetime}
  pred: {role: prediction}
  y: {role: label}
metrics:
  lost: {sum: "CASE WHEN pred = 'no' AND y = 'yes' THEN amount ELSE 0 END", unit: EUR, better: lower}
  value: {sum: "amount * 0.03", per: row}
  per_loan: {ratio: ["cost", "loans"]}
  decisions: {cost_matrix: {"yes": {"no": 500}, "no": {"yes": 40}}}
rules:
  end after start: "ended_at >= started_at"
"""


def test_written_and_read_again():
    schema = parse_schema(TEXT)
    assert [m.address for m in schema.metrics][:2] == ["custom.lost", "custom.value"]
    assert parse_schema(format_schema(schema)) == schema


def test_python_mappings_are_the_same_as_yaml():
    bare = parse_schema(TEXT.partition("metrics:")[0])
    costs = {"decisions": {"cost_matrix": {"yes": {"no": 500}, "no": {"yes": 40.0}}}}
    assert bare.with_metrics(costs).metrics[0] == parse_schema(TEXT).metrics[3]


def test_classes_may_be_given_as_values():
    schema = parse_schema("{task: binary, columns: {p: {role: prediction}, y: {role: label}}}")
    (metric,) = schema.with_metrics({"c": {"cost_matrix": {True: {0: 5, 1.0: 2}}}}).metrics
    assert metric.formula.costs == (("true", "0", 5.0), ("true", "1", 2.0))


def test_a_profile_keeps_them():
    schema = (
        bg.Schema(columns=(bg.Column(name="x"),)).with_metrics({"a": {"sum": "x"}}).with_rules({"r": "x > 0"})
    )
    profile = bg.profile(pl.DataFrame({"x": [1.0, 2.0]}), schema)
    assert load(save(profile)).schema == schema
    assert load(save(profile)).hash == profile.hash


@pytest.mark.parametrize(
    ("found", "put", "match"),
    [
        ("amount * 0.03", "amounts * 0.03", r"line 15: metrics.value: .*column 'amounts'.*did you mean 'amount'"),
        ("amount * 0.03", "sum(amount)", "needs other rows than its own"),
        ("amount * 0.03", "zip", "gives text, not a number. Here zip is text"),
        ("amount * 0.03", "amount *", "neither a column nor an SQL expression"),
        ("amount * 0.03", "CASE WHEN zip = 1 THEN 1 ELSE 0 END", "cannot compare string with numeric.* zip is text"),
        ("per: row", "per: day", "expected row, for the mean per row"),
        ("better: lower", "better: less", "expected one of higher, lower, zero"),
        ("unit: EUR", "units: EUR", "no such key; did you mean 'unit'"),
        ('"loans"]', '"decisions"]', "'decisions' is a metric, but no sum"),
        ('["cost", "loans"]', '["cost"]', "expected two sums"),
        ('ratio: ["cost", "loans"]', 'ratio: ["cost", "loans"], per: row', "a ratio is no total"),
        ('"no": 500', '"no": many', "cost_matrix.yes.no: holds 'many'; expected a finite number"),
        ("value: {", "Value: {", "small letters, digits and underscores"),
        ('{sum: "amount * 0.03", per: row}', "{unit: EUR}", "no formula.*expected one formula"),
        ('{sum: "amount * 0.03", per: row}', "{sum: amount, ratio: [cost, loans]}", "expected one formula"),
        ('{sum: "amount * 0.03", per: row}', "{over: 1}", "expected one formula"),
        ('{sum: "amount * 0.03", per: row}', "{over: 1, under: 2}", "the task is binary. Expected task: regression"),
        ("ended_at >= started_at", "ended_at", "gives a time; a rule is true or false"),
        ("ended_at >= started_at", "y = 'yes'", "'y', which comes with the label"),
        ("  y: {role: label}", "", "needs a column 'y'"),
        ("  pred: {role: prediction}", "  pred: {kind: categorical}", "beside predictions. Name the task"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused(found, put, match):
    assert found in TEXT
    with pytest.raises(SchemaError, match=match):
        parse_schema(TEXT.replace(found, put, 1))


def test_costs_need_a_task():
    with pytest.raises(SchemaError, match=r"cost_matrix is what .* cost; the task is not named"):
        parse_schema("{columns: {x: {}}, metrics: {c: {cost_matrix: {a: {b: 1}}}}}")


def test_a_name_given_twice_is_refused():
    schema = parse_schema(TEXT)
    with pytest.raises(SchemaError, match="metrics named twice: value"):
        schema.with_metrics({"value": {"sum": "cost"}})


def test_a_class_the_reference_does_not_have_is_refused():
    rows = {"label": ["yes", "no"], "prediction": ["yes", "no"]}
    with pytest.raises(SchemaError, match=r"names class 'Yes'.*did you mean 'yes'"):
        profile_of(rows, {"c": {"cost_matrix": {"Yes": {"no": 5}}}}, task="binary")


def test_a_column_that_is_not_profiled_is_refused():
    with pytest.raises(SchemaError, match="column 'blob' cannot be used, it is not profiled: bytes"):
        parse_schema("{columns: {x: {}}, not_profiled: {blob: bytes}, metrics: {a: {sum: blob}}}")


def test_a_name_of_a_column_and_another_sum_is_refused():
    with pytest.raises(SchemaError, match="'x' is a column and a metric, which differ"):
        parse_schema("{columns: {x: {}, y: {}}, metrics: {x: {sum: x * 2}, r: {ratio: [x, y]}}}")
