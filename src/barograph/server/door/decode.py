"""A request's body as a frame."""

from __future__ import annotations

import io

import polars as pl

from barograph.server.door.arrow_walk import check_stream
from barograph.server.door.errors import malformed
from barograph.server.door.isolated import read_isolated
from barograph.server.door.json_rows import json_frame, ndjson_frame
from barograph.server.door.limits import Limits
from barograph.server.door.media import Form, Packing, is_binary
from barograph.server.door.plain import plain
from barograph.server.door.unpack import unpack
from barograph.server.errors import RequestRefused


def decode(body: bytes, form: Form, packing: Packing, limits: Limits) -> pl.DataFrame:
    r"""Unpack and read a body.

    Parameters
    ----------
    body : as it was sent.
    form, packing : what its headers say, from `media`.
    limits : what it may hold.

    Returns
    -------
    One column per name; text, Int64, Float64, Boolean or temporal, or Null where every value is null. Objects and
    arrays are their JSON text; values of several types in one column, text.

    Raises
    ------
    RequestRefused
        400 where the body is not what its headers say or has no row, 413 where it holds too much.

    Examples
    --------
    >>> decode(b'{"a": 1}\n{"a": 2}', "ndjson", "none", Limits())["a"].to_list()
    [1, 2]
    """
    return read(unpacked(body, form, packing, limits), form, limits)


def unpacked(body: bytes, form: Form, packing: Packing, limits: Limits) -> bytes:
    """Unpack a body within the limits of its form; raises RequestRefused."""
    return unpack(body, packing, limits, limits.binary_bytes if is_binary(form) else limits.body_bytes)


def read(body: bytes, form: Form, limits: Limits) -> pl.DataFrame:
    """Read a body that is unpacked; see `decode`."""
    if form == "ndjson":
        frame = ndjson_frame(body, limits)
    elif form == "json":
        frame = json_frame(body, limits)
    else:
        frame = _arrow(body, limits) if form == "arrow_stream" else read_isolated(body, form, limits)
        limits.check_shape(frame.height, frame.width)
        frame = plain(frame, limits.binary_bytes)
    if frame.height == 0:
        raise RequestRefused(400, "the batch has no rows; expected one at least.", code="empty")
    return frame


def _arrow(body: bytes, limits: Limits) -> pl.DataFrame:
    check_stream(body, limits)
    try:
        return pl.read_ipc_stream(io.BytesIO(body)).rechunk()
    except (
        pl.exceptions.PolarsError,
        pl.exceptions.PanicException,
        OSError,
        ValueError,
        OverflowError,
    ) as error:
        told = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise malformed(f"the Arrow stream cannot be read ({told[:200]}); write it again.") from error
