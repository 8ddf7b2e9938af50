"""The roles a key can have, and which of them suffices for what."""

from __future__ import annotations

from typing import Final, Literal, get_args

Role = Literal["admin", "editor", "viewer", "ingest"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)

#: By what a route needs, the roles that have it. Who may send rows need not be allowed to read any.
_SUFFICIENT: Final[dict[Role, tuple[Role, ...]]] = {
    "admin": ("admin",),
    "editor": ("admin", "editor"),
    "viewer": ("admin", "editor", "viewer"),
    "ingest": ("admin", "editor", "ingest"),
}


def suffices(held: str, needed: Role) -> bool:
    """Whether a key of role `held` may do what needs the role `needed`.

    Examples
    --------
    >>> suffices("editor", "viewer"), suffices("viewer", "ingest"), suffices("ingest", "viewer")
    (True, False, False)
    """
    return held in _SUFFICIENT[needed]
