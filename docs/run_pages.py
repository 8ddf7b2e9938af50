"""Run the code of the documents as it stands there, and compare what it prints with what they show.

uv run python docs/run_pages.py                      # every page; says where a page shows another output
uv run python docs/run_pages.py --write docs/how-to  # puts the real output in its place

A page is run from top to bottom in an empty folder. `python` blocks share one namespace, lines of `console` blocks
that begin with `$` go to a shell, blocks with `title="name"` become that file. A `text` block right after a `python`
block, and the lines under a command, are output. A line of `…` stands for any lines.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
#: Commands that set up a machine; a page shows them, its run has done them.
_NOT_RUN = ("pip", "uv", "make")
#: Tables are drawn for the width of a page.
_COLUMNS = "96"
_FENCE = re.compile(r"^```(\w+)(?: title=\"([^\"]+)\")?[^\n]*\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Output as the page shows it and as it is, with the lines of the page it takes, from 0."""

    page: Path
    lines: tuple[int, int]
    shown: str
    real: str

    @property
    def agrees(self) -> bool:
        """Whether both are the same, `…` lines apart."""
        parts = re.split(r"^…$", _trimmed(self.shown), flags=re.MULTILINE)
        pattern = ".*".join(re.escape(part.strip("\n")) for part in parts)
        return re.fullmatch(rf"\n*{pattern}\n*", _trimmed(self.real), re.DOTALL) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block; `line` is that of its first line of content, from 0."""

    language: str
    title: str
    text: str
    line: int
    end: int


def pages() -> list[Path]:
    """The pages of the site; each makes the files it speaks of."""
    return sorted((ROOT / "docs").rglob("*.md"))


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    text = page.read_text("utf-8")
    found = []
    for match in _FENCE.finditer(text):
        line = text.count("\n", 0, match.start(3))
        language, title, content = match[1], match[2] or "", match[3]
        end = line + content.count("\n")
        found.append(Block(language=language, title=title, text=content, line=line, end=end))
    return found


def run_page(page: Path, folder: Path, names: dict[str, Any] | None = None) -> Iterator[Shown]:
    """Run a page in a folder, giving each output it shows beside the real one.

    Parameters
    ----------
    names : where the page's Python leaves its names.

    Raises
    ------
    RuntimeError
        Where a command fails and the page does not show its exit code with `echo $?`.
    """
    names = {} if names is None else names
    names["__name__"] = "document"
    found = blocks(page)
    with contextlib.chdir(folder):
        for block, after in zip_longest(found, found[1:]):
            if block.title:
                path = folder / block.title
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(block.text, "utf-8")
            elif block.language == "python":
                printed = _python(block, page, names)
                if after is not None and after.language == "text" and after.line - block.end <= 3:
                    lines = (after.line, after.end)
                    yield Shown(page=page, lines=lines, shown=after.text, real=printed)
            elif block.language == "console":
                yield from _console(block, page, folder)


def _python(block: Block, page: Path, names: dict[str, Any]) -> str:
    code = compile("\n" * block.line + block.text, str(page), "exec")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, names)  # noqa: S102 # the code of our own pages
    return printed.getvalue()


def _console(block: Block, page: Path, folder: Path) -> Iterator[Shown]:
    lines = block.text.splitlines()
    starts = [i for i, line in enumerate(lines) if line.startswith("$ ")]
    exit_code = 0
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        command = lines[start].removeprefix("$ ")
        if command == "echo $?":
            printed, exit_code = f"{exit_code}\n", 0
        elif exit_code != 0:
            break
        elif command.split()[0] in _NOT_RUN:
            continue
        else:
            done = subprocess.run(  # noqa: S603 # a line of our own pages
                ["bash", "-c", command],  # noqa: S607
                cwd=folder,
                env=_environment(),
                capture_output=True,
                text=True,
                check=False,
            )
            printed, exit_code = done.stdout + done.stderr, done.returncode
        shown = "\n".join(lines[start + 1 : end])
        if shown.strip():
            place = (block.line + start + 1, block.line + end)
            yield Shown(page=page, lines=place, shown=shown, real=printed)
    if exit_code != 0:
        raise RuntimeError(f"{page.name}: {command!r} ended with {exit_code}:\n{printed}")


def _environment() -> Mapping[str, str]:
    path = os.pathsep.join((sysconfig.get_path("scripts"), os.environ.get("PATH", "")))
    return {**os.environ, "PATH": path, "COLUMNS": _COLUMNS}


def _trimmed(text: str) -> str:
    """Without spaces at the ends of lines, and with one kind of space."""
    return "\n".join(re.sub(r"[^\S\n]", " ", line).rstrip() for line in text.splitlines())


def _write(page: Path, outputs: list[Shown]) -> None:
    """Put the real outputs into the page, from its end up, so that line numbers hold."""
    lines = page.read_text("utf-8").splitlines()
    for output in reversed(outputs):
        lines[slice(*output.lines)] = _trimmed(output.real).strip("\n").splitlines()
    page.write_text("\n".join(lines) + "\n", "utf-8")


def _main(arguments: list[str]) -> int:
    write = "--write" in arguments
    given = [Path(a).resolve() for a in arguments if a != "--write"]
    wanted = [p for p in pages() if not given or any(p == g or g in p.parents for g in given)]
    differ = 0
    for page in wanted:
        with tempfile.TemporaryDirectory() as folder:
            outputs = [o for o in run_page(page, Path(folder)) if not o.agrees]
        for output in outputs:
            differ += 1
            print(f"{page.relative_to(ROOT)}:{output.lines[0] + 1} shows another output:\n{output.real}")
        if write and outputs:
            _write(page, outputs)
    return int(differ > 0 and not write)


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
