"""A letter as plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from barograph.server.notify.letter import Letter
from barograph.server.notify.render.sheet import Sheet, sheet

_WIDTH = 78


def full_text(letter: Letter) -> str:
    """All of a letter, in lines of 78 characters.

    Examples
    --------
    >>> held = {"title": "income moved", "what": "It did.", "severity": "warning", "why": "A new source."}
    >>> print(full_text(Letter(kind="incident", document=held, project="bank", reason="new", incident_id=7)))
    income moved
    [warning · new]
    <BLANKLINE>
    It did.
    <BLANKLINE>
    Why
      A new source.
    <BLANKLINE>
    --
    Incident 7 of project bank. Told now because: new.
    """
    said = sheet(letter)
    return "\n".join([said.title, f"[{said.eyebrow}]", *_body(said), "", "--", said.foot])


def _body(said: Sheet) -> Iterator[str]:
    if said.lead:
        yield ""
    for part in said.lead:
        yield from textwrap.wrap(part, _WIDTH)
    for name, parts in said.facts:
        yield from ("", name)
        for part in parts:
            yield from _indented(part)
    for section in said.sections:
        yield from ("", section.title)
        for line in section.lines:
            tone = f"[{line.mark}] " if line.mark else ""
            yield from _indented(
                f"- {tone}{line.title}" + (f": {line.text}" if line.text else ""), hanging="    "
            )
        if section.more:
            yield f"  {section.more}"
    if said.links:
        yield ""
        # An address must stay in one piece to be opened.
        yield from (f"{name}: {url}" for name, url in said.links)


def _indented(text: str, *, hanging: str = "  ") -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent="  ", subsequent_indent=hanging)
