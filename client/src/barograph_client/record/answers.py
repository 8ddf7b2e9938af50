"""What functions and models answer, by its names on the wire."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Final

from barograph_client.tables.records import listed

#: Entries of an answer that are taken by their names.
NAMED: Final = ("prediction", "score", "scores", "label", "prediction_id", "row", "timestamp")


def answer_of(answer: Any) -> dict[str, object]:
    """One row's answer.

    A mapping with any of the wire's names (`prediction`, `score`, …) gives those; another mapping of numbers is scores
    by class; a dataclass or a pydantic model is taken as its mapping; anything else is the prediction, an array of
    one value as that value.

    Examples
    --------
    >>> answer_of({"prediction": "yes", "score": 0.8, "took": 3})
    {'prediction': 'yes', 'score': 0.8}
    >>> answer_of({"no": 0.2, "yes": 0.8})
    {'scores': {'no': 0.2, 'yes': 0.8}}
    >>> answer_of([3.5])
    {'prediction': 3.5}
    """
    if dataclasses.is_dataclass(answer) and not isinstance(answer, type):
        answer = {f.name: getattr(answer, f.name) for f in dataclasses.fields(answer)}
    elif hasattr(answer, "model_dump"):
        answer = answer.model_dump()
    if isinstance(answer, Mapping):
        found: dict[str, object] = {name: answer[name] for name in NAMED if name in answer}
        if found or not all(isinstance(v, (int, float)) for v in answer.values()):
            return found
        return {"scores": {str(k): v for k, v in answer.items()}}
    if isinstance(answer, (list, tuple)) or getattr(answer, "shape", ()) != ():
        values = listed(answer)
        return {"prediction": values[0] if len(values) == 1 else list(values)}
    return {} if answer is None else {"prediction": answer}


def answers_of(answer: Any) -> dict[str, Any]:
    """Many rows' answers: a mapping or frame gives its columns of the wire's names, anything else is predictions.

    Examples
    --------
    >>> answers_of([1, 2])
    {'predictions': [1, 2]}
    """
    names = {
        "prediction": "predictions",
        "score": "scores",
        "scores": "scores",
        "label": "labels",
        "prediction_id": "ids",
    }
    if isinstance(answer, Mapping) or hasattr(answer, "columns"):
        return {names[name]: answer[name] for name in names if name in answer}
    if isinstance(answer, (list, tuple)) and answer and isinstance(answer[0], Mapping):
        found = [answer_of(one) for one in answer]
        return {names[name]: [one.get(name) for one in found] for name in names if name in found[0]}
    return {} if answer is None else {"predictions": answer}
