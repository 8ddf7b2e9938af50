"""Which columns are compared, by what they are to the model."""

from __future__ import annotations

from typing import Final

#: Roles whose columns are compared; identifiers and times differ by their nature.
COMPARED_ROLES: Final = frozenset(
    {
        "feature",
        "raw_input",
        "segment",
        "prediction",
        "score",
        "label",
        "decision",
        "value",
        "rank",
        "horizon",
        "attribution",
    }
)
#: Of these, the ones that are inputs of the model.
INPUT_ROLES: Final = frozenset({"feature", "raw_input", "segment"})
