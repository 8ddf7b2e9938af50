"""What may be a name, and what is said of one that is not there."""

from __future__ import annotations

from collections.abc import Iterable

from barograph.errors import did_you_mean
from barograph.store.errors import InvalidName, NotFound

_LONGEST = 200


def check_name(what: str, name: str) -> str:
    """Return `name` if it can name a `what`; raises InvalidName.

    A name stands in addresses of pages and in messages: 1 to 200 characters that can be printed, no ``/``, no space
    at either end, not ``.`` or ``..``.

    Examples
    --------
    >>> check_name("model", "credit risk")
    'credit risk'
    """
    fits = 0 < len(name) <= _LONGEST and name.isprintable() and "/" not in name and name.strip() == name
    if not fits or name in (".", ".."):
        raise InvalidName(
            f"{name[:_LONGEST]!r} cannot be the name of a {what}. Expected 1 to {_LONGEST} characters that can be "
            "printed, without '/' and without spaces at the ends."
        )
    return name


def not_found(what: str, name: str, names: Iterable[str], where: str = "") -> NotFound:
    """Build the error for a name that is not there, with the nearest one that is.

    Examples
    --------
    >>> str(not_found("model", "credt", ["credit"], " in project 'bank'"))
    "no model 'credt' in project 'bank'; did you mean 'credit'?"
    """
    names = list(names)
    hint = did_you_mean(name, names)
    shown = ", ".join(repr(n) for n in names[:12]) + (" …" if len(names) > 12 else "")
    return NotFound(f"no {what} {name!r}{where}{hint}" + ("" if hint else f". There: {shown or 'none'}."))
