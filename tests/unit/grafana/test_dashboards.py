"""Dashboards and alert rules as values."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest

from barograph.grafana.dashboard import dashboard_document
from barograph.grafana.files import DASHBOARDS, RULES_FILE, files
from barograph.grafana.rule import RULES

PANELS = [
    (dashboard, panel)
    for dashboard in DASHBOARDS
    for section in dashboard.sections
    for panel in section.panels
]
ALL_RULES = [rule for rules in RULES.values() for rule in rules]


def names(panel):
    return panel.title if hasattr(panel, "title") else ""


def test_files_are_the_same_whenever_they_are_written():
    assert files() == files()
    assert all(text.endswith("\n") for text in files().values())


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda d: d.uid)
def test_a_dashboard_is_json_whose_panels_have_ids_of_their_own(dashboard):
    read = json.loads(files()[f"{dashboard.uid}.json"])
    numbers = [panel["id"] for panel in read["panels"]]
    assert numbers == list(range(1, len(numbers) + 1))
    assert read == dashboard_document(dashboard)


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda d: d.uid)
def test_panels_lie_on_the_grid_and_none_covers_another(dashboard):
    taken = set()
    for panel in dashboard_document(dashboard)["panels"]:
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24, panel["title"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells


@pytest.mark.parametrize(("dashboard", "panel"), PANELS, ids=names)
def test_a_panel_asks_a_question_and_uses_the_variables_its_dashboard_has(dashboard, panel):
    assert "?" in panel.says
    known = {variable.name for variable in dashboard.variables} | {"__rate_interval"}
    used = {name for q in panel.queries for name in re.findall(r"\$(\w+)", q.expression)}
    assert used <= known


def test_no_file_names_a_data_source():
    for name, text in files().items():
        if name != RULES_FILE:
            found = {m for m in re.findall(r'"uid": "([^"]+)"', text) if not m.startswith("barograph-")}
            assert found == {"${datasource}"}


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda r: r.name)
def test_a_rule_says_what_is_wrong_and_what_to_do(rule):
    assert rule.name.startswith("Barograph")
    assert rule.summary.endswith(".")
    assert rule.do.endswith(".")
    assert rule.severity in ("none", "info", "warning", "critical")


def test_rules_have_names_of_their_own():
    assert len({rule.name for rule in ALL_RULES}) == len(ALL_RULES)


SCENARIOS = """
rule_files: [barograph.rules.yml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - {series: 'barograph_watchdog', values: '1x10 0x20'}
      - {series: 'barograph_build_info', values: '1x30'}
      - {series: 'barograph_notifications_total{channel_kind="email",outcome="dead"}', values: '0x10 1x20'}
      - {series: 'barograph_incidents{project="bank",severity="critical",status="new"}', values: '1x30'}
    alert_rule_test:
      - {eval_time: 5m, alertname: BarographWatchdog, exp_alerts: [{exp_labels: {severity: none}, exp_annotations: {
          summary: "Always fires while Barograph judges monitors and Prometheus and Alertmanager pass it on.",
          description: "Send it to a service that raises the alarm when it stops coming."}}]}
      - {eval_time: 12m, alertname: BarographNobodyJudges, exp_alerts: []}
      - {eval_time: 17m, alertname: BarographNobodyJudges, exp_alerts: [{exp_labels: {severity: critical},
          exp_annotations: {
          summary: "No worker of Barograph was heard of for five minutes: rows are kept, nothing is judged.",
          description: "Look at the log of `barograph serve`; start a worker with `barograph worker`."}}]}
      - {eval_time: 5m, alertname: BarographCannotTell, exp_alerts: []}
      - {eval_time: 15m, alertname: BarographCannotTell, exp_alerts: [{exp_labels: {severity: critical,
          channel_kind: email, outcome: dead}, exp_annotations: {
          summary: "A message was given up: a channel of kind email did not take it.",
          description: "Send a test through the project's channels, and mend or replace the one that fails."}}]}
      - {eval_time: 5m, alertname: BarographCriticalIncident, exp_alerts: [{exp_labels: {severity: critical,
          project: bank}, exp_annotations: {summary: "Critical incidents of bank: 1.",
          description: "Open the project's incidents: each says what, since when, how bad, why, and what to do."}}]}
      - {eval_time: 20m, alertname: BarographDown, exp_alerts: []}
  - interval: 1m
    input_series:
      - {series: 'barograph_evaluations_total{status="error"}', values: '0x60 1x1439 2x4319'}
      - {series: 'barograph_notifications_total{channel_kind="webhook",outcome="refused"}', values: '_x20 0x2 1x60'}
    alert_rule_test:
      - {eval_time: 22m, alertname: BarographCannotTell, exp_alerts: []}
      - {eval_time: 25m, alertname: BarographCannotTell, exp_alerts: [{exp_labels: {severity: critical,
          channel_kind: webhook, outcome: refused}, exp_annotations: {
          summary: "A message was given up: a channel of kind webhook did not take it.",
          description: "Send a test through the project's channels, and mend or replace the one that fails."}}]}
      - {eval_time: 59m, alertname: BarographMonitorErrors, exp_alerts: []}
      - {eval_time: 62m, alertname: BarographMonitorErrors, exp_alerts: [{exp_labels: {severity: warning,
          status: error}, exp_annotations: {
          summary: "Windows that monitors could not judge within two days: 1.",
          description: "Look for the status `error` among the monitors' series."}}]}
      - {eval_time: 1600m, alertname: BarographMonitorErrors, exp_alerts: [{exp_labels: {severity: warning,
          status: error}, exp_annotations: {
          summary: "Windows that monitors could not judge within two days: 2.",
          description: "Look for the status `error` among the monitors' series."}}]}
      - {eval_time: 4500m, alertname: BarographMonitorErrors, exp_alerts: []}
  - interval: 1m
    input_series: [{series: 'up', values: '1x30'}]
    alert_rule_test:
      - {eval_time: 10m, alertname: BarographDown, exp_alerts: [{exp_labels: {severity: critical}, exp_annotations: {
          summary: "No Barograph server is scraped.",
          description: "Look whether `barograph serve` runs and whether Prometheus reaches its /metrics."}}]}
"""


@pytest.mark.skipif(shutil.which("promtool") is None, reason="apt-get install prometheus")
def test_rules_fire_when_they_should_and_not_before(tmp_path):
    (tmp_path / RULES_FILE).write_text(files()[RULES_FILE])
    (tmp_path / "scenarios.yml").write_text(SCENARIOS)
    for command in (["check", "rules", RULES_FILE], ["test", "rules", "scenarios.yml"]):
        done = subprocess.run(
            ["promtool", *command], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=600
        )
        assert done.returncode == 0, done.stdout + done.stderr
