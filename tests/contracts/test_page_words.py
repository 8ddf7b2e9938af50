"""Every word of the pages has its Chinese, and nothing is translated that no page says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from http import HTTPStatus
from importlib import resources
from io import BytesIO
from pathlib import Path

from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

import barograph.server.pages as pages
from barograph.server.pages.render import LANDINGS, THEMES
from barograph.server.pages.shell import PARTS

FOLDER = Path(pages.__file__).parent
OPTIONS = {"newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
CALLS = {"_", "gettext", "ngettext"}
PLACES = re.compile(r"%\((\w+)\)s")


def said_in_templates() -> Iterator[str]:
    for file in FOLDER.glob("templates/*.html"):
        with file.open("rb") as read:
            for _line, _function, message, _comments in babel_extract(read, CALLS, [], OPTIONS):
                yield message[0] if isinstance(message, tuple) else message


def trees() -> Iterator[ast.AST]:
    for file in FOLDER.rglob("*.py"):
        yield from ast.walk(ast.parse(file.read_text("utf-8")))


def said_in_code() -> Iterator[str]:
    for node in trees():
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in CALLS:
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant):
                yield first.value


def catalogue() -> dict[str, tuple[str, ...]]:
    """Translations by their English; several where a number decides."""
    file = resources.files("barograph.locale") / "zh_CN" / "pages.po"
    found = {}
    for message in read_po(BytesIO(file.read_bytes()), locale="zh_Hans_CN"):
        if message.id:
            english = message.id if isinstance(message.id, str) else message.id[0]
            strings = (message.string,) if isinstance(message.string, str) else message.string
            found[english] = tuple(strings)
    return found


def test_every_word_is_translated():
    listed = {*THEMES.values(), *(name for _, name, _ in PARTS), *(name for _, name in LANDINGS.values())}
    said = {*said_in_templates(), *said_in_code(), *listed} - {None}
    held = catalogue()
    assert len(said) > 100
    assert sorted(word for word in said if not all(held.get(word, [""]))) == []


def test_nothing_is_translated_that_no_page_says():
    words = {node.value for node in trees() if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    # Python 3.13 has another phrase for 422.
    phrases = {status.phrase for status in HTTPStatus} | {"Unprocessable Entity", "Unprocessable Content"}
    assert sorted(set(catalogue()) - set(said_in_templates()) - words - phrases) == []


def test_a_translation_says_the_same_figures():
    wrong = {
        english: chinese
        for english, chinese in catalogue().items()
        for each in chinese
        if not set(PLACES.findall(each)) <= set(PLACES.findall(english)) | {"n", "num"}
    }
    assert wrong == {}
