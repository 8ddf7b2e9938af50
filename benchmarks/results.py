"""Tables in RESULTS.md, each between its own markers, with the machine they were measured on."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "RESULTS.md"
PREAMBLE = "# Results\n\nWritten by the scripts in this folder; README.md says how to make them again.\n"


def parser(description: str | None, *, repeat: int) -> argparse.ArgumentParser:
    """Command line with the options every benchmark has: --repeat, --date, --dry."""
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawTextHelpFormatter)
    made.add_argument("--repeat", type=int, default=repeat, help=f"rounds of measuring; {repeat} by default")
    made.add_argument("--date", help="date shown beside the figures; today where left out")
    made.add_argument("--dry", action="store_true", help="print only, leave RESULTS.md alone")
    return made


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows as a Markdown table; floats are shown with three significant digits."""
    lines = [header, ["---"] * len(header), *([_cell(value) for value in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def verdict(target: str, *, met: bool) -> str:
    """A target and whether it was met."""
    return f"{target}: {'met' if met else 'missed'}"


def machine(versions: Mapping[str, str], *, date: str | None = None) -> str:
    """One line: date, cores, memory, processor, system and versions; nothing that names the host."""
    day = date or dt.datetime.now(dt.UTC).date().isoformat()
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    named = ", ".join(f"{name} {number}" for name, number in sorted(versions.items()))
    return (
        f"{day}; {os.cpu_count()} cores, {memory_gib:.0f} GiB, {_processor()}, {platform.system()}, "
        f"Python {platform.python_version()}; {named}."
    )


def versions(*packages: str) -> dict[str, str]:
    """Installed versions of the packages."""
    return {name: version(name) for name in packages}


def keep(name: str, body: str, *, dry: bool, path: Path = RESULTS) -> None:
    """Print `body`; unless `dry`, put it between the markers called `name`, else at the end of the file."""
    print(body, end="\n\n", flush=True)
    if dry:
        return
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    section = f"{begin}\n{body.strip()}\n{end}\n"
    old = path.read_text() if path.exists() else PREAMBLE
    between = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}\n?", re.DOTALL)
    new, replaced = between.subn(lambda _: section, old)
    path.write_text(new if replaced else f"{old.rstrip()}\n\n{section}")


def _cell(value: object) -> str:
    if not isinstance(value, float):
        return str(value)
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", cpuinfo.read_text()) if cpuinfo.exists() else None
    return found.group(1) if found else platform.processor() or platform.machine()
