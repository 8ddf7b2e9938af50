"""What holds for the repository as a whole."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "client" / "src").rglob("*.py")])
#: A file aims at the first, which one in twenty may miss; past the second it is split, or has its reason below.
LINES_WANTED, LINES_ALLOWED = 300, 500
#: Neither docstring nor blank lines nor comments count.
FUNCTION_LINES_ALLOWED = 60
#: Longer files and functions, each with the reason.
LONGER: dict[str, str] = {}
#: Folder names that say nothing about what is in them.
VAGUE = {"utils", "util", "helpers", "common", "misc", "manager", "base"}
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
#: Paths of a machine have no place in what is shipped.
MACHINE_PATHS = re.compile(r"/(?:work|home|Users)/|\.\./shared")
PLACES = (
    "src/**/*",
    "tests/**/*",
    "docs/**/*",
    "design/*",
    "client/*/**/*",
    "client/*.md",
    "benchmarks/*",
    "*.md",
)
SUFFIXES = {".py", ".md", ".html", ".css", ".js", ".yml", ".json"}
TEXTS = sorted(
    path
    for place in PLACES
    for path in ROOT.glob(place)
    if path.is_file() and path.suffix in SUFFIXES and path != Path(__file__) and "vendor" not in path.parts
)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_file_is_longer_than_allowed():
    lengths = {name(p): len(p.read_text("utf-8").splitlines()) for p in SOURCES}
    assert {n: size for n, size in lengths.items() if size > LINES_ALLOWED and n not in LONGER} == {}


def test_few_files_want_splitting():
    long = [name(p) for p in SOURCES if len(p.read_text("utf-8").splitlines()) > LINES_WANTED]
    assert len(long) <= len(SOURCES) // 20, long


def test_functions_fit_a_screen():
    found = {}
    for path in SOURCES:
        text = path.read_text("utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                found[f"{name(path)}:{node.name}"] = code_lines(node, text.splitlines())
    assert {n: size for n, size in found.items() if size > FUNCTION_LINES_ALLOWED and n not in LONGER} == {}


def code_lines(node: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[str]) -> int:
    """Lines of a function, its signature included, without docstring, blank lines and comments."""
    first = node.body[0]
    docstring = range(first.lineno, (first.end_lineno or 0) + 1) if ast.get_docstring(node) else ()
    held = [
        lines[i - 1].strip() for i in range(node.lineno, (node.end_lineno or 0) + 1) if i not in docstring
    ]
    return sum(bool(line) and not line.startswith("#") for line in held)


def test_code_lines_leave_out_what_is_no_code():
    text = 'def f(\n    x,\n):\n    """One.\n\n    Two.\n    """\n\n    # why\n    return x\n'
    node = ast.parse(text).body[0]
    assert isinstance(node, ast.FunctionDef)
    assert code_lines(node, text.splitlines()) == 4


def generators_of_a_module(tree: ast.Module) -> set[str]:
    """Names at the top of a test file that hold a random generator."""
    made = [n for n in tree.body if isinstance(n, ast.Assign)]
    return {
        target.id
        for node in made
        if isinstance(node.value, ast.Call) and getattr(node.value.func, "attr", "") == "default_rng"
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def test_what_a_test_draws_does_not_hang_on_the_tests_before_it():
    found = []
    for path in sorted((ROOT / "tests").rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        shared = generators_of_a_module(tree)
        functions = (n for n in tree.body if isinstance(n, (ast.FunctionDef, ast.ClassDef)))
        drawn = (
            n
            for f in functions
            for s in f.body
            for n in ast.walk(s)
            if isinstance(n, ast.Name) and n.id in shared
        )
        found += [f"{name(path)}:{n.lineno}" for n in drawn]
    assert not found, f"take the fixture rng, or a seed: {found}"


def test_no_vague_names():
    assert [name(p) for p in SOURCES if set(p.relative_to(ROOT).with_suffix("").parts) & VAGUE] == []


@pytest.mark.parametrize(
    "pattern", [UNFINISHED, MACHINE_PATHS], ids=["unfinished work", "paths of a machine"]
)
def test_no_text_holds(pattern):
    found = {}
    for path in TEXTS:
        for i, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if pattern.search(line):
                found[f"{name(path)}:{i}"] = line.strip()[:100]
    assert found == {}


def test_every_folder_of_the_package_says_what_it_is():
    silent = [
        name(p)
        for p in SOURCES
        if p.name == "__init__.py" and not ast.get_docstring(ast.parse(p.read_text()))
    ]
    assert silent == []


def test_imports_point_up_the_layers():
    done = subprocess.run(
        ["lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stdout


def test_layers_name_every_folder_of_the_package():
    text = (ROOT / "pyproject.toml").read_text()
    folders = {p.parent.name for p in (ROOT / "src" / "barograph").glob("*/__init__.py")}
    assert [f for f in sorted(folders) if f"barograph.{f}" not in text] == []


@pytest.mark.parametrize("generated", ["cli", "http"])
def test_pages_are_as_generated(generated):
    generator = ROOT / "docs" / f"generate_{generated}.py"
    spec = importlib.util.spec_from_file_location(generator.stem, generator)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.PAGE.read_text("utf-8") == module.render(), f"run: uv run python docs/{generator.name}"


def test_links_between_documents_lead_somewhere():
    links = [
        (path, target)
        for path in TEXTS
        if path.suffix == ".md"
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text("utf-8"))
        if "://" not in target
    ]
    assert [f"{name(path)}: {target}" for path, target in links if not (path.parent / target).exists()] == []


def test_architecture_names_the_files_of_the_profile():
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    small = {"__init__.py", "logarithm.py", "values.py"}
    files = [p for p in SOURCES if p.parent.name == "profile" and p.name not in small]
    assert [name(p) for p in files if f"({name(p)})" not in text] == []


def test_design_records_are_numbered_and_fit_a_page():
    records = sorted((ROOT / "design").glob("*.md"))
    assert [p.name[:3] for p in records] == [f"{i:03}" for i in range(1, len(records) + 1)]
    assert [p.name for p in records if len(p.read_text("utf-8").splitlines()) > 50] == []


def test_design_records_have_their_four_parts():
    parts = ["## Context", "## Choice", "## Rejected", "## Consequences"]
    for path in (ROOT / "design").glob("*.md"):
        lines = path.read_text("utf-8").splitlines()
        assert [line for line in lines if line.startswith("## ")] == parts, path.name


def test_profile_is_the_function_after_its_folder_was_imported():
    code = "import barograph; from barograph.profile import value; print(type(barograph.profile).__name__)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=600
    )
    assert done.stdout.strip() == "function"


def test_import_of_the_package_is_light():
    code = (
        "import sys, barograph; "
        "print(sorted({'numpy', 'polars', 'scipy', 'pandas', 'rich', 'typer'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=600
    )
    assert done.stdout.strip() == "[]"
