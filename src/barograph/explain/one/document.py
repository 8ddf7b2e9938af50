"""One prediction's explanation as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from barograph.explain.one.explained import Attribution, Cell, Likes, NewPair, Novelty, Place, RowExplanation
from barograph.metrics.values import Result, Value


def document_of(explanation: RowExplanation) -> dict[str, Any]:
    """Plain values that JSON can hold."""
    e = explanation
    return {
        "reference": e.reference,
        "current": e.current,
        "answers": _cells(e.answers),
        "measure": e.measure,
        "loss": e.loss,
        "smaller": e.smaller,
        "verdict": e.verdict,
        "values": [_place(place) for place in e.places],
        "pairs": [_pair(pair) for pair in e.pairs],
        "novelty": _novelty(e.novelty),
        "like_rows": [_likes(likes) for likes in e.likes],
        "attributions": [_attribution(attribution) for attribution in e.attributions],
        "summary": list(e.summary),
        "notes": list(e.notes),
    }


def _cell(value: Cell) -> str | float | None:
    return value.isoformat() if isinstance(value, datetime) else value


def _cells(values: Mapping[str, Cell]) -> dict[str, str | float | None]:
    return {name: _cell(value) for name, value in values.items()}


def _figure(result: Result | None) -> dict[str, Any]:
    if not isinstance(result, Value):
        return {"value": None, "interval": None, "n": 0}
    ends = None if result.interval is None else list(result.interval)
    return {"value": result.value, "interval": ends, "n": result.n}


def _place(place: Place) -> dict[str, Any]:
    return {
        "column": place.column, "kind": place.kind, "value": _cell(place.value), "status": place.status,
        "quantile": place.quantile, "rows": place.rows, "share": place.share, "usual": place.usual,
        "beyond": place.beyond, "current": place.current, "sentence": place.sentence,
    }  # fmt: skip


def _pair(pair: NewPair) -> dict[str, Any]:
    return {
        "columns": list(pair.columns), "values": list(pair.values), "rows": list(pair.rows), "expected": pair.expected,
        "sentence": pair.sentence,
    }  # fmt: skip


def _novelty(novelty: Novelty) -> dict[str, Any]:
    return {
        "distance": novelty.distance, "usual": novelty.usual, "p_value": novelty.p_value,
        "windows_apart": novelty.windows_apart, "parts": dict(novelty.parts), "rows": novelty.rows,
        "sentence": novelty.sentence,
    }  # fmt: skip


def _likes(likes: Likes) -> dict[str, Any]:
    return {
        "side": likes.side, "rows": likes.rows, "distance": likes.distance, "measure": likes.measure,
        "loss": _figure(likes.loss), "all_rows": _figure(likes.all_rows), "error": _figure(likes.error),
        "nearest": [
            {"distance": row.distance, "values": _cells(row.values), "loss": row.loss} for row in likes.nearest
        ],
        "sentence": likes.sentence,
    }  # fmt: skip


def _attribution(attribution: Attribution) -> dict[str, Any]:
    return {
        "method": attribution.method, "of": attribution.of, "answer": attribution.answer, "base": attribution.base,
        "rows": attribution.rows,
        "effects": [
            {"columns": list(effect.columns), **_figure(effect.change), "sentence": effect.sentence}
            for effect in attribution.effects
        ],
        "sentence": attribution.sentence,
    }  # fmt: skip
