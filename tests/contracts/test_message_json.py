"""Messages against their JSON Schema, which is strict and describes every field."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from barograph.alerts.compose import MOST_ALERTS, IncidentSaid, message_of
from barograph.alerts.facts import Facts
from barograph.alerts.incidents import IncidentStatus
from barograph.alerts.labels import Kind
from barograph.alerts.machine import Phase
from barograph.alerts.message import AlertSaid, RelatedEvent
from barograph.alerts.told import Reason
from barograph.monitors.monitor import SEVERITIES
from barograph.server.notify.channels.webhook import posted
from barograph.server.notify.letter import Kind as LetterKind
from barograph.server.notify.letter import Letter
from barograph.server.notify.trial import trial_letter

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = json.loads((DOCS / "reference" / "message.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
BODY = Draft202012Validator(
    {"$ref": "message.schema.json#/$defs/webhook"},
    registry=Registry().with_resource("message.schema.json", Resource.from_contents(SCHEMA)),
)
INCIDENT = IncidentSaid(
    id=7, project="bank", status="new", severity="critical", started_at=1_000_000,
    facts=Facts(models=frozenset(["credit"]), started_at=1_000_000, latest_at=1_000_000, window_us=1),
    links={"incident": "https://barograph.example.org/incidents/7"},
)  # fmt: skip
RECALL = AlertSaid(
    id=1, monitor="recall fell", model="credit", address="performance.recall", severity="critical",
    started_at=1_000_000, title="Recall", summary="credit: Recall: 0.61, below the limit 0.7.",
    verdict={"value": 0.61, "interval": (0.58, 0.64), "n": 900, "expected": 0.8, "limits": (0.7, None)},
)  # fmt: skip
LATENCY = replace(
    RECALL, id=None, address="operations.latency(q=0.95)", title="Latency", unit="seconds", verdict={}, kind="blind",
    suppressed=("Silenced by ada: upgrade",), resolved_at=5_000_000,
)  # fmt: skip
CHART = {
    "name": "Recall of credit", "unit": "", "labels": ["1 Jan", "2 Jan"], "values": [0.8, 0.61],
    "intervals": [None, [0.58, 0.64]], "limits": [0.7, None], "band": [0.75, 0.85], "breached": [1],
    "caption": "Recall of credit, by 1d.",
}  # fmt: skip
EVENT = RelatedEvent(at=2_000_000, kind="deployment", name="v7", model="credit")


def told(alerts: list[AlertSaid], **more: Any) -> dict[str, Any]:
    message = message_of(more.pop("incident", INCIDENT), alerts, more.pop("reason", "new"), **more)
    return json.loads(json.dumps(message.to_dict(), allow_nan=False))


@pytest.mark.parametrize(
    "document",
    [
        told([RECALL]),
        told([LATENCY], reason="resolved"),
        told([RECALL, LATENCY], events=[EVENT], chart=CHART),
        told([RECALL] * 80, incident=replace(INCIDENT, id=None, links={})),
    ],
    ids=["one", "blind", "all", "many"],
)
def test_a_message_is_as_its_schema_says(document):
    assert [f"{e.json_path}: {e.message[:200]}" for e in VALIDATOR.iter_errors(document)] == []


def test_figures_stand_in_their_part_of_the_details():
    details = told([RECALL, LATENCY])["details"]
    assert [each["metric"] for each in details["performance"]] == ["performance.recall"]
    assert [each["metric"] for each in details["operational"]] == ["operations.latency(q=0.95)"]


def test_of_many_alerts_the_first_are_told_and_all_are_counted():
    document = told([RECALL] * 80)
    assert (len(document["alerts"]), document["alert_count"]) == (MOST_ALERTS, 80)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.pop("what_to_do"),
        lambda d: d.update(surprise=1),
        lambda d: d.update(reason="boredom"),
        lambda d: d["alerts"][0].update(severity="fatal"),
        lambda d: d["alerts"][0].update(limits=[1]),
        lambda d: d["details"].pop("related_events"),
        lambda d: d["chart"].update(values=["high"]),
        lambda d: d.update(started_at=None),
    ],
)
def test_a_broken_message_is_found(change):
    broken = told([RECALL], chart=CHART)
    change(broken)
    assert not VALIDATOR.is_valid(broken)


OF_AN_INCIDENT = Letter(kind="incident", document=told([RECALL]), project="bank", reason="new", incident_id=7)


@pytest.mark.parametrize("letter", [OF_AN_INCIDENT, trial_letter("bank", "hook")], ids=["incident", "test"])
def test_what_a_webhook_is_sent_is_as_the_schema_says(letter):
    body = json.loads(json.dumps(posted(letter, "key-1")))
    assert [f"{e.json_path}: {e.message[:200]}" for e in BODY.iter_errors(body)] == []


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(incident=7),
        lambda d: d.pop("incident"),
        lambda d: d.pop("message"),
        lambda d: d["message"].pop("what_to_do"),
        lambda d: d.update(kind="digest"),
    ],
)
def test_a_broken_body_of_a_webhook_is_found(change):
    body = json.loads(json.dumps(posted(OF_AN_INCIDENT, "key-1")))
    change(body)
    assert not BODY.is_valid(body)


def test_words_are_those_of_the_code():
    held, alert = SCHEMA["properties"], SCHEMA["$defs"]["alert"]["properties"]
    assert set(held["reason"]["enum"]) == set(get_args(Reason))
    assert set(held["status"]["enum"]) == set(get_args(IncidentStatus))
    assert set(SCHEMA["$defs"]["webhook"]["properties"]["kind"]["enum"]) == set(get_args(LetterKind))
    assert held["severity"]["enum"] == alert["severity"]["enum"] == list(SEVERITIES)
    assert set(alert["kind"]["enum"]) == set(get_args(Kind))
    assert set(alert["phase"]["enum"]) == set(get_args(Phase))


def parts(node: Any, path: str = "$") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every subschema that describes a field, with its place."""
    if isinstance(node, dict):
        for key in ("properties", "$defs"):
            for name, inner in node.get(key, {}).items():
                yield f"{path}.{name}", inner
                yield from parts(inner, f"{path}.{name}")
        for key in ("items", "anyOf"):
            inner = node.get(key)
            for one in inner if isinstance(inner, list) else [inner]:
                if isinstance(one, dict):
                    yield from parts(one, f"{path}/{key}")


def test_every_field_is_described():
    Draft202012Validator.check_schema(SCHEMA)
    assert [path for path, node in parts(SCHEMA) if not node.get("description", "").endswith(".")] == []


def test_the_page_is_as_generated():
    spec = importlib.util.spec_from_file_location("generate_report", DOCS / "generate_report.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    hint = "run: uv run python docs/generate_report.py"
    assert made.MESSAGE_PAGE.read_text("utf-8") == made.render_message(), hint
