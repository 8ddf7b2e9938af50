"""Every family /metrics tells is documented."""

from __future__ import annotations

import re
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "prometheus-and-grafana.md"


def test_the_page_names_every_family_and_no_other(http):
    http.get("/v1/projects")
    told = set()
    for family in text_string_to_metric_families(http.get("/metrics").text):
        suffix = {"counter": "_total", "info": "_info"}.get(family.type, "")
        told.add(family.name if family.name.endswith(suffix) else family.name + suffix)
    table = [
        line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `barograph_")
    ]
    named = {name for line in table for name in re.findall(r"`(barograph_\w+)`", line.split("|")[1])}
    assert {name for name in told if not name.endswith("_created")} == named
