"""How often 95 % intervals hold the truth, for every family of figures; writes a section of RESULTS.md.

    nice -n 19 python benchmarks/coverage.py [--repeat 1000] [--only REGEX] [--dry]

The truth is the figure of a million rows of the same distribution. A data set without an interval counts as
one that misses. With --only, what is kept of other rows stays as it is.
"""

from __future__ import annotations

import re
import time
from collections import defaultdict

import numpy as np

from coverage_parts import PARTS, Part
from results import RESULTS, keep, machine, parser, table, versions

ROWS = (200, 1_000, 10_000)
#: Coverage of a nominal 95 % that is aimed at.
LOW, HIGH = 0.93, 0.97


def covered(part: Part, n: int, repeat: int) -> dict[str, float]:
    """Share of data sets whose interval holds the truth, by figure."""
    rng = np.random.default_rng([20, n])
    held: defaultdict[str, int] = defaultdict(int)
    for _ in range(repeat):
        for name, truth, interval in part.figures(rng, n):
            held[name] += interval is not None and interval[0] <= truth <= interval[1]
    return {name: count / repeat for name, count in held.items()}


def shown(share: float | None) -> str:
    """A share; bold where it is outside of what is aimed at."""
    if share is None:
        return ""
    return f"{share:.1%}" if LOW <= share <= HIGH else f"**{share:.1%}**"


def kept() -> dict[str, list[tuple[str, ...]]]:
    """Lines of the table as it stands, by what their rows are."""
    section = re.search(r"<!-- coverage: begin -->.*<!-- coverage: end -->", RESULTS.read_text(), re.DOTALL)
    lines = [] if section is None else section[0].splitlines()
    held: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
    for line in lines:
        cells = tuple(cell.strip() for cell in line.strip("|").split("|"))
        if len(cells) == 2 + len(ROWS):
            held[cells[0]].append(cells)
    return held


def measured(part: Part, repeat: int) -> list[tuple[str, ...]]:
    """Lines of the table for one kind of rows."""
    found = {n: covered(part, n, repeat) for n in ROWS if n <= part.most_rows}
    return [
        (part.says, f"`{name}`", *(shown(found[n][name] if n in found else None) for n in ROWS))
        for name in found[ROWS[0]]
    ]


def main() -> None:
    """Simulate, print and keep."""
    arguments = parser(__doc__, repeat=1_000)
    arguments.add_argument("--only", default="", help="measure only rows of which this is found")
    options = arguments.parse_args()
    started, known = time.process_time(), kept()
    lines = [
        line
        for part in PARTS
        for line in (
            measured(part, options.repeat) if re.search(options.only, part.says) else known[part.says]
        )
    ]
    shares = [cell for line in lines for cell in line[2:] if cell]
    inside = sum(not cell.startswith("**") for cell in shares)
    seconds = time.process_time() - started
    body = (
        f"## Coverage of 95 % intervals\n\n{machine(versions('barograph', 'numpy', 'scipy'), date=options.date)}\n\n"
        f"{options.repeat:,} data sets of each kind and size; the truth is the figure of a million rows. "
        f"{inside} of {len(shares)} are within {LOW:.0%} to {HIGH:.0%}, the others in bold; with so many data sets a "
        f"true 95 % reads 93.6 to 96.4 %. `python benchmarks/coverage.py`, the last run {seconds / 60:.0f} minutes of "
        "CPU.\n\n"
    )
    header = ("rows drawn", "figure", *(f"{n:,} rows" for n in ROWS))
    keep("coverage", body + table(header, lines), dry=options.dry)


if __name__ == "__main__":
    main()
