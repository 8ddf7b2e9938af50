"""Files of others that browsers load: they are what they were, with their licence, and no more than is paid for."""

from __future__ import annotations

import gzip
import hashlib
import re
import tomllib
from pathlib import Path

import pytest

import barograph.server.pages.static as static

FOLDER = Path(static.__file__).parent / "vendor"
#: Loaded by tests of pages alone.
TESTS_FOLDER = Path(__file__).parents[1] / "browser" / "vendor"


def files_of(folder: Path) -> list[dict[str, str]]:
    return tomllib.loads((folder / "VENDOR.toml").read_text("utf-8"))["file"]


FILES = files_of(FOLDER)
#: Gzipped bytes of all of them; and of those every page loads.
ALL, EVERY_PAGE = 70_000, 70_000
OWN_LINES = 1_000
#: What parses a text as HTML, or runs it.
PARSED = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function")
OWN = sorted(FOLDER.parent.glob("*.js"))

each_file = pytest.mark.parametrize(
    ("folder", "listed"),
    [pytest.param(f, each, id=each["name"]) for f in (FOLDER, TESTS_FOLDER) for each in files_of(f)],
)


def gzipped(name: str) -> int:
    return len(gzip.compress((FOLDER / name).read_bytes()))


@each_file
def test_a_file_is_what_was_taken(folder: Path, listed: dict[str, str]) -> None:
    assert hashlib.sha256((folder / listed["name"]).read_bytes()).hexdigest() == listed["sha256"]


@each_file
def test_a_file_comes_with_its_licence_and_where_it_is_from(folder: Path, listed: dict[str, str]) -> None:
    assert len((folder / listed["licence_text"]).read_text("utf-8")) > 300
    assert re.fullmatch(r"\d+\.\d+\.\d+", listed["version"])
    assert all(listed[key] for key in ("package", "path", "licence"))


@pytest.mark.parametrize("folder", [FOLDER, TESTS_FOLDER], ids=["pages", "tests"])
def test_there_are_no_others(folder: Path) -> None:
    listed = files_of(folder)
    known = {f["name"] for f in listed} | {f["licence_text"] for f in listed} | {"VENDOR.toml"}
    assert {path.name for path in folder.iterdir()} == known


def test_they_stay_small() -> None:
    assert sum(gzipped(f["name"]) for f in FILES) <= ALL
    assert gzipped("htmx.min.js") + gzipped("inter.woff2") <= EVERY_PAGE


def test_own_scripts_stay_few() -> None:
    assert 0 < sum(len(path.read_text("utf-8").splitlines()) for path in OWN) <= OWN_LINES


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_own_scripts_make_no_page_of_text(path: Path) -> None:
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function",
        path.read_text("utf-8"),
    )
