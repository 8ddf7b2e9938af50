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
SOURCES = sorted((ROOT / "src").rglob("*.py"))
LINES_WANTED, LINES_ALLOWED = 300, 500
FUNCTION_LINES_ALLOWED = 80
#: Longer files and functions, each with the reason.
LONGER: dict[str, str] = {}
#: Folder names that say nothing about what is in them.
VAGUE = {"utils", "util", "helpers", "common", "misc", "manager", "base"}
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
#: Paths of a machine have no place in what is shipped.
MACHINE_PATHS = re.compile(r"/(?:work|home|Users)/|\.\./shared")
PLACES = ("src/**/*", "tests/**/*", "docs/**/*", "design/*", "benchmarks/*", "*.md")
SUFFIXES = {".py", ".md", ".html", ".css", ".js", ".yml", ".json"}
TEXTS = sorted(
    path
    for place in PLACES
    for path in ROOT.glob(place)
    if path.is_file() and path.suffix in SUFFIXES and path != Path(__file__)
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
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and code_lines(node) > FUNCTION_LINES_ALLOWED:
                found[f"{name(path)}:{node.name}"] = code_lines(node)
    assert {n: size for n, size in found.items() if n not in LONGER} == {}


def code_lines(node: ast.FunctionDef) -> int:
    """Lines of a function after its docstring."""
    first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
    return (node.end_lineno or 0) - first.lineno + 1


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
        ["lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_layers_name_every_folder_of_the_package():
    text = (ROOT / "pyproject.toml").read_text()
    folders = {p.parent.name for p in (ROOT / "src" / "barograph").glob("*/__init__.py")}
    assert [f for f in sorted(folders) if f"barograph.{f}" not in text] == []


def test_command_line_page_is_as_generated():
    generator = ROOT / "docs" / "generate_cli.py"
    spec = importlib.util.spec_from_file_location("generate_cli", generator)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.PAGE.read_text("utf-8") == module.render(), "run: uv run python docs/generate_cli.py"


def test_links_between_documents_lead_somewhere():
    links = [
        (path, target)
        for path in TEXTS
        if path.suffix == ".md"
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text("utf-8"))
        if "://" not in target
    ]
    assert [f"{name(path)}: {target}" for path, target in links if not (path.parent / target).exists()] == []


def test_import_of_the_package_is_light():
    code = (
        "import sys, barograph; "
        "print(sorted({'numpy', 'polars', 'scipy', 'pandas', 'rich', 'typer'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
