"""The page on bodies names every reason, every kind of private data, every form and every reserved name."""

from __future__ import annotations

from pathlib import Path

import pytest

from barograph.server.door.media import FORMS
from barograph.server.door.privacy import DETECTORS
from barograph.server.door.rejections import REASONS
from barograph.server.door.wire import RESERVED

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "ingest.md").read_text("utf-8")


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_is_on_the_page_with_its_meaning(reason: str) -> None:
    assert f"| `{reason}` | {REASONS[reason]} |" in PAGE


@pytest.mark.parametrize("name", [*RESERVED, *dict.fromkeys(d.kind for d in DETECTORS)])
def test_every_reserved_name_and_kind_is_on_the_page(name: str) -> None:
    assert f"`{name}`" in PAGE


def test_every_form_is_on_the_page() -> None:
    assert {form for kind, form in FORMS.items() if f"`{kind}`" in PAGE} == set(FORMS.values())
