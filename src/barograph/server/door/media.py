"""Which form a body has, by its headers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from barograph.errors import did_you_mean
from barograph.server.door.errors import unsupported

Form = Literal["ndjson", "json", "arrow_stream", "arrow_file", "parquet"]
Packing = Literal["none", "gzip", "zstd"]

FORMS: Final[Mapping[str, Form]] = MappingProxyType(
    {
        "application/x-ndjson": "ndjson",
        "application/ndjson": "ndjson",
        "application/jsonl": "ndjson",
        "application/json": "json",
        "application/vnd.apache.arrow.stream": "arrow_stream",
        "application/vnd.apache.arrow.file": "arrow_file",
        "application/vnd.apache.parquet": "parquet",
    }
)
_PACKINGS: Final[Mapping[str, Packing]] = {
    "": "none", "identity": "none", "none": "none", "gzip": "gzip", "x-gzip": "gzip", "zstd": "zstd",
}  # fmt: skip
_CHARSETS: Final = ("utf-8", "utf8", "us-ascii", "ascii")
_SHOWN: Final = 80


def form_of(content_type: str | None) -> Form:
    """The form a content type names.

    Raises
    ------
    RequestRefused
        415 for another type or another charset than UTF-8.

    Examples
    --------
    >>> form_of("application/json; charset=utf-8")
    'json'
    """
    name, _, parameters = (content_type or "").partition(";")
    form = FORMS.get(name.strip().lower())
    if form is None:
        hint = did_you_mean(name, FORMS) or "."
        raise unsupported(
            f"content type {name.strip()[:_SHOWN]!r} is not read{hint} Expected one of: {', '.join(FORMS)}."
        )
    for parameter in parameters.split(";"):
        key, _, value = parameter.partition("=")
        charset = value.strip().strip('"').lower()
        if key.strip().lower() == "charset" and charset not in _CHARSETS:
            raise unsupported(
                f"charset {charset[:_SHOWN]!r} is not read; expected UTF-8. Encode the body again."
            )
    return form


def packing_of(content_encoding: str | None) -> Packing:
    """How a body is packed.

    Raises
    ------
    RequestRefused
        415 for another encoding, and for several one inside the other.

    Examples
    --------
    >>> packing_of("gzip")
    'gzip'
    """
    named = (content_encoding or "").strip().lower()
    packing = _PACKINGS.get(named)
    if packing is None:
        raise unsupported(
            f"content encoding {named[:_SHOWN]!r} is not read; expected gzip, zstd or none, and one of them alone."
        )
    return packing


def is_binary(form: Form) -> bool:
    """Whether a form is limited as Arrow and Parquet are, not as text.

    Examples
    --------
    >>> is_binary("parquet"), is_binary("ndjson")
    (True, False)
    """
    return form not in ("ndjson", "json")
