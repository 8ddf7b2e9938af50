"""What the schema redacts is nowhere in what is stored."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from barograph.schema.model import Column, Schema
from barograph.server.door.check import Sent, check
from barograph.server.door.redact import hashed, redacted, redacted_ids, redaction_key

_KEY = b"0" * 32
_SCHEMA = Schema(
    columns=(
        Column(name="id", role="id", kind="categorical", redact="hash"),
        Column(name="mail", kind="text", redact="mask"),
        Column(name="salary", redact="drop"),
        Column(name="city", kind="categorical", redact="hash"),
        Column(name="x"),
    )
)
_ROWS = pl.DataFrame(
    {"id": ["k1"], "mail": ["Ann@Example.org 17"], "salary": [70_000], "city": ["Köln"], "x": [1]}
)


def test_each_way_leaves_what_it_should() -> None:
    row = redacted(_ROWS, _SCHEMA, _KEY).row(0, named=True)
    assert row == {
        "id": hashed("k1", _KEY), "mail": "Aaa@Aaaaaaa.aaa 00", "city": hashed("Köln", _KEY), "x": 1
    }  # fmt: skip


@pytest.mark.parametrize(("text", "mask"), [("Straße 5b", "Aaaaaa 0a"), ("٣ Ж ж", "0 A a"), ("日本", "aa")])
def test_a_mask_keeps_the_shape_of_any_script(text: str, mask: str) -> None:
    held = redacted(pl.DataFrame({"mail": [text]}), _SCHEMA, _KEY)
    assert held["mail"].to_list() == [mask]


def test_equal_values_stay_equal_and_nulls_null() -> None:
    held = redacted(pl.DataFrame({"city": ["a", None, "a", "b"]}), _SCHEMA, _KEY)["city"]
    assert held[0] == held[2] != held[3]
    assert held[1] is None


def test_another_key_gives_other_hashes() -> None:
    assert hashed("a", _KEY) != hashed("a", b"1" * 32)


def test_a_number_and_its_text_are_one_id() -> None:
    frame = check(
        pl.DataFrame({"id": [7], "x": [1]}), _SCHEMA, "predictions", Sent(batch_id="b", received_at=0, key=_KEY)
    ).frame  # fmt: skip
    assert frame["barograph_id"].to_list() == [hashed("7", _KEY)] == frame["id"].to_list()
    assert redacted_ids(pl.Series(["7"]), _SCHEMA, _KEY).to_list() == [hashed("7", _KEY)]


@pytest.mark.parametrize("kind", ["predictions", "labels"])
def test_nothing_redacted_is_in_what_is_stored_or_in_dead_letters(kind: str) -> None:
    schema = Schema(columns=(*_SCHEMA.columns, Column(name="y", role="label")), task="regression")
    rows = pl.concat([_ROWS, _ROWS]).with_columns(y=pl.Series([1, None]), row=pl.Series([0, -1]))
    found = check(rows, schema, kind, Sent(batch_id="b", received_at=0, key=_KEY))
    assert found.rejected
    stored = f"{found.frame.to_dicts()}{found.refused.to_dicts()}"
    assert not any(secret in stored for secret in ("k1", "Ann", "70000", "Köln"))


def test_the_key_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    key = redaction_key(tmp_path)
    assert len(key) == 32
    assert redaction_key(tmp_path) == key
    assert (tmp_path / "redaction.key").stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["redaction.key"]
