"""A letter in as few characters as a channel takes."""

from __future__ import annotations

from barograph.charts.svg import shorten
from barograph.locale.language import language
from barograph.locale.said import say
from barograph.server.notify.letter import Letter
from barograph.server.notify.render.sheet import Sheet, sheet
from barograph.server.notify.render.text import full_text

#: What would make a mention of everybody, or a link of other words, in a chat.
_CHAT_MARKS = str.maketrans({"@": "@\u200b", "<": "‹", ">": "›"})


def short_text(letter: Letter, limit: int) -> str:
    """What matters most, in one paragraph; the link is never cut.

    Examples
    --------
    >>> held = {"title": "income moved", "what": "It did.", "severity": "warning", "links": {"incident": "http://b/1"}}
    >>> short_text(Letter(kind="incident", document=held, project="bank", reason="new", incident_id=1), 320)
    '[warning · new] income moved. It did. http://b/1'
    """
    said = sheet(letter)
    link = f" {letter.link}" if letter.link else ""
    if len(link) > limit // 2:
        link = ""
    parts = [f"[{said.eyebrow}] {said.title}", *_in_order(said)]
    text, end = parts[0], language(letter.language).said(say("{text}. ", text=""))
    for part in parts[1:]:
        longer = f"{text.rstrip('.。')}{end}{part}"
        if len(longer) + len(link) > limit:
            break
        text = longer
    return shorten(text, limit - len(link)) + link


def text_within(letter: Letter, limit: int, *, with_title: bool = False) -> str:
    """The whole text where a chat takes as much, else what matters most of it.

    Nothing in it addresses everybody in a chat, or hides an address behind other words.
    """
    whole = full_text(letter)
    said = sheet(letter)
    if not with_title:
        whole = whole.removeprefix(f"{said.title}\n")
    neutral = _neutral(whole)
    return (
        neutral
        if len(neutral) <= limit
        else shorten(_neutral(short_text(letter, max(limit - 40, 60))), limit)
    )


def _neutral(text: str) -> str:
    return text.translate(_CHAT_MARKS)


def _in_order(said: Sheet) -> list[str]:
    facts = [part for _, parts in said.facts for part in parts[:1]]
    return [*said.lead, *facts]
