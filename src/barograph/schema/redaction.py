"""Which columns may be redacted, and how: said in the schema, done by the server before anything is stored."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, get_args

from barograph.errors import SchemaError, check_known

Redact = Literal["drop", "mask", "hash"]

REDACTS: tuple[str, ...] = get_args(Redact)
#: Roles by way. What windows, figures and labels are made of cannot be taken away; what rows are grouped and joined by
#: may be named otherwise, as long as equal values stay equal.
_ROLES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "drop": ("feature", "raw_input", "entity", "metadata"),
        "mask": ("feature", "raw_input", "entity", "metadata"),
        "hash": ("feature", "raw_input", "entity", "metadata", "segment", "group", "id"),
    }
)
_KINDS: Final = ("categorical", "text")


def check_redact(name: str, redact: str | None, role: str, kind: str) -> None:
    """Refuse a redaction that would leave the column without use; raises SchemaError.

    Examples
    --------
    >>> check_redact("zip", "hash", "feature", "categorical")
    """
    if redact is None:
        return
    check_known(f"column {name!r}", [("redact", redact, REDACTS)], SchemaError)
    if role not in _ROLES[redact]:
        raise SchemaError(
            f"column {name!r}: a {role} cannot be redacted by {redact!r}; expected one of the roles "
            f"{', '.join(_ROLES[redact])}. Leave redact out, or choose another way."
        )
    if redact != "drop" and kind not in _KINDS:
        raise SchemaError(
            f"column {name!r}: a {kind} column has no text that {redact!r} could change; use redact: drop, or the "
            "kind categorical."
        )
