"""The schema says what the server redacts."""

from __future__ import annotations

import pytest

from barograph.errors import SchemaError
from barograph.profile.codec import decode, encode
from barograph.schema.model import Column, Schema
from barograph.schema.yaml import format_schema, parse_schema


@pytest.mark.parametrize("way", ["drop", "mask", "hash"])
def test_the_written_form_keeps_redaction(way: str) -> None:
    schema = Schema(columns=(Column(name="email", kind="text", redact=way),))
    assert parse_schema(format_schema(schema)) == schema


def test_an_unknown_way_names_the_line_and_those_there_are() -> None:
    with pytest.raises(SchemaError, match=r"line 1.*redact 'hide' is not known.*drop, mask, hash"):
        parse_schema("columns: {a: {kind: text, redact: hide}}")


@pytest.mark.parametrize("role", ["label", "prediction", "score", "timestamp", "version"])
def test_what_figures_are_made_of_is_not_redacted(role: str) -> None:
    with pytest.raises(SchemaError, match=f"a {role} cannot be redacted by 'drop'"):
        Column(name="a", role=role, kind="categorical", redact="drop")


def test_an_id_may_be_hashed_and_not_dropped() -> None:
    assert Column(name="id", role="id", kind="categorical", redact="hash").redact == "hash"
    with pytest.raises(SchemaError, match="a id cannot be redacted by 'drop'"):
        Column(name="id", role="id", kind="categorical", redact="drop")


def test_numbers_are_dropped_or_kept() -> None:
    with pytest.raises(SchemaError, match="a numeric column has no text that 'hash' could change"):
        Column(name="income", redact="hash")


def test_columns_without_redaction_keep_their_bytes() -> None:
    # The reason, which is empty, was the last field before.
    assert encode(Column(name="a")).endswith(b',""]}]')
    assert encode(Column(name="a", redact="drop")).endswith(b',"","drop"]}]')


@pytest.mark.parametrize("column", [Column(name="a"), Column(name="a", kind="text", redact="mask")])
def test_the_profile_file_keeps_redaction(column: Column) -> None:
    assert decode(encode(column)) == column
