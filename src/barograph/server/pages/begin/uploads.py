"""Files that somebody sent to make a model from: of use for an hour, deleted when it is made or with the next one."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from barograph.server.catalog.reference_rows import SUFFIXES
from barograph.server.errors import RequestRefused
from barograph.store.errors import NotFound

LONGEST_US: Final = 3_600_000_000
#: Files that are kept at a time.
MOST: Final = 20
_BYTES: Final = 16
_SUFFIXES: Final = {"pq": ".parquet", "jsonl": ".ndjson", **{s[1:]: s for s in SUFFIXES.values()}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that was sent.

    Attributes
    ----------
    name : that it had where it came from.
    by : id of whoever sent it; nobody else sees it.
    at : µs UTC.
    """

    token: str
    path: Path
    name: str
    by: str
    at: int


def keep_upload(folder: Path, data: bytes, *, name: str, by: str, now: int) -> str:
    """Keep a file; returns what it is asked for by.

    Parameters
    ----------
    folder : of all such files.
    now : µs UTC; files that are too old by then are deleted.

    Raises
    ------
    RequestRefused
        422 for a file that is empty or of a form that is not read; 429 where too many are kept.
    """
    ending = _SUFFIXES.get(name.rpartition(".")[2].lower())
    if ending is None:
        raise RequestRefused(
            422,
            f"cannot tell the form of {name[:200]!r}; expected a name ending in .csv, .parquet or .ndjson.",
        )
    if not data:
        raise RequestRefused(422, f"{name[:200]!r} is empty; expected rows of a model, with a header.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = [each for each in (_about(path) for path in folder.glob("*.json")) if each is not None]
    for each in kept:
        if each.at < now - LONGEST_US:
            forget(each)
    if sum(each.at >= now - LONGEST_US for each in kept) >= MOST:
        raise RequestRefused(
            429, f"{MOST} files wait to be made models of; finish with those, or try again in an hour."
        )
    token = secrets.token_hex(_BYTES)
    (folder / f"{token}{ending}").write_bytes(data)
    about = {"name": name[:200], "by": by, "at": now, "file": f"{token}{ending}"}
    part = folder / f"{token}.part"
    part.write_bytes(orjson.dumps(about))
    part.replace(folder / f"{token}.json")
    return token


def upload_of(folder: Path, token: str, *, by: str, now: int) -> Upload:
    """The file of a token; raises NotFound where there is none of this person's any more."""
    known = token.isascii() and token.isalnum()
    found = _about(folder / f"{token}.json") if known else None
    if found is None or found.by != by or found.at < now - LONGEST_US:
        raise NotFound(
            "the file is not kept any more: it is for an hour, or until its model is made. Send it again."
        )
    return found


def forget(upload: Upload) -> None:
    """Delete a file that is not needed any more."""
    upload.path.unlink(missing_ok=True)
    upload.path.with_suffix(".json").unlink(missing_ok=True)


def _about(path: Path) -> Upload | None:
    try:
        held = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    return Upload(
        token=path.stem, path=path.with_name(held["file"]), name=held["name"], by=held["by"], at=held["at"]
    )
