"""What columns a task needs, told before a row is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from barograph.errors import SchemaError

#: Roles held at most once, by task; others are in `SINGLE_ROLES`.
_AT_MOST_ONE: Final[Mapping[str, tuple[str, ...]]] = {"ranking": ("group", "rank", "score")}


def check_needs(task: str | None, held: Mapping[str, Sequence[str]]) -> None:
    """Refuse roles with which a task could not be judged.

    Parameters
    ----------
    held : names of the columns of each role.

    Raises
    ------
    SchemaError
        Naming the role that is missing, or that is given to several columns.

    Examples
    --------
    >>> check_needs("ranking", {"group": ["query"], "label": ["clicked"], "score": ["s"]})
    """
    for role in _AT_MOST_ONE.get(task or "", ()):
        if len(held.get(role, ())) > 1:
            raise SchemaError(
                f"role {role!r} is given to {list(held[role])}; a {task} task has at most one {role} column."
            )
    if task == "ranking":
        _check_ranking(held)


def _check_ranking(held: Mapping[str, Sequence[str]]) -> None:
    if not held.get("group"):
        raise SchemaError(
            "task 'ranking' needs the column that names each row's query: give one the role group "
            "(roles={'query_id': 'group'}, --role query_id=group)."
        )
    if held.get("label") and not held.get("rank") and not held.get("score"):
        raise SchemaError(
            "task 'ranking' needs the order of a query's rows: give the role rank to a column of places (1 at the "
            "top), or the role score to one of which larger values are nearer to the top."
        )
