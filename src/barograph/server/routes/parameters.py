"""Parameters that many routes share."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

ProjectName = Annotated[str, Path(description="Name of the project.", min_length=1, max_length=200)]
ModelName = Annotated[str, Path(description="Name of the model.", min_length=1, max_length=200)]
