"""What the schema says must not be stored as it is: dropped, masked, or hashed under a key."""

from __future__ import annotations

import hmac
from pathlib import Path
from typing import Final

import polars as pl

from barograph.frames.typed import typed_column
from barograph.schema.model import Column, Schema
from barograph.server.door.series import framed
from barograph.store.key_file import kept_key

_HASH_BYTES: Final = 16


def redacted(frame: pl.DataFrame, schema: Schema, key: bytes) -> pl.DataFrame:
    """Redact raw rows as their schema says.

    Parameters
    ----------
    frame : raw columns under the schema's names; others are left as they are.
    key : under which values are hashed; see `redaction_key`.

    Examples
    --------
    >>> column = Column(name="iban", kind="text", redact="mask")
    >>> redacted(pl.DataFrame({"iban": ["DE89 3704"]}), Schema(columns=(column,)), b"")["iban"][0]
    'AA00 0000'
    """
    asked = [c for c in schema.columns if c.redact is not None and c.name in frame.columns]
    if not asked:
        return frame
    held = {series.name: series for series in frame.iter_columns()}
    for column in asked:
        if column.redact == "drop":
            del held[column.name]
        else:
            held[column.name] = redacted_values(held[column.name], column, key)
    return framed(list(held.values()), frame.height)


def redacted_values(raw: pl.Series, column: Column, key: bytes) -> pl.Series:
    """Mask or hash the values of one column; nulls stay null.

    Examples
    --------
    >>> redacted_values(pl.Series(["Ann-7"]), Column(name="n", kind="text", redact="mask"), b"").to_list()
    ['Aaa-0']
    """
    texts = typed_column(raw.alias("values"), column, "UTC")[0].cast(pl.String)
    if column.redact == "mask":
        return _masked(texts).alias(raw.name)
    different = texts.unique().drop_nulls()
    hashes = pl.Series([hashed(text, key) for text in different], dtype=pl.String)
    return texts.replace_strict(different, hashes, default=None, return_dtype=pl.String).alias(raw.name)


def redacted_ids(ids: pl.Series, schema: Schema, key: bytes) -> pl.Series:
    """Ids as they are stored: hashed where the schema's id column says so, else as they are.

    Examples
    --------
    >>> redacted_ids(pl.Series(["a"]), Schema(columns=()), b"").to_list()
    ['a']
    """
    column = schema.one("id")
    if column is None or column.redact != "hash":
        return ids
    return pl.Series(
        ids.name, [None if i is None else hashed(i, key) for i in ids.to_list()], dtype=pl.String
    )


def hashed(text: str, key: bytes) -> str:
    """A text under a keyed hash: HMAC-SHA-256, its first 16 bytes in hexadecimal.

    Examples
    --------
    >>> len(hashed("a", b"key"))
    32
    """
    return hmac.digest(key, text.encode(), "sha256")[:_HASH_BYTES].hex()


def redaction_key(data: Path) -> bytes:
    """The key of a data directory, made at the first call; kept in `redaction.key`, readable by its owner alone.

    Raises
    ------
    StoreUnavailable
        Where it can be neither read nor made.
    """
    return kept_key(data / "redaction.key")


def _masked(texts: pl.Series) -> pl.Series:
    shape = pl.first().str.replace_all(r"\p{Lu}", "A").str.replace_all(r"[\p{L}--\p{Lu}]", "a")
    return texts.to_frame().select(shape.str.replace_all(r"\p{N}", "0")).to_series()
