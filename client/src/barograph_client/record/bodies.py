"""JSON requests and replies as rows."""

from __future__ import annotations

import json
from typing import Any, Final

from barograph_client.errors import RowsError
from barograph_client.record.answers import answer_of

#: Where a request keeps its rows, in the order looked for; the last three are those of model servers.
_ROWS: Final = ("features", "rows", "instances", "inputs", "data")
_ANSWERS: Final = ("predictions", "rows", "outputs", "results")


def read_bodies(request: bytes, response: bytes) -> list[dict[str, object]]:
    """Rows of a JSON request and its reply.

    The request is an object, the features; or a list of them; or an object with either under `features`, `rows`,
    `instances`, `inputs` or `data`, whose other plain entries (an id, a timestamp) are kept. The reply is a prediction,
    an object as in `record/answers.py`, or a list with one a row, by itself or under `predictions`, `rows`,
    `outputs` or `results`.

    Raises
    ------
    RowsError
        The request holds no rows, or the reply another number of them.
    ValueError
        One is no JSON.

    Examples
    --------
    >>> read_bodies(b'{"income": 5}', b'{"prediction": 1}')
    [{'income': 5, 'prediction': 1}]
    >>> read_bodies(b'[{"x": 1}, {"x": 2}]', b'[0.5, 0.75]')
    [{'x': 1, 'prediction': 0.5}, {'x': 2, 'prediction': 0.75}]
    """
    asked = _under(json.loads(request), _ROWS)
    replied = _under(json.loads(response), _ANSWERS)
    if isinstance(asked, dict):
        return [{**asked, **answer_of(replied)}]
    if not isinstance(asked, list) or not all(isinstance(row, (dict, list)) for row in asked):
        raise RowsError(
            "the request is neither an object nor a list of rows; give the route a `read` of your own"
        )
    replies = replied if isinstance(replied, list) else [replied]
    if len(replies) != len(asked):
        raise RowsError(f"{len(replies)} answers to {len(asked)} rows; give the route a `read` of your own")
    return [{**_named(row), **answer_of(reply)} for row, reply in zip(asked, replies, strict=True)]


def _under(body: Any, names: tuple[str, ...]) -> Any:
    """What stands under the first of some names, with the plain entries beside it; the body where none does."""
    if not isinstance(body, dict):
        return body
    for name in names:
        held = body.get(name)
        if isinstance(held, list):
            return held
        if isinstance(held, dict):
            beside = {k: v for k, v in body.items() if k != name and not isinstance(v, (dict, list))}
            return {**beside, **held}
    return body


def _named(row: dict[str, Any] | list[Any]) -> dict[str, Any]:
    return row if isinstance(row, dict) else {f"x{i}": value for i, value in enumerate(row)}
