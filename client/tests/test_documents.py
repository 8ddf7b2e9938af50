"""The package's README runs, and every setting and function is documented."""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import barograph_client

CLIENT = Path(__file__).parents[1]
PAGE = CLIENT.parent / "docs" / "how-to" / "client.md"


def test_readme_runs(server):
    [code] = re.findall(r"```python\n(.*?)```", (CLIENT / "README.md").read_text("utf-8"), re.DOTALL)
    environment = {**os.environ, "BAROGRAPH_URL": server.url, "BAROGRAPH_API_KEY": "bg_1_secret"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr == ""
    assert "sent_rows=2" in done.stdout
    assert len(server.ids()) == 1


@pytest.mark.parametrize("setting", [f.name for f in dataclasses.fields(barograph_client.Settings)])
def test_setting_is_on_the_page(setting):
    assert f"`{setting}`" in PAGE.read_text("utf-8")


@pytest.mark.parametrize("name", [n for n in barograph_client.__all__ if n.islower()])
def test_function_is_on_the_page(name):
    assert re.search(rf"\b{name}\b", PAGE.read_text("utf-8"))


def test_package_needs_nothing():
    text = (CLIENT / "pyproject.toml").read_text("utf-8")
    assert "dependencies = []" in text
    assert 'requires-python = ">=3.10"' in text
