"""Files of the pages that browsers keep: each is asked for under an address that holds its hash."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib import resources
from typing import Final

_TYPES: Final = {
    "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "woff2": "font/woff2",
}  # fmt: skip
_HASH: Final = 12
_IMPORT: Final = re.compile(rb'from "\./([\w-]+\.js)"')
#: Made here of the rules and colours that reports have too.
_CHARTS: Final = "charts.css"


def address_of(name: str) -> str:
    """The address of a file, such as ``/static/pages.0123456789ab.css``.

    Examples
    --------
    >>> address_of("pages.css").startswith("/static/pages.")
    True
    """
    stem, _, ending = name.rpartition(".")
    return f"/static/{stem}.{_hash(name)}.{ending}"


def file_at(address: str) -> tuple[bytes, str] | None:
    """The file of an address below ``/static/`` and its type; None where there is none, or another one by now."""
    stem, _, ending = address.rpartition(".")
    stem, _, hashed = stem.rpartition(".")
    name = f"{stem}.{ending}"
    if ending not in _TYPES or name not in _names() or _hash(name) != hashed:
        return None
    return _body(name), _TYPES[ending]


def chart_style(theme: str) -> str:
    """The rules of charts with the colours of one theme, for a picture that stands alone."""
    style = resources.files("barograph.charts").joinpath("style")
    colours, rules = (style.joinpath(f"{name}.css").read_text("utf-8") for name in (theme, "charts"))
    font = 'svg{font-family:Inter,system-ui,"Segoe UI",Roboto,"Noto Sans","Noto Sans SC",sans-serif}'
    return f":root{{{colours}}}{rules}{font}"


def text_of(name: str) -> str:
    """A file's text, for documents that hold it."""
    return _body(name).decode()


@cache
def _names() -> frozenset[str]:
    """Files there are, those of `vendor/` with the folder before them."""
    folder = resources.files(__name__)
    own = {item.name for item in folder.iterdir() if item.is_file()}
    others = {f"vendor/{item.name}" for item in folder.joinpath("vendor").iterdir()}
    return frozenset({_CHARTS} | {name for name in own | others if name.rpartition(".")[2] in _TYPES})


@cache
def _body(name: str) -> bytes:
    if name == _CHARTS:
        return _charts().encode()
    body = resources.files(__name__).joinpath(name).read_bytes()
    if name.endswith(".js") and "/" not in name:
        body = _IMPORT.sub(lambda found: b'from "%s"' % _beside(found[1].decode()), body)
    return body


def _beside(name: str) -> bytes:
    """A script as another one imports it: by the address of its content too."""
    return b"./" + address_of(name).removeprefix("/static/").encode()


def _charts() -> str:
    """Colours as the system has them or as the person chose them, and the rules of charts."""
    style = resources.files("barograph.charts").joinpath("style")
    light, dark, rules = (style.joinpath(f"{n}.css").read_text("utf-8") for n in ("light", "dark", "charts"))
    return (
        f":root{{color-scheme:light;{light}}}\n"
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{color-scheme:dark;{dark}}}}}\n"
        f":root[data-theme=dark]{{color-scheme:dark;{dark}}}\n{rules}"
    )


@cache
def _hash(name: str) -> str:
    return hashlib.sha256(_body(name)).hexdigest()[:_HASH]
