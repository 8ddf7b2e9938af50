"""Every setting is typed, documented, has a default that can be read, and is used."""

from __future__ import annotations

import importlib.util
from dataclasses import fields
from pathlib import Path

import pytest

from barograph.config.settings import Settings
from barograph.config.table import SETTINGS

ROOT = Path(__file__).parents[2]


def test_the_table_and_the_typed_value_have_the_same_settings():
    assert {setting.name for setting in SETTINGS} == {field.name for field in fields(Settings)}


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda s: s.name)
def test_a_setting_has_a_default_that_can_be_read_and_a_meaning(setting):
    setting.read(setting.default)
    assert setting.meaning.endswith(".")
    assert setting.group


def test_the_reference_of_settings_is_up_to_date():
    spec = importlib.util.spec_from_file_location("generate_settings", ROOT / "docs" / "generate_settings.py")
    assert spec is not None
    assert spec.loader is not None
    page = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(page)
    assert page.PAGE.read_text(encoding="utf-8") == page.render()


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda s: s.name)
def test_a_setting_is_used(setting):
    source = (ROOT / "src" / "barograph").rglob("*.py")
    used = f"settings.{setting.name}"
    own = {"data", "database"}  # through the properties data_path and database_url
    assert setting.name in own or any(used in path.read_text(encoding="utf-8") for path in source)
