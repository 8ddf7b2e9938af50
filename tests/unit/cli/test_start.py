from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "numpy",
    "polars",
    "scipy",
    "pandas",
    "pyarrow",
    "sklearn",
    "jinja2",
    "yaml",
    "rich.console",
    "barograph.api",
)


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["compare", "--help"], ["check", "--help"]])
def test_help_imports_nothing_heavy(words):
    code = (
        "import sys; from barograph.cli import main; "
        f"code = main({words!r}); "
        f"print(code, sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=600
    )
    assert done.stderr == "0 []\n"


def test_help_speaks_of_every_command(run):
    shown = run("--help").out
    assert all(
        f"  {name} " in shown for name in ("schema", "profile", "compare", "check", "suggest", "story")
    )
