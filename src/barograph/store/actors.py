"""Who did something: people and keys, as they are called."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from barograph.store.keys import all_keys


def names_of_keys(conn: sa.Connection) -> dict[str, str]:
    """What keys are called, by their ids; one without a name, as could be made once, by its id."""
    return {key.key_id: key.name.strip() or key.key_id for key in all_keys(conn)}


def name_of(names: Mapping[str, str], actor: str) -> str:
    """Who it was: the name of a person or of a key.

    Parameters
    ----------
    names : of keys, by their ids.
    actor : as the audit log has it.

    Examples
    --------
    >>> name_of({"414eacb8": "ci"}, "user:ann"), name_of({"414eacb8": "ci"}, "414eacb8")
    ('ann', 'ci')
    """
    return names.get(actor, actor.removeprefix("user:"))
