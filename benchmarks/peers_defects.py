"""Situations that tools get wrong, each tool's word on them; a table in RESULTS.md.

python benchmarks/peers_defects.py [--repeat 60] [--dry]
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import barograph as bg
import data
import fresh
import results
from peers import environments

Rng = np.random.Generator
Sides = tuple[pd.Series, pd.Series]
TOOLS = {
    "barograph": "peers.verdicts_barograph",
    "evidently": "peers.verdicts_evidently",
    "whylogs": "peers.verdicts_whylogs",
    "alibi-detect": "peers.verdicts_alibi_detect",
    "deepchecks": "peers.verdicts_deepchecks",
}
ABOUT = (
    "Draws that each tool, as it comes, calls drift, one column at a time; POSSIBLE_DRIFT of whylogs does not count. "
    "alibi-detect takes arrays: it was given categories as codes, nulls among text as a category, nulls among "
    "numbers as they are, and no other types. *Left out* says that the tool gave no verdict on the column and no "
    "error."
)
#: A type needs no many draws: its column is compared, or it is not.
TYPE_DRAWS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Draws of one column on both sides; `kind` is empty where the tool is to find it out."""

    draw: Callable[[Rng], Sides]
    kind: str
    drift: bool


def categories(rng: Rng, n: int, shares: np.ndarray[Any, np.dtype[np.float64]]) -> pd.Series:
    """Rows of so many categories."""
    return pd.Series(np.array([f"s{i:03}" for i in range(len(shares))])[rng.choice(len(shares), n, p=shares)])


def still(k: int, n: int) -> Situation:
    """Categories whose shares fall with their rank, the same on both sides."""
    shares = 1.0 / np.arange(1, k + 1) ** 0.8
    shares /= shares.sum()
    return Situation(
        draw=lambda rng: (categories(rng, n, shares), categories(rng, n, shares)),
        kind="categorical",
        drift=False,
    )


def moved(before: list[float], after: list[float], n: int) -> Situation:
    """Shares that differ."""
    return Situation(
        draw=lambda rng: (categories(rng, n, np.array(before)), categories(rng, n, np.array(after))),
        kind="categorical",
        drift=True,
    )


def typed(dtype: str, n: int = 2_000) -> Situation:
    """A column of the type whose values are a fifth of its range higher, or truer."""

    def draw(rng: Rng) -> Sides:
        before, after = rng.integers(0, 100, (2, n))
        if dtype.startswith("bool"):
            before, after = before % 2, (after > 20).astype(int)
        else:
            after = after + 20
        return pd.Series(before).astype(dtype), pd.Series(after).astype(dtype)

    return Situation(draw=draw, kind="", drift=True)


def nulls(kind: str, n: int = 2_000) -> Situation:
    """The same values, of which the current side lacks nine in ten."""

    def draw(rng: Rng) -> Sides:
        before, after = (
            pd.Series(rng.normal(size=n) if kind == "numeric" else rng.choice(["a", "b", "c"], n))
            for _ in range(2)
        )
        return before, after.mask(rng.random(n) < 0.9)

    return Situation(draw=draw, kind=kind, drift=True)


SITUATIONS: Mapping[str, Situation] = {
    "no drift, numbers, 1,000 rows": Situation(
        draw=lambda rng: (pd.Series(rng.normal(size=1_000)), pd.Series(rng.normal(size=1_000))),
        kind="numeric",
        drift=False,
    ),
    **{
        f"no drift, {k} categories, {n:,} rows": still(k, n)
        for k in (3, 50, 500)
        for n in (200, 1_000, 1_001)
    },
    "a rare class doubles, 1 to 2 %, 10,000 rows": moved([0.69, 0.30, 0.01], [0.68, 0.30, 0.02], 10_000),
    "five shares move, 40 → 32 % the most, 10,000 rows": moved(
        [0.40, 0.25, 0.20, 0.10, 0.05], [0.32, 0.25, 0.20, 0.15, 0.08], 10_000
    ),
    "20 → 26 %, 10,000 rows": moved([0.80, 0.20], [0.74, 0.26], 10_000),
    "nine in ten null, numbers": nulls("numeric"),
    "nine in ten null, text": nulls("categorical"),
    **{
        f"moved, {dtype}": typed(dtype)
        for dtype in ("Int64", "uint16", "bool", "boolean", "timedelta64[s]", "Float64")
    },
}


