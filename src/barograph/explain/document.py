"""An explanation as JSON; its schema is in docs/reference/explanation.schema.json."""

from __future__ import annotations

from typing import Any

from barograph.explain.explanation import Action, ColumnCause, Explanation, Onset, Part, SegmentCause, Since
from barograph.metrics.values import Result, Value


def document_of(explanation: Explanation) -> dict[str, Any]:
    """Plain values that JSON can hold."""
    e = explanation
    return {
        "metric": e.metric,
        "reference": {"name": e.reference, **_figure(e.before)},
        "current": {"name": e.current, **_figure(e.after)},
        "change": _figure(e.change),
        "shown": e.shown,
        "detectable": e.detectable,
        "verdict": e.verdict,
        "parts": [_part(part) for part in e.parts],
        "columns": [_column(column) for column in e.columns],
        "segments": [_segment(segment) for segment in e.segments],
        "since": None if e.since is None else _since(e.since),
        "actions": [_action(action) for action in e.actions],
        "summary": list(e.summary),
        "notes": list(e.notes),
    }


def _figure(result: Result | None) -> dict[str, Any]:
    if not isinstance(result, Value):
        return {"value": None, "interval": None, "n": 0}
    return {
        "value": result.value,
        "interval": None if result.interval is None else list(result.interval),
        "n": result.n,
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "cause": part.cause,
        "name": part.name,
        **_figure(part.amount),
        "share": part.share,
        "sentence": part.sentence,
    }


def _column(column: ColumnCause) -> dict[str, Any]:
    return {
        "columns": list(column.columns), "mix": _figure(column.mix), "new_territory": _figure(column.new_territory),
        "unseen_share": column.unseen_share, "heterogeneity": column.heterogeneity, "rank_x": column.rank_x,
        "rank_concept": column.rank_concept, "confounded_with": list(column.confounded_with),
        "along": column.along, "sentence": column.sentence,
    }  # fmt: skip


def _segment(segment: SegmentCause) -> dict[str, Any]:
    return {
        "segment": segment.segment, "found": segment.found, "rows": list(segment.rows),
        "reference": _figure(segment.reference), "current": _figure(segment.current),
        "mix": _figure(segment.mix) if segment.mix else None,
        "within": _figure(segment.within) if segment.within else None,
        "p_value": segment.p_value, "sentence": segment.sentence,
    }  # fmt: skip


def _onset(onset: Onset) -> dict[str, Any]:
    return {
        "series": onset.series, "window": onset.window.isoformat(),
        "interval": [end.isoformat() for end in onset.interval], "before": onset.before, "after": onset.after,
    }  # fmt: skip


def _since(since: Since) -> dict[str, Any]:
    metric = since.metric
    return {
        "window": None if metric is None else metric.window.isoformat(),
        "interval": None if metric is None else [end.isoformat() for end in metric.interval],
        "events": [{"at": e.at.isoformat(), "kind": e.kind, "name": e.name} for e in since.events],
        "columns": [_onset(column) for column in since.columns],
        "bad_windows": [window.isoformat() for window in since.bad_windows],
        "sentence": since.sentence,
    }


def _action(action: Action) -> dict[str, Any]:
    gain = _figure(action.gain)
    return {
        "action": action.action, "name": action.name, "gain": gain["value"], "interval": gain["interval"],
        "sufficient": action.sufficient, "sentence": action.sentence, "changes_if": action.changes_if,
    }  # fmt: skip
