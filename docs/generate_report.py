"""Write docs/reference/report.md from the JSON Schema of reports.

uv run python docs/generate_report.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "reference"
PAGE = FOLDER / "report.md"
_HEAD = """\
# Report as JSON

Generated from [report.schema.json](report.schema.json) by `docs/generate_report.py`; do not edit.

What `report.to_dict()`, `report.save("report.json")` and `barograph compare REFERENCE CURRENT --json` give. Every
number is finite. A figure that could not be computed is null, and listed with its reason under `undefined`.

```python
import json

import polars as pl

import barograph as bg

rows = pl.DataFrame({"x": [float(i % 17) for i in range(400)], "y": [float(i % 19) for i in range(400)]})
reference = bg.profile(rows, bg.Schema.infer(rows, prediction="x", label="y", task="regression"))
current = bg.profile(rows.tail(300), like=reference)
told = json.loads(json.dumps(bg.compare(reference, current).to_dict()))
print(told["verdict"])
print(told["performance"]["mae"]["current"]["n"], told["performance"]["mae"]["change"]["verdict"])
```

```text
No change of performance is shown (mean absolute error 5.93 → 5.84); none of 2 columns changed.
300 no change shown
```

A reader should look at `format_version` first: a change that could break one raises it.
"""


def render() -> str:
    """The whole page."""
    schema = json.loads((FOLDER / "report.schema.json").read_text("utf-8"))
    parts = [_HEAD, "## The whole\n", _table(schema)]
    parts += [
        f"## {_title(name)}\n\n{_text(part)}\n\n{_table(part)}" for name, part in schema["$defs"].items()
    ]
    return "\n".join(parts)


def _table(schema: dict[str, Any]) -> str:
    rows = _rows(schema, "")
    if not rows:
        return ""
    return "\n".join(["| key | type | meaning |", "|---|---|---|", *rows]) + "\n"


def _rows(schema: dict[str, Any], prefix: str) -> list[str]:
    out = []
    for key, part in _members(schema):
        name = f"{prefix}{key}"
        out.append(f"| `{name}` | {_type(part)} | {_text(part)} |")
        out += _rows(part, f"{name}.")
        if isinstance(part.get("items"), dict):
            out += _rows(part["items"], f"{name}[].")
    return out


def _members(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Named keys, and those under any name as NAME; of alternatives the one with keys."""
    for choice in schema.get("anyOf", ()):
        if choice.get("properties"):
            return _members(choice)
    out = list(schema.get("properties", {}).items())
    further = schema.get("additionalProperties")
    return [*out, ("NAME", further)] if isinstance(further, dict) else out


def _type(part: dict[str, Any]) -> str:
    if "$ref" in part:
        name = part["$ref"].rpartition("/")[2]
        return f"[{_title(name)}](#{_title(name).replace(' ', '-')})"
    if "const" in part:
        return f"`{part['const']}`"
    if "enum" in part:
        return ", ".join(f"`{json.dumps(value)}`" for value in part["enum"])
    if "anyOf" in part:
        return " or ".join(dict.fromkeys(_type(choice) for choice in part["anyOf"]))
    if part.get("type") == "array" and isinstance(part.get("items"), dict):
        return f"array of {_type(part['items'])}"
    kinds = part.get("type", "any")
    return " or ".join(kinds) if isinstance(kinds, list) else str(kinds)


def _title(name: str) -> str:
    return name.replace("_", " ")


def _text(part: dict[str, Any]) -> str:
    return str(part.get("description", "")).replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
    print(PAGE)
