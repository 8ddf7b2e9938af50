"""What is sent and told about keys, and what the audit log tells."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from barograph.server.access.roles import Role
from barograph.server.times import as_datetime
from barograph.store.audit import AuditEntry
from barograph.store.keys import StoredKey

_Project = Annotated[str, Field(min_length=1, max_length=200)]


class NewKey(BaseModel):
    """A key to make."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="What it is for.", min_length=1, max_length=200)
    role: Role
    projects: list[_Project] | None = Field(
        default=None,
        description="Names of the projects it may see; null for all.",
        min_length=1,
        max_length=1_000,
    )
    expires_at: AwareDatetime | None = Field(
        default=None, description="When it ends to work; null for never."
    )


class KeyAnswer(BaseModel):
    """One key, without its secret."""

    key_id: str
    name: str
    role: str
    projects: list[str] | None
    created_by: str
    created_at: AwareDatetime
    expires_at: AwareDatetime | None
    revoked_at: AwareDatetime | None
    last_used_at: AwareDatetime | None = Field(description="Within five minutes.")


class MadeKeyAnswer(BaseModel):
    """A key that was just made, with its token, which is shown this once."""

    key: KeyAnswer
    token: str


class KeysAnswer(BaseModel):
    """Keys, the oldest first."""

    keys: list[KeyAnswer]


class AuditEntryAnswer(BaseModel):
    """One thing that was done, or refused."""

    number: int
    at: AwareDatetime
    actor: str
    action: str
    subject: str
    outcome: str
    details: dict[str, Any]
    hash: str = Field(description="Covers this entry and the hash before it.")


class AuditAnswer(BaseModel):
    """Entries of the audit log, newest first."""

    entries: list[AuditEntryAnswer]
    next_before: int | None = Field(
        description="Give it as `before` for the entries that follow; null at the end."
    )


def key_answer(key: StoredKey) -> KeyAnswer:
    """What is told of a key."""
    return KeyAnswer(
        key_id=key.key_id,
        name=key.name,
        role=key.role,
        projects=None if key.projects is None else list(key.projects),
        created_by=key.created_by,
        created_at=as_datetime(key.created_at),
        expires_at=None if key.expires_at is None else as_datetime(key.expires_at),
        revoked_at=None if key.revoked_at is None else as_datetime(key.revoked_at),
        last_used_at=None if key.last_used_at is None else as_datetime(key.last_used_at),
    )


def audit_answer(found: list[AuditEntry], asked: int) -> AuditAnswer:
    """What is told of entries; `asked` is how many there could have been."""
    entries = [
        AuditEntryAnswer(
            number=entry.number, at=as_datetime(entry.at), actor=entry.actor, action=entry.action,
            subject=entry.subject, outcome=entry.outcome, details=dict(entry.details), hash=entry.hash.hex(),
        )
        for entry in found
    ]  # fmt: skip
    more = len(found) == asked and found[-1].number > 1
    return AuditAnswer(entries=entries, next_before=found[-1].number if more else None)
