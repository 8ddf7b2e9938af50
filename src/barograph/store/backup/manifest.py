"""What a backup says of itself: written last, so that one without it is known to be cut short."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from barograph.store.errors import Damaged, LaterVersion

MANIFEST_NAME = "manifest.json"
#: Of the archive's layout; what is in the databases has revisions of its own.
FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What is in a backup.

    Attributes
    ----------
    barograph : the version that made it.
    created_at : when the moment was that it shows, microseconds UTC.
    database : `sqlite` or `postgresql`.
    revisions : of each branch of tables.
    counters : by table, the last number that was given; PostgreSQL alone keeps them apart from the rows.
    files : by name in the archive, size in bytes and SHA-256 in hexadecimal.
    """

    barograph: str
    created_at: int
    database: str
    revisions: Mapping[str, str]
    counters: Mapping[str, int]
    files: Mapping[str, tuple[int, str]]

    @property
    def bytes(self) -> int:
        """Size of all files, before compression."""
        return sum(size for size, _ in self.files.values())


def write_manifest(manifest: Manifest) -> bytes:
    """The manifest as JSON."""
    return json.dumps({"format": FORMAT_VERSION} | asdict(manifest), indent=1, sort_keys=True).encode()


def read_manifest(text: bytes) -> Manifest:
    """Read a manifest; raises LaterVersion where a later version made it, Damaged where it is none."""
    try:
        document = json.loads(text)
        version = document.pop("format")
        if version > FORMAT_VERSION:
            raise LaterVersion(
                f"the backup has format {version}; this version reads up to {FORMAT_VERSION}. Upgrade barograph."
            )
        files = {name: (size, digest) for name, (size, digest) in document.pop("files").items()}
        return Manifest(**document, files=files)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Damaged("the backup's manifest cannot be read; take another backup.") from error
