import pytest

from barograph.errors import SchemaError
from barograph.schema.model import Column, Schema
from barograph.schema.yaml import format_schema, parse_schema, read_schema

FULL = Schema(
    task="binary",
    positive="yes",
    threshold=0.5,
    timezone="Europe/Berlin",
    columns=(
        Column(
            name="income",
            unit="EUR/year",
            range=(0.0, None),
            null_values=("-999", "", "007"),
            reason="floats; é",
        ),
        Column(name="no", kind="categorical", reading="boolean", description="a: b, #c"),
        Column(name="ts", role="timestamp", kind="datetime", reading="epoch_ms"),
        Column(name="p", role="score", class_name="null"),
        Column(name="<b>🎈</b>\n'\"{}\x00\u2028", kind="text"),
        Column(name="", kind="text"),
        Column(name="x" * 3_000, range=(-1e300, 0.25)),
        Column(name="y", role="label", kind="categorical"),
        Column(name="1.5", kind="categorical"),
    ),
    not_profiled={"tags": "lists have no kind"},
)


def test_round_trip():
    assert parse_schema(format_schema(FULL)) == FULL


def test_scalars_are_taken_as_written():
    schema = parse_schema("{task: binary, positive: yes, columns: {no: {null_values: [007, NA, 1.0]}}}")
    assert (schema.positive, schema.columns[0].null_values) == ("yes", ("007", "NA", "1.0"))


@pytest.mark.parametrize(
    ("entry", "task", "kind"),
    [
        ("{role: timestamp}", "binary", "datetime"),
        ("{role: label}", "binary", "categorical"),
        ("{role: label}", "regression", "numeric"),
        ("{role: id}", "binary", "categorical"),
        ("", "binary", "numeric"),
    ],
)
def test_a_kind_left_out_follows_the_role(entry, task, kind):
    assert parse_schema(f"task: {task}\ncolumns:\n  c: {entry}\n").column("c").kind == kind


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "columns:\n  x: {rol: label}",
            r"schema.yml, line 2: columns.x.rol: no such key; did you mean 'role'\?",
        ),
        ("colums: {}", r"line 1: colums: no such key; did you mean 'columns'\?"),
        (
            "columns:\n  x: {role: labl}",
            r"line 2: columns.x: .*role 'labl' is not known; did you mean 'label'\?",
        ),
        ("columns:\n  x: {range: [1]}", r"columns.x.range: holds \['1'\]; expected two limits"),
        ("columns:\n  x: {range: [2, 1]}", "expected the lower limit first"),
        ("columns:\n  x: {null_values: NA}", r"columns.x.null_values: holds 'NA'; expected a list"),
        ("columns: [a]", r"columns: holds \['a'\]; expected a mapping"),
        ("columns:\n  x: {}\n  x: {}", "line 3: columns.x: this key is there twice, first in line 2"),
        ("threshold: high", "threshold: holds 'high'; expected a number"),
        ("task: binry", r"schema.yml: task 'binry' is not known; did you mean 'binary'\?"),
        ("columns: {x: [", "this is no YAML"),
        ("", "expected a mapping with the key columns"),
        ("columns:\n  a: {role: label}\n  b: {role: label}", r"role 'label' is given to \['a', 'b'\]"),
    ],
)
def test_what_is_wrong_is_said_where_it_is(text, message):
    with pytest.raises(SchemaError, match=message):
        parse_schema(text)


def test_a_missing_file(tmp_path):
    with pytest.raises(SchemaError, match="cannot read schema"):
        read_schema(tmp_path / "schema.yml")


def test_files_are_written_and_read(tmp_path):
    FULL.to_yaml(tmp_path / "schema.yml")
    assert Schema.from_yaml(tmp_path / "schema.yml") == FULL


@pytest.mark.parametrize("name", ["a\x85b", "a\u2028b", "a\nb", "a\tb", "\x00", "é: {x}", "null", "😀"])
def test_hostile_names_are_read_back(name):
    schema = Schema(columns=(Column(name=name),))
    assert parse_schema(format_schema(schema)).names == (name,)
