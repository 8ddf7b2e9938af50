"""Links that show one picture of one page to whoever has them, for a while: signed, and kept nowhere."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from barograph.server.errors import RequestRefused
from barograph.store.key_file import kept_key, renewed_key

#: What such a link adds to an address: who made it, until when it shows its picture (µs UTC), and the proof.
BY, UNTIL, SIGNATURE = "link_by", "link_until", "signature"
#: The picture alone, and the picture in a page of its own for frames: one link leads to both.
ENDINGS: Final = (".svg", ".frame")
_FILE: Final = "links.secret"


def link_key(data: Path) -> bytes:
    """The key that signs links, made at the first call; backups do not have it."""
    return kept_key(data / _FILE)


def end_links(data: Path) -> None:
    """End every link there is, in all processes: links are signed with another key from now on."""
    renewed_key(data / _FILE)


def signed(key: bytes, page: str, asked: Iterable[tuple[str, str]], *, made_by: str, until: int) -> str:
    """The query string of a link to a picture.

    Parameters
    ----------
    page : path of its page, without ending, such as ``"/models/shop/demand"``.
    asked : what the page is asked for, the picture's name as ``chart`` among it.
    made_by : who made the link; it shows no more than they may see.
    until : microseconds UTC.

    Examples
    --------
    >>> query = signed(bytes(32), "/models/shop/demand", [("chart", "traffic")], made_by="u1", until=5)
    >>> query.rpartition("=")[0]
    'chart=traffic&link_by=u1&link_until=5&signature'
    """
    whole = [*asked, (BY, made_by), (UNTIL, str(until))]
    return urlencode([*whole, (SIGNATURE, _signature(key, page, whole))])


def maker_of(key: bytes, page: str, asked: Iterable[tuple[str, str]], *, now: int) -> str:
    """Who made a link, where it is as it was made and not over.

    Raises
    ------
    RequestRefused
        403 for one that was changed, or signed with a key that was replaced, or that is over.

    Examples
    --------
    >>> from urllib.parse import parse_qsl
    >>> query = signed(bytes(32), "/models/shop/demand", [("chart", "traffic")], made_by="u1", until=5)
    >>> maker_of(bytes(32), "/models/shop/demand", parse_qsl(query), now=4)
    'u1'
    """
    items = list(asked)
    whole = [(name, value) for name, value in items if name != SIGNATURE]
    shown = [value for name, value in items if name == SIGNATURE]
    held = dict(whole)
    if len(shown) != 1 or not hmac.compare_digest(_signature(key, page, whole).encode(), shown[0].encode()):
        raise RequestRefused(403, _NOT_OURS)
    if int(held[UNTIL]) <= now:
        raise RequestRefused(403, _OVER)
    return held[BY]


def _signature(key: bytes, page: str, asked: Iterable[tuple[str, str]]) -> str:
    """Of the page and all it is asked for, in whatever order that stands in the address."""
    told = f"picture\n{page}\n{urlencode(sorted(asked))}"
    return hmac.new(key, told.encode(), hashlib.sha256).hexdigest()


_NOT_OURS: Final = (
    "this link to a picture was changed, or ended by an admin; ask whoever gave it to you for a new one."
)
_OVER: Final = "this link to a picture is over; ask whoever gave it to you for a new one."
