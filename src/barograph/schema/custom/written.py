"""The written form of metrics and rules: the same in `schema.yml` and as Python mappings."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, Final, cast

from barograph.schema.custom.model import (
    BETTER,
    Better,
    CostMatrix,
    CustomMetric,
    ErrorCost,
    Formula,
    Ratio,
    Total,
)
from barograph.schema.document import Document, Path

_KEYS: Final = (
    "sum", "ratio", "cost_matrix", "over", "under", "unit", "better", "per", "description",
)  # fmt: skip
_FORMULAS: Final = ("sum", "ratio", "cost_matrix", "over")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_EXPECTED: Final = "one formula: sum, ratio, cost_matrix, or over and under"


def read_metrics(document: Document) -> tuple[CustomMetric, ...]:
    """Read the key `metrics` of a schema.

    Parameters
    ----------
    document : a parsed file, or mappings given in Python; numbers may be written as text.

    Raises
    ------
    SchemaError
        Where a name, key or value is not as expected, with its key path.

    Examples
    --------
    >>> given = {"metrics": {"lost": {"sum": "amount", "unit": "EUR", "better": "lower"}}}
    >>> read_metrics(Document(origin="schema", values=given, lines={}))[0].formula
    Total(expression='amount')
    """
    held = _mapping(document, ("metrics",), document.values.get("metrics"), "{name: {sum: amount}}")
    return tuple(_metric(document, str(name), entry) for name, entry in held.items())


def read_rules(document: Document) -> dict[str, str]:
    """Read the key `rules` of a schema; raises SchemaError as `read_metrics` does.

    Examples
    --------
    >>> given = {"rules": {"end after start": "ended_at >= started_at"}}
    >>> read_rules(Document(origin="schema", values=given, lines={}))
    {'end after start': 'ended_at >= started_at'}
    """
    form = '{"end after start": "ended_at >= started_at"}'
    held = _mapping(document, ("rules",), document.values.get("rules"), form)
    return {str(name): _expression(document, ("rules", str(name)), text) for name, text in held.items()}


def metric_entries(metric: CustomMetric) -> dict[str, object]:
    """What is written of a metric, as `read_metrics` reads it.

    Examples
    --------
    >>> metric_entries(CustomMetric(name="lost", formula=Total(expression="amount"), better="lower"))
    {'sum': 'amount', 'better': 'lower'}
    """
    optional = {
        "unit": metric.unit or None,
        "better": metric.better,
        "per": "row" if metric.per_row else None,
        "description": metric.description or None,
    }
    return formula_entries(metric.formula) | {k: v for k, v in optional.items() if v is not None}


def formula_entries(formula: Formula) -> dict[str, object]:
    """What is written of a formula alone.

    Examples
    --------
    >>> formula_entries(Ratio(above="cost", below="loans"))
    {'ratio': ['cost', 'loans']}
    """
    if isinstance(formula, Total):
        return {"sum": formula.expression}
    if isinstance(formula, Ratio):
        return {"ratio": [formula.above, formula.below]}
    if isinstance(formula, ErrorCost):
        return {"over": formula.over, "under": formula.under}
    matrix: dict[str, dict[str, float]] = {}
    for label, prediction, cost in formula.costs:
        matrix.setdefault(label, {})[prediction] = cost
    return {"cost_matrix": matrix}


def _metric(document: Document, name: str, entry: object) -> CustomMetric:
    path = ("metrics", name)
    if not _NAME.fullmatch(name):
        raise document.wrong(path, name, "a name of small letters, digits and underscores: it is an address")
    held = _mapping(document, path, entry, "{sum: amount, unit: EUR}")
    document.check_keys(path, held, _KEYS)
    formulas = [key for key in _FORMULAS if key in held]
    if len(formulas) != 1 or ("under" in held) != ("over" in held):
        given = [key for key in _KEYS[:5] if key in held]
        raise document.wrong(path, ", ".join(given) or "no formula", _EXPECTED)
    per, better = held.get("per"), held.get("better")
    if per not in (None, "row"):
        raise document.wrong((*path, "per"), per, "row, for the mean per row; leave it out for the total")
    if per is not None and "ratio" in held:
        raise document.wrong((*path, "per"), per, "nothing: a ratio is no total")
    if better is not None and better not in BETTER:
        raise document.wrong((*path, "better"), better, f"one of {', '.join(BETTER)}")
    return CustomMetric(
        name=name,
        formula=_formula(document, path, formulas[0], held),
        unit=_text(document, (*path, "unit"), held.get("unit")),
        better=cast("Better | None", better),
        per_row=per is not None,
        description=_text(document, (*path, "description"), held.get("description")),
    )


def _formula(document: Document, path: Path, key: str, held: Mapping[str, Any]) -> Formula:
    if key == "sum":
        return Total(expression=_expression(document, (*path, key), held[key]))
    if key == "ratio":
        return _ratio(document, (*path, key), held[key])
    if key == "cost_matrix":
        return _cost_matrix(document, (*path, key), held[key])
    over, under = (_number(document, (*path, k), held[k]) for k in ("over", "under"))
    return ErrorCost(over=over, under=under)


def _ratio(document: Document, path: Path, value: object) -> Ratio:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise document.wrong(path, value, "two sums, such as [cost, loans_granted]")
    above, below = (_expression(document, path, part) for part in value)
    return Ratio(above=above, below=below)


def _cost_matrix(document: Document, path: Path, value: object) -> CostMatrix:
    form = '{label: {prediction: cost}}, such as {"yes": {"no": 500}}'
    rows = _mapping(document, path, value, form)
    costs = [
        (_class(label), _class(answer), _number(document, (*path, _class(label), _class(answer)), cost))
        for label, row in rows.items()
        for answer, cost in _mapping(document, (*path, _class(label)), row, form).items()
    ]
    if not costs:
        raise document.wrong(path, value, form)
    return CostMatrix(costs=tuple(costs))


def _class(name: object) -> str:
    """A class as text, as typed rows hold it."""
    if isinstance(name, bool):
        return str(name).lower()
    return str(int(name)) if isinstance(name, float) and name.is_integer() else str(name)


def _mapping(document: Document, path: Path, value: object, form: str) -> Mapping[Any, Any]:
    if value is None and len(path) == 1:
        return {}
    if not isinstance(value, Mapping):
        raise document.wrong(path, value, f"a mapping such as {form}")
    return value


def _expression(document: Document, path: Path, value: object) -> str:
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise document.wrong(path, value, "a column or an SQL expression of one row's columns")


def _text(document: Document, path: Path, value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    raise document.wrong(path, value, "one text")


def _number(document: Document, path: Path, value: object) -> float:
    try:
        number = math.nan if isinstance(value, bool) else float(cast("Any", value))
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise document.wrong(path, value, "a finite number")
    return number
