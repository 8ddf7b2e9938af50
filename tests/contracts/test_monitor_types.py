"""Every type of monitor: its question is its own, its examples fire and do not, and its page is current."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest
from jsonschema import Draft202012Validator

from barograph.alerts.history import Step, run
from barograph.locale.language import language
from barograph.metrics.address import Wildcard
from barograph.monitors.arrays import Course, seen_of
from barograph.monitors.catalogue import SCHEMA, TYPES
from barograph.monitors.catalogue.kind import MonitorType
from barograph.monitors.document import written
from barograph.monitors.file import MonitorFile, file_document
from barograph.monitors.schema_json import monitors_schema
from barograph.monitors.when_written import written_when

DOCS = Path(__file__).parents[2] / "docs"
VALIDATOR = Draft202012Validator(monitors_schema())
types = pytest.mark.parametrize("kind", TYPES, ids=[t.name for t in TYPES])


def stepped(kind: MonitorType, course: Course) -> list[Step]:
    return run(kind.monitor, seen_of(kind.monitor, course, schema=SCHEMA))


def fired(steps: list[Step]) -> bool:
    return any("fired" in (*step.changes, *step.blind_changes) for step in steps)


def problems(document: object) -> list[str]:
    return [e.message for e in VALIDATOR.iter_errors(document)]


def test_every_question_is_asked_in_chinese_too() -> None:
    words = language("zh-CN").words
    assert words is not None
    asked = {kind.question for kind in TYPES} | {kind.group for kind in TYPES}
    assert sorted(text for text in asked if words.get(text) is None) == []


@types
def test_its_example_fires(kind: MonitorType) -> None:
    steps = stepped(kind, kind.fires)
    assert fired(steps), [(s.verdict.status, s.verdict.detail) for s in steps if s.verdict]


@types
def test_its_other_example_does_not_and_is_told_to_be_fine(kind: MonitorType) -> None:
    steps = stepped(kind, kind.quiet)
    assert not fired(steps)
    last = steps[-1].verdict
    assert last is not None
    assert last.status in ("ok", "near"), last.detail


def test_there_are_more_than_sixty() -> None:
    assert len(TYPES) > 60
    assert len({t.name for t in TYPES}) == len(TYPES)


def test_no_two_ask_the_same() -> None:
    """Of the same metric, scope, comparison and kind of condition there is one."""
    assert len({t.question for t in TYPES}) == len(TYPES)
    asked: dict[object, str] = {}
    for t in TYPES:
        metric = t.monitor.metric
        scope = tuple((n, "*" if isinstance(v, Wildcard) else v) for n, v in metric.arguments)
        kind = next(iter(written_when(t.monitor.when)))
        key = (metric.metric, scope, t.monitor.against.kind, kind, t.monitor.window)
        assert key not in asked, f"{t.name} asks what {asked[key]} does"
        asked[key] = t.name


@types
def test_it_keeps_to_the_published_schema(kind: MonitorType) -> None:
    assert problems({"monitors": [written(kind.monitor)]}) == []
    assert problems({"monitors": [written(kind.monitor, whole=True)]}) == []


def test_the_published_schema_refuses_what_is_not_known() -> None:
    Draft202012Validator.check_schema(monitors_schema())
    assert problems(file_document(MonitorFile())) == []
    good = written(TYPES[0].monitor)
    for wrong in (
        {**good, "severities": "info"},
        {**good, "when": {"abve": 1}},
        {**good, "for": "soon"},
        {"name": "x"},
    ):
        assert problems({"monitors": [wrong]})


def test_the_published_schema_knows_inhibitions() -> None:
    rule = {"cause": 'about="schema"', "effect": {"about": "drift"}, "equal": "model", "within": "2d"}
    assert problems({"inhibitions": {"mine": rule}}) == []
    for wrong in (
        {**rule, "withins": "2d"},
        {**rule, "within": "a week"},
        {"cause": "a=b", "equal": "model"},
    ):
        assert problems({"inhibitions": {"mine": wrong}})


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    path = DOCS / "generate_monitors.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_page_and_schema_are_as_generated(generator: ModuleType) -> None:
    hint = "run: uv run python docs/generate_monitors.py"
    assert generator.PAGE.read_text("utf-8") == generator.render(), hint
    assert json.loads(generator.SCHEMA.read_text("utf-8")) == monitors_schema(), hint
