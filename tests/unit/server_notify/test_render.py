"""What people read: nothing in it runs, nothing is longer than a channel takes."""

from __future__ import annotations

from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from barograph.server.notify.letter import said_in
from barograph.server.notify.render.html import html_text
from barograph.server.notify.render.picture import picture
from barograph.server.notify.render.sheet import REASONS
from barograph.server.notify.render.short import short_text, text_within
from barograph.server.notify.render.text import full_text

from .letters import ATTACK, letter

_VOID = {"meta", "img", "br"}


class Tags(HTMLParser):
    """Names of elements, and whether each is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def parsed(text: str) -> Tags:
    tags = Tags()
    tags.feed(text)
    assert tags.open == []
    return tags


@pytest.mark.parametrize("reason", [*REASONS, "another"])
def test_every_reason_makes_a_whole_page_and_a_text(reason):
    said = letter(reason=reason)
    parsed(html_text(said, "cid:chart"))
    assert said.title in full_text(said)


def test_what_somebody_wrote_is_text_wherever_it_stands():
    attacked = letter(
        title=ATTACK, what=ATTACK, why=ATTACK, links={"incident": "javascript:alert(1)", ATTACK: "data:text/html,x"},
        alerts=[{"monitor": ATTACK, "summary": ATTACK, "severity": ATTACK}],
        sections=[{"title": ATTACK, "lines": [{"title": ATTACK, "text": ATTACK, "link": "vbscript:x"}]}],
    )  # fmt: skip
    tags = parsed(html_text(attacked, None))
    assert "script" not in tags.seen
    assert set(tags.links) == {"#"}


def test_the_parts_of_a_message_are_in_both_forms():
    said = letter()
    for part in (
        "12 % of income are null",
        "Since when",
        "A source changed.",
        "Ask who runs",
        "null share 0.12",
    ):
        assert part in full_text(said)
        assert part in html_text(said, None)


def test_a_long_list_is_cut_and_counted():
    many = letter(alerts=[{"monitor": f"m{i}", "summary": "s", "severity": "info"} for i in range(30)])
    assert "… and 22 more" in full_text(many)


@pytest.mark.parametrize("limit", [60, 160, 320, 1_000, 2_000, 35_000])
@pytest.mark.parametrize(
    "said", [{}, {"what": "long " * 5_000}, {"title": "t" * 3_000, "links": {"i": "https://x/" + "y" * 500}}]
)
def test_short_forms_keep_to_their_limit(limit, said):
    assert len(short_text(letter(**said), limit)) <= limit
    assert len(text_within(letter(**said), limit)) <= limit
    assert len(text_within(letter(**said), limit, with_title=True)) <= limit


def test_a_short_form_keeps_the_link_whole():
    assert short_text(letter(what="long " * 500), 160).endswith("https://b.example.org/incidents/7")


def test_nobody_in_a_chat_is_called_by_a_columns_name():
    assert "@everyone" not in text_within(letter(what="@everyone <!channel>"), 2_000)
    assert "<!channel>" not in text_within(letter(what="@everyone <!channel>"), 2_000)


def test_a_chart_is_a_picture_and_none_is_made_of_nothing():
    drawn = picture(letter())
    assert drawn is not None
    assert (drawn.media_type, drawn.is_shown) == ("image/png", True)
    assert picture(letter(chart=None)) is None
    assert picture(letter(chart={"labels": [], "values": []})) is None


def test_without_the_extra_the_chart_is_a_drawing_with_its_own_colours(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "resvg_py", None)
    drawn = picture(letter())
    assert drawn is not None
    text = drawn.content.decode()
    assert ET.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"
    assert "var(" not in text


def test_a_chart_keeps_english_words_where_no_font_has_the_letters_of_another(monkeypatch):
    module = __import__("barograph.server.notify.render.picture", fromlist=["picture"])
    english = picture(letter())
    spoken = said_in(letter(), "zh-CN")
    for is_drawn in (True, False):
        monkeypatch.setattr(module, "_is_drawn", lambda code, held=is_drawn: held)
        assert (picture(spoken).content == english.content) is not is_drawn


def test_no_paragraph_is_told_twice_above_the_alerts():
    said = letter(what="It is 9.", how_bad="It is 9.\nIt costs 2.", why="It costs 2.", alerts=[])
    text = full_text(said)
    assert (text.count("It is 9."), text.count("It costs 2.")) == (1, 1)
