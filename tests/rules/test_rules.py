"""The rule tests beside this file, each as a test."""

from __future__ import annotations

from pathlib import Path

import pytest

from barograph.alerts.rules.play import play_scene
from barograph.alerts.rules.read import parse_rules
from barograph.alerts.rules.scene import RuleFile, Scene

FILES = sorted(Path(__file__).parent.glob("*.test.yml"))
RULES = {path: parse_rules(path.read_text("utf-8"), path.name) for path in FILES}


def test_there_are_files():
    assert len(FILES) >= 3


@pytest.mark.parametrize(
    ("rules", "scene"),
    [
        pytest.param(rules, scene, id=f"{path.name.removesuffix('.test.yml')}: {scene.name}")
        for path, rules in RULES.items()
        for scene in rules.scenes
    ],
)
def test_rule(rules: RuleFile, scene: Scene):
    assert [str(miss) for miss in play_scene(scene, rules).misses] == []
