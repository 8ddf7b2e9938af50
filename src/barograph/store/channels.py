"""Channels: where messages go. What they are reached with is sealed under a key that no database and no backup has."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from barograph.locale.said import say
from barograph.store.catalog.names import check_name, not_found
from barograph.store.errors import Damaged
from barograph.store.key_file import kept_key
from barograph.store.tables.alerts import channels
from barograph.store.upsert import upsert

_NONCE_BYTES: Final = 12
#: Sealed beside what a channel is reached with; no kind has a field of this name.
_LANGUAGE: Final = "language"
_FIRST_LANGUAGE: Final = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredChannel:
    """A channel as it is kept.

    Attributes
    ----------
    sealed : what it is reached with, sealed; see `Seal.open`.
    created_at, last_sent_at, last_error_at : µs UTC.
    last_error : why a message did not arrive; None once one has arrived again.
    """

    id: int
    project_id: int
    name: str
    kind: str
    sealed: bytes = field(repr=False)
    enabled: bool
    created_at: int
    last_sent_at: int | None
    last_error: str | None
    last_error_at: int | None

    def opened(self, seal: Seal) -> Opened:
        """What was sealed; raises Damaged where it does not open."""
        held = seal.open(self.sealed, project_id=self.project_id, name=self.name)
        return Opened(language=held.pop(_LANGUAGE, _FIRST_LANGUAGE), config=held)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What is sealed of a channel.

    Attributes
    ----------
    config : what it is reached with.
    language : in which its messages are written, as in `barograph.locale.language.LANGUAGES`.
    """

    config: Mapping[str, Any] = field(repr=False)
    language: str = _FIRST_LANGUAGE

    def sealed(self, seal: Seal, *, project_id: int, name: str) -> bytes:
        """The same, sealed for one channel."""
        held = (
            {**self.config} if self.language == _FIRST_LANGUAGE else {**self.config, _LANGUAGE: self.language}
        )
        return seal.close(held, project_id=project_id, name=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """Seals what channels are reached with: AES-256-GCM under the data directory's key.

    Attributes
    ----------
    key : 32 bytes; see `channel_key`.

    Examples
    --------
    >>> seal = Seal(key=bytes(32))
    >>> sealed = seal.close({"url": "https://example.org"}, project_id=1, name="on call")
    >>> b"example" in sealed, seal.open(sealed, project_id=1, name="on call")
    (False, {'url': 'https://example.org'})
    """

    key: bytes = field(repr=False)

    def close(self, config: Mapping[str, Any], *, project_id: int, name: str) -> bytes:
        """Seal what one channel is reached with; it opens for that channel alone."""
        nonce = os.urandom(_NONCE_BYTES)
        plain = json.dumps(dict(config), sort_keys=True).encode()
        return nonce + AESGCM(self.key).encrypt(nonce, plain, _bound_to(project_id, name))

    def open(self, sealed: bytes, *, project_id: int, name: str) -> dict[str, Any]:
        """What was sealed.

        Raises
        ------
        Damaged
            Where it was sealed under another key, or changed.
        """
        try:
            plain = AESGCM(self.key).decrypt(
                sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _bound_to(project_id, name)
            )
        except (InvalidTag, ValueError) as error:
            raise Damaged(
                say(
                    "channel {name} was sealed with another key than the one in channels.secret of this data folder, "
                    "which backups do not have; set the channel again, or bring the old file.",
                    name=repr(name),
                )
            ) from error
        held: dict[str, Any] = json.loads(plain)
        return held


def channel_seal(data: Path) -> Seal:
    """The seal of a data directory; its key is made at the first call, in `channels.secret`."""
    return Seal(key=kept_key(data / "channels.secret"))


def put_channel(
    conn: sa.Connection,
    *,
    project_id: int,
    name: str,
    kind: str,
    sealed: bytes,
    enabled: bool = True,
    now: int,
) -> StoredChannel:
    """Make a channel, or change the one of that name; raises InvalidName for a name that cannot be one."""
    check_name("channel", name)
    present = _named(conn, project_id, name)
    row = {
        "project_id": project_id, "name": name, "kind": kind, "config": sealed, "enabled": enabled,
        "created_at": now if present is None else present.created_at, "last_error": None, "last_error_at": None,
    }  # fmt: skip
    upsert(conn, channels, [row], ["project_id", "name"])
    return channel_named(conn, project_id, name)


def channel_named(conn: sa.Connection, project_id: int, name: str) -> StoredChannel:
    """The channel of a name; raises NotFound, with the nearest name that is there."""
    found = _named(conn, project_id, name)
    if found is None:
        raise not_found("channel", name, (channel.name for channel in all_channels(conn, project_id)))
    return found


def channel_by_id(conn: sa.Connection, channel_id: int) -> StoredChannel | None:
    """The channel of an id; None where it was deleted."""
    return next(iter(_read(conn, channels.c.id == channel_id)), None)


def all_channels(conn: sa.Connection, project_id: int) -> list[StoredChannel]:
    """Channels of a project, by name."""
    return _read(conn, channels.c.project_id == project_id)


def channels_of_kind(conn: sa.Connection, kind: str) -> list[StoredChannel]:
    """Enabled channels of one kind, of all projects, by name."""
    return _read(conn, (channels.c.kind == kind) & channels.c.enabled)


def delete_channel(conn: sa.Connection, channel: StoredChannel) -> None:
    """Delete a channel, and what was or is to be told through it."""
    conn.execute(sa.delete(channels).where(channels.c.id == channel.id))


def note_attempt(conn: sa.Connection, channel_id: int, *, error: str | None, now: int) -> None:
    """Note that a message arrived, or why it did not (µs UTC)."""
    changed = {"last_error": error} | ({"last_sent_at": now} if error is None else {"last_error_at": now})
    conn.execute(sa.update(channels).where(channels.c.id == channel_id).values(**changed))


def _named(conn: sa.Connection, project_id: int, name: str) -> StoredChannel | None:
    return next(iter(_read(conn, (channels.c.project_id == project_id) & (channels.c.name == name))), None)


def _read(conn: sa.Connection, where: sa.ColumnElement[bool]) -> list[StoredChannel]:
    asked = sa.select(channels).where(where).order_by(channels.c.name)
    return [
        StoredChannel(**{key: row[key] for key in row if key != "config"}, sealed=bytes(row["config"]))
        for row in conn.execute(asked).mappings()
    ]


def _bound_to(project_id: int, name: str) -> bytes:
    """A sealed value copied to another channel's row does not open."""
    return f"channel/{project_id}/{name}".encode()
