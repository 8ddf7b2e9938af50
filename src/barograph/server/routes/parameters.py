"""Parameters that many routes share."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Path

#: A name in an address: no control characters, which no name has.
NAME_PATTERN: Final = r"^[^\x00-\x1f\x7f/]+$"
LONGEST_NAME: Final = 200

ProjectName = Annotated[
    str, Path(description="Name of the project.", min_length=1, max_length=LONGEST_NAME, pattern=NAME_PATTERN)
]
ModelName = Annotated[
    str,
    Path(
        alias="model",
        description="Name of the model.",
        min_length=1,
        max_length=LONGEST_NAME,
        pattern=NAME_PATTERN,
    ),
]
ReferenceName = Annotated[
    str,
    Path(
        alias="reference",
        description="Name of the reference.",
        min_length=1,
        max_length=LONGEST_NAME,
        pattern=NAME_PATTERN,
    ),
]
