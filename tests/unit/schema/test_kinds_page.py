"""The page that states the rules names every reading and token there is."""

from pathlib import Path

import pytest

from barograph.schema.model import KINDS, READINGS
from barograph.schema.readings import NULL_TOKENS

PAGE = (Path(__file__).parents[3] / "docs/reference/kinds.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*KINDS, *(r for r in READINGS if r != "plain"), *filter(None, NULL_TOKENS)])
def test_the_page_names(name):
    assert f"`{name}`" in PAGE or f"`reading: {name}`" in PAGE
