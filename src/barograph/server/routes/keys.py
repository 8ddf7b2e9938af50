"""Keys: made, listed and revoked by admins."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import APIRouter, Path
from starlette.responses import Response

from barograph.server.access.audited import note
from barograph.server.access.forms import KeysAnswer, MadeKeyAnswer, NewKey, key_answer
from barograph.server.access.keyring import new_key
from barograph.server.access.needs import Admin
from barograph.server.errors import RequestRefused, declared
from barograph.server.state import Here
from barograph.server.times import as_time_us
from barograph.store.catalog import project
from barograph.store.errors import Conflict, NotFound
from barograph.store.keys import StoredKey, add_key, all_keys, revoke_key

router = APIRouter(prefix="/v1/keys", tags=["access"])

#: In every time zone before the last year there is.
_LATEST: Final = as_time_us(datetime(9999, 1, 1, tzinfo=UTC))

KeyId = Annotated[str, Path(description="Id of the key.", pattern="^[0-9a-f]{16}$")]


@router.get("", responses=declared(401, 403))
def list_keys(here: Here, who: Admin) -> KeysAnswer:
    """List the keys for projects that this key sees, revoked ones too."""
    with here.database.reading() as conn:
        return KeysAnswer(keys=[key_answer(key) for key in all_keys(conn) if who.sees_all(key.projects)])


@router.post("", status_code=201, responses=declared(401, 403, 404))
def post_key(here: Here, who: Admin, body: NewKey) -> MadeKeyAnswer:
    """Make a key; its token is in the answer, and nowhere else."""
    now = here.clock.now()
    projects = None if body.projects is None else tuple(dict.fromkeys(body.projects))
    if not who.sees_all(projects):
        raise RequestRefused(
            403, f"key {who.key_id} may not see all of these projects, so it can make no key for them."
        )
    expires_at = None if body.expires_at is None else as_time_us(body.expires_at)
    if expires_at is not None and expires_at > _LATEST:
        raise RequestRefused(
            422, "body.expires_at: it is after the year 9998; expected a time before, or null."
        )
    if expires_at is not None and expires_at <= now:
        raise RequestRefused(422, "body.expires_at: it is in the past; expected a time to come, or null.")
    token, key = new_key(
        name=body.name,
        role=body.role,
        projects=projects,
        created_by=who.key_id,
        now=now,
        expires_at=expires_at,
    )
    with here.database.writing() as conn:
        for name in projects or ():
            project(conn, name)
        add_key(conn, key)
        note(conn, here, who, "key.create", key.key_id, role=key.role, projects=projects, name=key.name)
    return MadeKeyAnswer(key=key_answer(key), token=token.text)


@router.delete("/{key_id}", status_code=204, response_class=Response, responses=declared(401, 403, 404, 409))
def delete_key(key_id: KeyId, here: Here, who: Admin) -> None:
    """Revoke a key: in this process at once, in others of the same database within a second."""
    now = here.clock.now()
    with here.database.writing() as conn:
        kept = {key.key_id: key for key in all_keys(conn)}
        found = kept.get(key_id)
        if found is None or not who.sees_all(found.projects):
            raise NotFound(f"no key {key_id!r} that this key may see; GET /v1/keys lists those there are.")
        if _is_last_admin(found, list(kept.values()), now):
            raise Conflict(
                f"key {key_id} is the last admin's for all projects; make another before revoking it."
            )
        revoke_key(conn, key_id, at=now)
        note(conn, here, who, "key.revoke", key_id, role=found.role)
    here.keys.forget(key_id)


def _is_last_admin(key: StoredKey, kept: list[StoredKey], now: int) -> bool:
    """Whether no one could make keys any more without this one."""
    others = (other for other in kept if other.key_id != key.key_id)
    return _is_admin_of_all(key, now) and not any(_is_admin_of_all(other, now) for other in others)


def _is_admin_of_all(key: StoredKey, now: int) -> bool:
    holds = key.revoked_at is None and (key.expires_at is None or key.expires_at > now)
    return holds and key.role == "admin" and key.projects is None
