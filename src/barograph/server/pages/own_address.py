"""Where one is led next, as an address in the query string says."""

from __future__ import annotations


def own_address(to: str) -> str:
    """An address of this server, else the inbox: another one would let a link lead elsewhere.

    Examples
    --------
    >>> own_address("/models?span=7d"), own_address("//example.com/")
    ('/models?span=7d', '/')
    """
    return to if to.startswith("/") and not to.startswith(("//", "/\\")) else "/"
