"""Write docs/reference/cli.md from the commands themselves.

uv run python docs/generate_cli.py
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer.main

from barograph.cli.app import app

PAGE = Path(__file__).parent / "reference" / "cli.md"
_HEAD = """\
# Command line

Generated from the commands by `docs/generate_cli.py`; do not edit.

Answers go to stdout; errors, hints and progress to stderr. With `--json` stdout holds one JSON document and nothing
else. Progress shows in a terminal, for work of more than a second.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | a check is not kept, or `barograph plan` finds something to change; also an unexpected error, with its traceback |
| 2 | the call or the data is wrong; one line on stderr says how, what was expected and what to do |

A role is never taken from a column's name. `profile` and `compare` write likely roles to stderr, each with the flag
that would set it; `schema` lists them.
"""


def render() -> str:
    """The whole page."""
    group: Any = typer.main.get_command(app)
    parts = [_HEAD, "## barograph\n\n" + _options(group)]
    for name, command in _commands(group):
        arguments = [p for p in command.params if p.param_type_name == "argument"]
        words = " ".join(p.metavar or p.name.upper() for p in arguments)
        usage = f"    barograph {name} {words}".rstrip() + " [OPTIONS]\n"
        parts.append(
            f"## barograph {name}\n\n{command.help}\n\n{usage}\n{_arguments(arguments)}{_options(command)}"
        )
    return "\n".join(parts)


def _commands(group: Any) -> list[tuple[str, Any]]:
    """The commands with their names, those of a group after its own."""
    found = []
    for name, command in group.commands.items():
        inside = _commands(command) if hasattr(command, "commands") else [("", command)]
        found += [(f"{name} {own}".rstrip(), each) for own, each in inside]
    return found


def _arguments(arguments: list[Any]) -> str:
    if not arguments:
        return ""
    rows = [f"| `{p.metavar or p.name.upper()}` | {p.help} |" for p in arguments]
    return "\n".join(["| argument | |", "|---|---|", *rows]) + "\n\n"


def _options(command: Any) -> str:
    rows = []
    for p in command.params:
        if p.param_type_name != "option":
            continue
        names = ", ".join(f"`{name}`" for name in p.opts)
        metavar = "" if p.is_flag else f" {p.metavar}"
        default = (
            f" Default: {p.default}." if isinstance(p.default, (str, float, Path)) and p.default != "" else ""
        )
        rows.append(
            f"| {names}{metavar} | {(p.help or '').rstrip()}{default}{' Required.' if p.required else ''} |"
        )
    return "\n".join(["| option | |", "|---|---|", *rows]) + "\n"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(render(), encoding="utf-8")
    print(PAGE)