def write(folder: Path, draws: int) -> None:
    """All pairs on disk, so that every tool reads the same."""
    for number, (name, situation) in enumerate(SITUATIONS.items()):
        place = folder / f"{number:02}"
        for draw in range(TYPE_DRAWS if not situation.kind else draws):
            (place / f"{draw:03}").mkdir(parents=True)
            sides = situation.draw(np.random.default_rng([30, number, draw]))
            for side, column in zip(("reference", "current"), sides, strict=True):
                # A column beside it that is the same on both sides: a tool that leaves c out still has one.
                frame = pd.DataFrame({"c": column, "same": np.arange(len(column)) % 7 / 7.0})
                frame[list(frame) if not situation.kind else ["c"]].to_parquet(
                    place / f"{draw:03}" / f"{side}.parquet"
                )
        (place / "kind").write_text(situation.kind)
        print(name, file=sys.stderr)


def said(tool: str, folder: Path) -> dict[str, Any]:
    """One tool's words."""
    python = Path(sys.executable) if tool == "barograph" else environments.python_of(tool)
    return fresh.run_job(python, TOOLS[tool], str(folder))


def verdict_table(answers: Mapping[str, dict[str, Any]]) -> str:
    """How often each tool says drift, and whether it should."""
    lines = []
    for number, (name, situation) in enumerate(SITUATIONS.items()):
        cells = [_cell(Counter(answer["words"][f"{number:02}"])) for answer in answers.values()]
        lines.append((name, "drift" if situation.drift else "none (5 % may err)", *cells))
    return results.table(("situation", "the truth", *answers), lines)


def model_table(folder: Path) -> str:
    """A model whose errors fall to a tenth, on negative labels; and a page of 20 columns."""
    rng = np.random.default_rng(31)
    pages = folder / "pages"
    (pages / "model").mkdir(parents=True)
    for side, error in (("reference", 0.5), ("current", 0.05)):
        label = -rng.uniform(1.0, 10.0, 2_000)
        pd.DataFrame({"y": label, "p": label * (1.0 + error)}).to_parquet(pages / "model" / f"{side}.parquet")
    (pages / "columns").symlink_to(data.pair(10_000))
    theirs = fresh.run_job(environments.python_of("evidently"), "peers.pages_evidently", str(pages))
    ours = own_page(pages)
    both = (ours, theirs)
    lines = [
        (
            "errors fall to a tenth: automatic tests that fail",
            *(f"{t['failed']} of {t['tests']}" for t in both),
        ),
        ("labels from −10 to −1, each 5 % off: MAPE, 0.05 is right", *(f"{t['mape']:.3g}" for t in both)),
        ("page of 20 columns, 2 × 10,000 rows, KB", *(f"{t['bytes'] / 1e3:,.0f}" for t in both)),
    ]
    return results.table(("figure", "barograph", "evidently"), lines)


def own_page(folder: Path) -> dict[str, float]:
    """The same figures of Barograph: its suggested checks of performance are its automatic tests."""
    before, after = (pd.read_parquet(folder / "model" / f"{s}.parquet") for s in ("reference", "current"))
    known = bg.profile(before, bg.Schema.infer(before, label="y", prediction="p", task="regression"))
    report = bg.compare(known, bg.profile(after, like=known))
    checked = [
        r for r in report.check(bg.suggest_checks(known)) if r.address.metric.startswith("performance.")
    ]
    rows = [pd.read_parquet(folder / "columns" / f"{s}.parquet") for s in ("reference", "current")]
    columns = bg.profile(rows[0], bg.Schema.infer(rows[0]))
    page = bg.compare(columns, bg.profile(rows[1], like=columns)).to_html()
    return {
        "failed": sum(r.status != "pass" for r in checked),
        "tests": len(checked),
        "mape": report.to_dict()["performance"]["mape"]["current"]["value"],
        "bytes": len(page.encode()),
    }


def main() -> None:
    """Draw, ask every tool, keep the tables."""
    options = results.parser(__doc__, repeat=60).parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        write(folder / "pairs", options.repeat)
        answers = {tool: said(tool, folder / "pairs") for tool in TOOLS}
        model = model_table(folder)
    versions = {key: value for answer in answers.values() for key, value in answer["versions"].items()}
    body = "\n\n".join(
        (
            "## What tools get wrong",
            results.machine(versions, date=options.date),
            ABOUT,
            verdict_table(answers),
            model,
        )
    )
    results.keep("peers' defects", body, dry=options.dry)


def _cell(words: Counter[str]) -> str:
    """Draws called drift, and what else was said of them."""
    total = words.total()
    if words["left out"] == total:
        return "left out"
    others = ", ".join(f"{n} {word}" for word, n in words.items() if word not in ("drift", "none"))
    return f"{words['drift']} of {total}" + (f" ({others})" if others else "")


if __name__ == "__main__":
    main()
