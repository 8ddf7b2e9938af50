"""What changes around a model: schema, environment, sources; what people and the business say."""

from __future__ import annotations

from typing import Any, Final

from barograph.monitors.arrays import Course
from barograph.monitors.catalogue.kind import MonitorType, types_of, usual

_schema = types_of("Schema and environment")
_source = types_of("Sources")
_feedback = types_of("Probes and feedback")
_business = types_of("Business")


def _event(kind: str, **more: Any) -> dict[str, Any]:
    """A monitor that one event of a kind fires, and a day without one resolves."""
    usual_keys = {"window": "1h", "when": {"above": 0}, "clear": 24}
    return {"metric": f'operations.event_count(kind="{kind}")', **usual_keys, **more}


TYPES: Final[tuple[MonitorType, ...]] = (
    _schema(
        "schema changed", "Do columns or types come that the schema does not know?",
        _event("schema_change"), (0, 1), (0, 0),
    ),
    _schema(
        "environment changed", "Does the model run on other libraries, another image or another machine than before?",
        _event("environment_change"), (0, 1), (0, 0),
    ),
    _schema(
        "environment changed by nobody", "Did libraries, image or machine change though nobody deployed anything?",
        _event("undeployed_change"), (0, 1), (0, 0),
    ),
    _schema(
        "served otherwise than trained",
        "Is a version served with other libraries, another Python or another file than it was trained with?",
        _event("training_difference"), (0, 1), (0, 0),
    ),
    _schema(
        "model grown old", "How long ago was a version last deployed?",
        {"metric": "operations.version_age", "when": {"above": 7_776_000}, "severity": "info"},
        (7_000_000.0, 7_800_000.0), (7_000_000.0, 7_100_000.0),
    ),
    _schema(
        "personal data", "Do values look like personal data or secrets?",
        _event("personal_data", severity="critical"), (0, 1), (0, 0),
    ),
    _source(
        "source failed", "Can a source of rows not be read?",
        _event("source_failed", severity="critical", clear=1), (0, 3), (0, 0),
    ),
    _source(
        "file rewritten", "Was a file changed after it was read?",
        _event("file_rewritten"), (0, 1), (0, 0),
    ),
    _source(
        "trouble upstream", "Has the owner of a source said that something happened to it?",
        _event("upstream"), (0, 1), (0, 0),
    ),
    _source(
        "counts that do not add up", "Was a stored profile not what its rows give?",
        _event("audit_failed", severity="critical"), (0, 1), (0, 0),
    ),
    _source(
        "messages not delivered", "Did a message about all this not arrive?",
        _event("notification_failed", severity="critical"), (0, 1), (0, 0),
    ),
    _feedback(
        "a fixed row answered otherwise", "Do rows that are scored again and again get another answer?",
        {"metric": "operations.probe_changed", "window": "1h", "when": {"above": 0},
         "severity": "critical"},
        (0.0, 0.1), (0.0, 0.0),
    ),
    _feedback(
        "people overrule the model", "Do people decide otherwise more often than on like days?",
        {"metric": 'operations.feedback_rate(kind="override")',
         "when": {"band": {"width": 4, "side": "above", "season": "none"}}},
        (*usual(0.05, 0.005), 0.14), (*usual(0.05, 0.005), 0.058),
    ),
    _feedback(
        "complaints", "Do more people complain than may?",
        {"metric": 'operations.feedback_rate(kind="complaint")', "when": {"above": "1%"}},
        (0.002, 0.02), (0.002, 0.006),
    ),
    _feedback(
        "a group that complains", "Is it one group that complains, more than all others?",
        {"metric": 'operations.feedback_rate(kind="complaint", segment=*)', "against": "segment(rest)",
         "when": {"change": "+200%"}, "severity": "info"},
        Course(values=(0.002, 0.01), compared=0.002), Course(values=(0.002, 0.004), compared=0.002),
    ),
    _business(
        "a figure of the business falls", "Has revenue, or what else the model is there for, left its usual course?",
        {"metric": 'operations.value(name="revenue", statistic="sum")',
         "when": {"band": {"width": 4, "side": "below", "season": "none"}}},
        (*usual(9_000.0, 200.0), 6_000.0), (*usual(9_000.0, 200.0), 8_800.0),
    ),
    _business(
        "a figure of the business against last week", "Is the same day of last week missed by much?",
        {"metric": 'operations.value(name="conversion")', "against": "season(1w)", "when": {"change": "-15%"}},
        Course(values=(0.03, 0.02), compared=0.03), Course(values=(0.03, 0.028), compared=0.03),
    ),
    _business(
        "what answers are worth", "Do the model's answers bring less than the reference's did?",
        {"metric": "custom.profit", "when": {"change": "-10%"}, "needs": {"label_age": "1d"}},
        Course(values=(4.0, 3.2), compared=4.0), Course(values=(4.0, 3.8), compared=4.0),
    ),
)  # fmt: skip
