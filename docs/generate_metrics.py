"""Write docs/reference/metrics.md from the metrics' declarations.

uv run python docs/generate_metrics.py
"""

from __future__ import annotations

from pathlib import Path

from barograph.metrics.address import Address, Argument
from barograph.metrics.arguments import allowed_arguments, required_parameters
from barograph.metrics.registry import BUILT_IN
from barograph.metrics.spec import MetricSpec
from barograph.operations import evaluate as operations
from barograph.operations.registry import METRICS as OPERATIONS
from barograph.operations.registry import operational_arguments

PAGE = Path(__file__).parent / "reference" / "metrics.md"
_HEAD = """\
# Metrics

Generated from the declarations by `docs/generate_metrics.py`; do not edit.

A metric is named everywhere by one address, `family.metric(column="…", class="…", k=…, segment="…")`: in Python with
`barograph.evaluate(address, current, reference)`, in checks, in JSON. Texts stand in double quotes with JSON's escapes,
numbers bare. `segment` is optional for every metric of rows; without it all rows are meant. The answer is a value with
the rows it rests on and, where there is one, its 95 % interval; or *undefined* with a reason, never NaN.
"""
_FAMILIES = {
    "quality": "What one window's rows say about their columns. No reference is needed.\n\n"
    "**Bins**: those of the reference's grid, for quantiles alone; counts and means are exact sums. **Missing "
    "values**: nulls, values of `null_values`, mismatches and NaN are no values; shares are of all rows, figures of "
    "values of those that have one.",
    "drift": "How far a column's distribution has moved from the reference's. A reference is needed.\n\n"
    "**Bins**: at most 20 of about equal reference mass, each of at least 50 reference rows, or one a category; "
    "statistics of order use the whole grid. **Missing values**: a cell of their own in every statistic on cells, as "
    "are unseen values and those beyond the range; statistics of order take the finite values.",
    "performance": "How right the model's answers are, on the rows that have a label.\n\n"
    "**Bins**: none for sums of errors and for counts of answers, which are exact; score bins for curves, residual "
    "bins for quantiles of errors. **Missing values**: a row without label, or without the answer a metric needs, is "
    "not judged and counts in no figure but `performance.coverage`.",
    "operations": "What a server sees of a service in a span of time: readings that are sent, heartbeats, the arrival "
    "of rows, feedback. They need no profile: `barograph.operations.evaluate.evaluate_readings(address, seen)`.\n\n"
    "**Bins**: 8 an octave, for quantiles alone; counts, sums and extremes are exact. **Missing values**: a reading "
    "that is not a finite number is refused; minutes without one count in no figure but `operations.availability`.",
}
_CUSTOM = """\
## Custom

A schema declares metrics of its own, `custom.NAME`: sums of row expressions, their ratios, costs of answers and of
errors. They have intervals, windows and segments as the others do, and take the argument `segment`. How to declare
them: [how-to/business-metrics.md](../how-to/business-metrics.md).
"""
_DIRECTIONS = {
    "higher_is_better": "higher is better",
    "lower_is_better": "lower is better",
    "zero_is_best": "0 is best",
    "neutral": "neither way",
}
_UNITS = {
    "": "pure number", "label": "the label's own", "column": "the column's own", "reading": "the reading's own",
}  # fmt: skip
_EXAMPLES: dict[str, Argument] = {
    "column": "income", "class": "yes", "q": 0.95, "k": 0.1, "average": "macro",
    "rule": "end after start", "name": "revenue", "kind": "override",
}  # fmt: skip
_KINDS = {"operations.event_count": "schema_change"}
_ALL = (*BUILT_IN, *OPERATIONS)


def render() -> str:
    """The whole page."""
    parts = [_HEAD, _contents()]
    for family in dict.fromkeys(spec.family for spec in _ALL):
        parts.append(f"## {family.capitalize()}\n\n{_FAMILIES[family]}\n")
        parts += [_section(spec) for spec in _ALL if spec.family == family]
    parts.append(_CUSTOM)
    return "\n".join(parts)


def _contents() -> str:
    rows = [
        f"| [`{s.name}`](#{s.name.replace('.', '')}) | {s.title} | {_for(s)} | {_DIRECTIONS[s.direction]} |"
        for s in _ALL
    ]
    return "\n".join(["| metric | what it is | for | |", "|---|---|---|---|", *rows]) + "\n"


def _section(spec: MetricSpec) -> str:
    rows = [
        ("address", f"`{_example(spec)}`"),
        ("arguments", _arguments(spec)),
        ("for", _for(spec)),
        ("unit", _UNITS.get(spec.unit, spec.unit)),
        ("range", _range(spec)),
        ("direction", _DIRECTIONS[spec.direction]),
        ("rows needed", str(spec.minimum_rows)),
        ("source", _escaped(spec.source)),
    ]
    table = "\n".join(["| | |", "|---|---|", *(f"| {name} | {text} |" for name, text in rows)])
    return (
        f"### `{spec.name}`\n\n**{spec.title}.** {spec.definition}\n\n"
        f"*When it misleads*: {spec.misleads}\n\n{table}\n"
    )


def _example(spec: MetricSpec) -> Address:
    given = tuple((name, _KINDS.get(spec.name, _EXAMPLES[name])) for name in _required(spec))
    return Address(spec.name, given)


def _required(spec: MetricSpec) -> tuple[str, ...]:
    of_operations = spec.scope == "readings"
    return operations.required_parameters(spec) if of_operations else required_parameters(spec)


def _arguments(spec: MetricSpec) -> str:
    required = _required(spec)
    names = operational_arguments(spec) if spec.scope == "readings" else allowed_arguments(spec)
    if not names:
        return "none"
    return ", ".join(f"`{name}`" + (" (required)" if name in required else "") for name in names)


def _for(spec: MetricSpec) -> str:
    if spec.scope == "readings":
        return ", ".join(spec.applies_to)
    if spec.scope in ("table", "custom"):
        return "rules of the schema" if "rule" in spec.parameters else "all rows"
    kind = "tasks" if spec.scope == "outcome" else "columns"
    return f"{', '.join(spec.applies_to)} {kind}"


def _range(spec: MetricSpec) -> str:
    low, high = spec.range
    opened = "(−∞" if low is None else f"[{low:g}"
    closed = "∞)" if high is None else f"{high:g}]"
    return f"{opened}, {closed}"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(render(), encoding="utf-8")
    print(PAGE)
