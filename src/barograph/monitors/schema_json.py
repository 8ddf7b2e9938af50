"""The JSON Schema of a file of monitors, for editors and for those who write such files by program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, get_args

from barograph.monitors.condition import Season, Side
from barograph.monitors.file import DEFAULTS, SETTINGS
from barograph.monitors.monitor import FROM_IMPACT, SEVERITIES, Policy

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_NUMBER: Final = {
    "description": "A number; 5% is 0.05.",
    "anyOf": [
        {"type": "number"},
        {"type": "string", "pattern": r"^\s*[+-]?[0-9.]+([eE][+-]?[0-9]+)?\s*%?\s*$"},
    ],
}
_WHOLE: Final = {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[0-9]+$"}]}
_LENGTH: Final = {
    "description": "A length of time: 30s, 10m, 6h, 3d, 1w, or seconds.",
    "anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"^\s*[0-9.]+\s*[smhdw]?\s*$"}],
}
_FLAG: Final = {"enum": [True, False, "true", "false"]}
_NAMES: Final = {
    "anyOf": [
        {"type": "string", "minLength": 1},
        {"type": "array", "items": {"type": "string", "minLength": 1}},
    ]
}
_SIDES: Final = {"enum": list(get_args(Side))}
_PLAIN: Final = {"type": "object"}


def monitors_schema() -> dict[str, Any]:
    """The schema, JSON Schema 2020-12; it describes what `read_file_document` takes.

    Notes
    -----
    What depends on a metric's declaration (its arguments, its task, whether it is a share) is checked when the file is
    read, with near misses; the schema keeps to the form.

    Examples
    --------
    >>> sorted(monitors_schema()["properties"])
    ['calendars', 'defaults', 'inhibitions', 'monitors', 'routes']
    """
    forms = {"inhibitions": _inhibition()}
    settings = {key: {"type": "object", "additionalProperties": forms.get(key, _PLAIN)} for key in SETTINGS}
    monitor = _keys()
    return {
        "$schema": _DIALECT,
        "title": "Monitors",
        "description": "monitors.yml, and the body of PUT /v1/projects/{project}/monitors.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "monitors": {"type": "array", "items": {"$ref": "#/$defs/monitor"}},
            "defaults": _object(
                {key: monitor[key] for key in DEFAULTS}, "Said once for monitors that do not say."
            ),
            **settings,
        },
        "$defs": {
            "monitor": _object(
                monitor, "What is watched, and when it is an alert.", "name", "metric", "when"
            ),
            "when": _when(),
            "part": _object(
                {"metric": {"type": "string"}, "against": _against(), **_conditions()},
                "A condition of several, of the monitor's own metric or of another.",
            ),
        },
    }


def _keys() -> dict[str, Any]:
    policy = {"enum": list(get_args(Policy))}
    return {
        "name": {"type": "string", "minLength": 1, "maxLength": 200, "description": "Unique in its project."},
        "metric": {
            "type": "string",
            "description": 'A metric address, such as drift.total_variation(column="income"); * for every one.',
        },
        "models": _said(_NAMES, "Names, or patterns with *; default: every model."),
        "version": {"type": "string", "description": "all (default), each, latest, or a version's name."},
        "window": {
            "type": "string",
            "pattern": r"^\s*[0-9]+\s*(m|h|d|w|mo)\s*$",
            "description": "Default: 1d.",
        },
        "against": _against(),
        "when": {"$ref": "#/$defs/when"},
        "for": _said(_WHOLE, "Breached windows in a row before it fires; default: 1."),
        "clear": _said(_WHOLE, "Good windows in a row before it is resolved; default: 2."),
        "needs": _object(
            {
                "rows": _said(_WHOLE, "Fewer give unknown."),
                "label_age": _said(_LENGTH, "How long after a window's end its labels are waited for."),
                "coverage": _said(_NUMBER, "Smallest share of labelled rows."),
            },
            "What a window must have before it is judged.",
        ),
        "lateness": _said(_LENGTH, "How long after a window's end its rows are waited for."),
        "no_data": _said(policy, "Where a window has no rows; default: keep."),
        "error": _said(policy, "Where it cannot be computed; default: alert."),
        "unknown": _said(policy, "Where it cannot be judged; default: keep."),
        "severity": {"enum": [*SEVERITIES, FROM_IMPACT]},
        "notify": _said(_NAMES, "Names of routes; default: the project's."),
        "calendars": _said(_NAMES, "Names of calendars whose times are left out."),
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "runbook": {"type": "string"},
        "owner": {"type": "string"},
        "reason": {"type": "string"},
        "enabled": _FLAG,
    }


def _against() -> dict[str, Any]:
    return {
        "type": "string",
        "description": "reference (default), reference(name), none, previous, previous(7), season(1w), segment(rest), "
        'segment("country=DE"), version(previous), version("1").',
    }


def _when() -> dict[str, Any]:
    several = {
        key: value
        for key, value in _conditions().items()
        if key not in ("above", "below", "outside", "clear")
    }
    limit = dict.fromkeys(("above", "below", "clear"), _NUMBER)
    return {
        "description": "One condition.",
        "anyOf": [
            _object({**limit, "outside": _pair()}, "A fixed limit; clear: where a firing alert recovers."),
            *(_object({key: value}, "", key) for key, value in several.items()),
        ],
    }


def _conditions() -> dict[str, Any]:
    parts = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/part"}}
    return {
        "above": _NUMBER,
        "below": _NUMBER,
        "outside": _pair(),
        "clear": _NUMBER,
        "change": _change(),
        "band": {"anyOf": [_NUMBER, _band()]},
        "calibrated": {"anyOf": [{"enum": [True, "true"]}, _calibrated()]},
        "anytime": {
            "anyOf": [
                {"enum": [True, "true"]},
                _object({"level": _NUMBER, "tolerance": _NUMBER}, "Watched for ever."),
            ]
        },
        "burn": _burn(),
        "all": parts,
        "any": parts,
    }


def _change() -> dict[str, Any]:
    held = {"above": _NUMBER, "below": _NUMBER, "clear": _NUMBER, "relative": _FLAG, "sure": _FLAG}
    return {
        "description": "-5%, +5%, ±5%, 0.02 in the metric's own unit, or a mapping.",
        "anyOf": [{"type": "string"}, {"type": "number"}, _object(held, "")],
    }


def _band() -> dict[str, Any]:
    seasons = {"enum": list(get_args(Season))}
    return _object(
        {"width": _NUMBER, "side": _SIDES, "season": seasons, "windows": _WHOLE, "fewest": _WHOLE},
        "Robust standard deviations about the median of like windows.",
    )


def _calibrated() -> dict[str, Any]:
    budget = {"type": "string", "pattern": "per model per", "description": "Such as 1 per model per quarter."}
    return _object(
        {"level": _NUMBER, "budget": budget, "side": _SIDES, "matters": _NUMBER},
        "More than noise, than the reference's own variation, and enough to matter.",
    )


def _burn() -> dict[str, Any]:
    rate = {"type": "array", "minItems": 3, "maxItems": 3, "prefixItems": [_NUMBER, _LENGTH, _LENGTH]}
    return _object(
        {"objective": _NUMBER, "days": _NUMBER, "rates": {"type": "array", "minItems": 1, "items": rate}},
        "An objective whose error budget burns too fast; rates: [rate, long span, short span].",
        "objective",
    )


def _inhibition() -> dict[str, Any]:
    matchers = {
        "description": 'Conditions on labels, such as about="pipeline".',
        "anyOf": [{"type": "string", "minLength": 1}, {"type": "object"}, {"type": "array", "minItems": 1}],
    }
    return _object(
        {
            "cause": matchers,
            "effect": matchers,
            "equal": _said(_NAMES, "Labels that both have alike, such as [project, model]."),
            "reason": {"type": ["string", "null"]},
            "within": {
                "description": "How long after its cause an effect begins at the latest; default: while that fires.",
                "anyOf": [{"type": "null"}, _LENGTH],
            },
        },
        "Where the cause fires, the effect is not told.",
        "cause",
        "effect",
        "equal",
    )


def _pair() -> dict[str, Any]:
    return {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2}


def _said(form: Mapping[str, Any], description: str) -> dict[str, Any]:
    return {**form, "description": description}


def _object(properties: Mapping[str, Any], description: str, *required: str) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": dict(properties),
        **({"description": description} if description else {}),
        **({"required": list(required)} if required else {}),
    }
