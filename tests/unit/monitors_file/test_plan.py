"""What applying a file would do."""

from __future__ import annotations

import json

from barograph.monitors.plan import plan, plan_document, told
from barograph.monitors.yaml import parse_monitors

BEFORE = """\
monitors:
  - {name: moved, metric: drift.share, when: {above: 20%}, for: 2}
  - {name: rows, metric: operations.volume, when: {band: 3}}
  - {name: old, metric: operations.version_age, when: {above: 100}}
routes:
  on-call: {channels: [ops], wait: 30s}
"""
AFTER = """\
monitors:
  - {name: rows, metric: operations.volume, when: {band: 3}, window: 1d}
  - {name: moved, metric: drift.share, when: {above: 30%}, owner: ann}
  - {name: new, metric: operations.freshness, when: {above: 3600}}
routes:
  on-call: {channels: [ops, chat]}
"""


def test_every_key_that_differs_is_told() -> None:
    found = plan(parse_monitors(BEFORE), parse_monitors(AFTER))
    assert told(found).splitlines() == [
        "+ monitor new",
        "~ monitor moved",
        "    when: {above: 0.2} → {above: 0.3}",
        "    for: 2 → 1",
        "    owner: nothing → ann",
        "~ route on-call",
        "    channels: [ops] → [ops, chat]",
        "    wait: 30s → nothing",
        "- monitor old",
    ]
    assert found.same == 1


def test_the_order_and_what_is_usual_change_nothing() -> None:
    again = plan(parse_monitors(AFTER), parse_monitors(AFTER.replace("window: 1d", "against: reference")))
    assert again.is_empty
    assert again.same == 4


def test_a_plan_as_json() -> None:
    document = plan_document(plan(parse_monitors(BEFORE), parse_monitors(AFTER)))
    assert json.loads(json.dumps(document)) == document
    assert document["changed"][0]["differences"][0] == {
        "key": "when",
        "before": {"above": 0.2},
        "after": {"above": 0.3},
    }
