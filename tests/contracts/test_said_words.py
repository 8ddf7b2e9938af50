"""Every sentence that is said has its Chinese, and every catalogue says only what somebody says in English."""

from __future__ import annotations

import ast
import calendar
import string
from collections.abc import Iterator
from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import get_args

from babel.messages.pofile import read_po

import barograph
from barograph.alerts.inhibition import DEFAULT_INHIBITIONS
from barograph.locale.language import language
from barograph.metrics.registry import metrics
from barograph.monitors.condition import Season
from barograph.monitors.judge.words import UNITS, WINDOWS
from barograph.monitors.monitor import SEVERITIES
from barograph.operations.event_kinds import KINDS as EVENTS
from barograph.operations.registry import METRICS as OPERATIONAL
from barograph.schema.model import KINDS, ROLES, TASKS
from barograph.server.notify.render.sheet import REASONS

SOURCE = Path(barograph.__file__).parent
#: Catalogues of sentences; that of the pages' own words has a test of its own.
CATALOGUES = ("alerts.po", "explain.po", "metrics.po", "report.po")


def calls(name: str) -> Iterator[tuple[Path, ast.Call]]:
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name:
                yield file, node


def literals(node: ast.expr) -> Iterator[str | None]:
    """Templates an argument may be; None where it is no literal."""
    if isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)
    else:
        yield node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def said() -> set[str]:
    """Templates with words of their own."""
    found = {each for _, call in calls("say") for each in literals(call.args[0]) if each is not None}
    return {
        text for text in found if any(c.isalpha() for part in string.Formatter().parse(text) for c in part[0])
    }


def catalogue() -> dict[str, str]:
    held = {}
    for file in (resources.files("barograph.locale") / "zh_CN").iterdir():
        if file.name in CATALOGUES:
            for message in read_po(BytesIO(file.read_bytes()), locale="zh_Hans_CN"):
                if message.id:
                    english, chinese = first(message.id), first(message.string)
                    assert english not in held, f"{english!r} is translated twice"
                    held[english] = chinese
    return held


def words() -> set[str]:
    """What is said by `word`: titles, units, and words of closed lists."""
    specs = (*metrics().values(), *OPERATIONAL)
    kinds = {word for kind, told in EVENTS.items() for word in (kind, kind.replace("_", " "), told)}
    rules = {text for rule in DEFAULT_INHIBITIONS for text in (rule.name, rule.reason)}
    months = {*calendar.month_name[1:], *(f"{{day}} {short}" for short in calendar.month_abbr[1:])}
    return {
        *(spec.title for spec in specs), *(spec.unit for spec in specs if spec.unit), *kinds, *rules, *months,
        *calendar.day_name, *SEVERITIES, *REASONS.values(), *KINDS, *TASKS, *ROLES, *get_args(Season),
        *UNITS.values(), *WINDOWS.values(), "windows",
    } - {"none"}  # fmt: skip


def first(text: str | tuple[str, ...] | list[str]) -> str:
    """A text, or of one that depends on a number the first form."""
    return text if isinstance(text, str) else text[0]


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_a_template_is_a_literal_so_that_its_translation_can_be_found():
    assert [f"{file}:{call.lineno}" for file, call in calls("say") if None in literals(call.args[0])] == []


def test_every_sentence_is_translated():
    words = language("zh-CN").words
    assert words is not None
    assert sorted(text for text in said() if words.get(text) is None or not words.get(text).string) == []


def test_every_word_of_a_list_is_translated():
    held = language("zh-CN").words
    assert held is not None
    assert sorted(text for text in words() if held.get(text) is None or not held.get(text).string) == []


def test_nothing_is_translated_that_nobody_says():
    texts = {
        node.value
        for file in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    texts |= {text.replace("_", " ") for text in texts}
    pages = " ".join(" ".join(file.read_text("utf-8").split()) for file in SOURCE.rglob("*.html"))
    left = set(catalogue()) - said() - words() - texts
    assert sorted(text for text in left if " ".join(text.split()) not in pages) == []


def test_a_translation_says_the_same_figures():
    wrong = {
        english: chinese for english, chinese in catalogue().items() if places(english) != places(chinese)
    }
    assert wrong == {}
