"""Write docs/reference/report.md, explanation.md and message.md from the JSON Schemas of what they are about.

A report holds an explanation, so the schema of reports takes its part of it from that of explanations.

uv run python docs/generate_report.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "reference"
PAGE, EXPLANATION_PAGE = FOLDER / "report.md", FOLDER / "explanation.md"
MESSAGE_PAGE, MESSAGE_SCHEMA = FOLDER / "message.md", FOLDER / "message.schema.json"
SCHEMA, EXPLANATION_SCHEMA = FOLDER / "report.schema.json", FOLDER / "explanation.schema.json"
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


_EXPLANATION_HEAD = """\
# Explanation as JSON

Generated from [explanation.schema.json](explanation.schema.json) by `docs/generate_report.py`; do not edit.

What `explanation.to_dict()`, `explanation.save("why.json")` and `barograph explain REFERENCE CURRENT --json` give, and
a report under `why`. [Why a metric changed](../explanation/why.md) says what the parts mean.

```python
import json

import polars as pl

import barograph as bg

rows = pl.DataFrame({"x": [float(i % 17) for i in range(400)], "y": [float(i % 19) for i in range(400)]})
rows = rows.with_columns(guess=pl.col("x") + 1.0)
reference = bg.profile(rows, bg.Schema.infer(rows, prediction="guess", label="y", task="regression"))
current = bg.profile(rows.with_columns(pl.col("y") + 9.0), like=reference)
told = json.loads(json.dumps(bg.explain(reference, current).to_dict()))
print(told["verdict"])
print(round(sum(part["value"] for part in told["parts"]) - told["change"]["value"], 9))
```

```text
```
"""


_MESSAGE_HEAD = """\
# Message as JSON

Generated from [message.schema.json](message.schema.json) by `docs/generate_report.py`; do not edit.

What people are told of an incident: what e-mails and chats are made of, and what a signed webhook is sent as `message`
in [its body](#webhook). [How alerts work](../explanation/alerts.md) says when it is sent and why.
"""


def render_message() -> str:
    """The whole page on messages."""
    return _rendered(_MESSAGE_HEAD, MESSAGE_SCHEMA)


def render() -> str:
    """The whole page on reports."""
    return _rendered(_HEAD, SCHEMA)


def render_explanation() -> str:
    """The whole page on explanations; what its code prints is left as the page has it."""
    page = _rendered(_EXPLANATION_HEAD, EXPLANATION_SCHEMA)
    printed = EXPLANATION_PAGE.read_text("utf-8").partition("```text\n")[2].partition("```")[0]
    return page.replace("```text\n```", f"```text\n{printed}```", 1)


def with_explanation() -> dict[str, Any]:
    """The schema of reports, its part on explanations as their schema has it."""
    report, explanation = (json.loads(p.read_text("utf-8")) for p in (SCHEMA, EXPLANATION_SCHEMA))
    whole = {key: value for key, value in explanation.items() if key not in ("$schema", "$defs", "title")}
    report["$defs"] |= {"explanation": whole, **explanation["$defs"]}
    return dict(report)


def _rendered(head: str, path: Path) -> str:
    schema = json.loads(path.read_text("utf-8"))
    parts = [head, "## The whole\n", _table(schema)]
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
    SCHEMA.write_text(json.dumps(with_explanation(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text(render(), encoding="utf-8")
    EXPLANATION_PAGE.write_text(render_explanation(), encoding="utf-8")
    MESSAGE_PAGE.write_text(render_message(), encoding="utf-8")
    print(PAGE, EXPLANATION_PAGE, MESSAGE_PAGE)
