"""Write docs/reference/monitors.md and monitors.schema.json from the types of monitors.

uv run python docs/generate_monitors.py
"""

from __future__ import annotations

import json
from pathlib import Path

from barograph.monitors.arrays import Course, Number
from barograph.monitors.catalogue import TYPES
from barograph.monitors.catalogue.kind import MonitorType
from barograph.monitors.file import MonitorFile
from barograph.monitors.schema_json import monitors_schema
from barograph.monitors.yaml import format_monitors

PAGE = Path(__file__).parent / "reference" / "monitors.md"
SCHEMA = PAGE.with_name("monitors.schema.json")
_HEAD = """\
# Monitors

Generated from the catalogue by `docs/generate_monitors.py`; do not edit. How monitors are written and applied:
[how-to/monitors.md](../how-to/monitors.md). The form as a JSON Schema: [monitors.schema.json](monitors.schema.json).

A monitor is a metric, what it is compared with, and a condition. Any [metric](metrics.md) can be watched under any
condition; these {count} types each answer a question no other answers. `barograph suggest monitors` chooses the few
that suit a model. Below each stands a series that fires and one that does not, window by window; both are run in the
project's tests.
"""


def render() -> str:
    """The whole page."""
    groups = list(dict.fromkeys(t.group for t in TYPES))
    parts = [_HEAD.format(count=len(TYPES)), _contents(groups)]
    for group in groups:
        parts.append(f"## {group}\n")
        parts += [_section(t) for t in TYPES if t.group == group]
    return "\n".join(parts)


def schema_text() -> str:
    """The JSON Schema as it is written."""
    return json.dumps(monitors_schema(), indent=2, ensure_ascii=False) + "\n"


def _contents(groups: list[str]) -> str:
    rows = [
        f"| {t.question} | [{t.name}](#{t.name.replace(' ', '-').replace(chr(39), '')}) |"
        for group in groups
        for t in TYPES
        if t.group == group
    ]
    return "\n".join(["| question | type |", "|---|---|", *rows]) + "\n"


def _section(kind: MonitorType) -> str:
    entry = format_monitors(MonitorFile(monitors=(kind.monitor,)))
    written = "\n".join(line[2:] for line in entry.splitlines()[1:])
    return (
        f"### {kind.name}\n\n{kind.question}\n\n```yaml\n{written}\n```\n\n"
        f"Fires: {_shown(kind.fires)}\n\nDoes not: {_shown(kind.quiet)}\n"
    )


def _shown(course: Course) -> str:
    """A course in words; a long beginning that is only usual is cut."""
    told = f"`{_numbers(course.values)}`"
    beside = []
    if course.p_values:
        beside.append(f"p-values `{_numbers(course.p_values)}`")
    if course.compared is not None:
        beside.append(f"compared with `{course.compared:g}`")
    if course.reference:
        beside.append(f"the reference's own windows `{_numbers(course.reference)}`")
    if course.spread is not None:
        beside.append(f"95 % intervals of ± `{course.spread:g}`")
    beside += [f"`{name}` `{_numbers(part.values)}`" for name, part in course.parts.items()]
    return "; ".join([told, *beside]) + "."


def _numbers(values: tuple[Number, ...]) -> str:
    words = ["no rows" if v is None else v if isinstance(v, str) else f"{v:g}" for v in values]
    return ", ".join(words if len(words) <= 10 else [*words[:3], "…", *words[-3:]])


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
    SCHEMA.write_text(schema_text(), encoding="utf-8")
    print(PAGE)
