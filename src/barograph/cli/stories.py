"""The stories that `barograph story` tells."""

from __future__ import annotations

from enum import StrEnum


class StoryName(StrEnum):
    """Names of the stories."""

    BIKE = "bike"
    CREDIT = "credit"
