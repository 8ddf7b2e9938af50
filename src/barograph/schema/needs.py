"""What columns a task needs, told before a row is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from barograph.errors import SchemaError, did_you_mean

#: Roles held at most once, by task; others are in `SINGLE_ROLES`.
_AT_MOST_ONE: Final[Mapping[str, tuple[str, ...]]] = {
    "ranking": ("group", "rank", "score"),
    "forecast": ("horizon",),
}


class _Column(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def class_name(self) -> str | None: ...


def check_needs(task: str | None, columns: Sequence[_Column]) -> None:
    """Refuse columns with which a task could not be judged.

    Raises
    ------
    SchemaError
        Naming the role or class that is missing, or that is given to several columns.

    Examples
    --------
    >>> from barograph.schema.model import Column
    >>> check_needs("ranking", [Column(name="query", role="group"), Column(name="s", role="score")])
    """
    for role in _AT_MOST_ONE.get(task or "", ()):
        held = [c.name for c in columns if c.role == role]
        if len(held) > 1:
            raise SchemaError(
                f"role {role!r} is given to {held}; a {task} task has at most one {role} column."
            )
    if task == "ranking":
        _check_ranking({c.role for c in columns})
    if task == "multilabel":
        _check_multilabel(columns)


def _check_ranking(held: set[str]) -> None:
    if "group" not in held:
        raise SchemaError(
            "task 'ranking' needs the column that names each row's query: give one the role group "
            "(roles={'query_id': 'group'}, --role query_id=group)."
        )
    if "label" in held and not held & {"rank", "score"}:
        raise SchemaError(
            "task 'ranking' needs the order of a query's rows: give the role rank to a column of places (1 at the "
            "top), or the role score to one of which larger values are nearer to the top."
        )


def _check_multilabel(columns: Sequence[_Column]) -> None:
    classes = [c.class_name for c in columns if c.role == "label"]
    for role in ("label", "prediction", "score"):
        named: dict[str, str] = {}
        for column in (c for c in columns if c.role == role):
            if column.class_name is None:
                raise SchemaError(
                    f"{role} column {column.name!r} of a multilabel task says no class; give it one, such as "
                    f"{{role: {role}, class: news}}, or {role}={{'news': {column.name!r}, …}} for Schema.infer."
                )
            if column.class_name in named:
                raise SchemaError(
                    f"class {column.class_name!r} has two {role} columns, {named[column.class_name]!r} and "
                    f"{column.name!r}; expected one. Correct the class of one of them."
                )
            named[column.class_name] = column.name
            if classes and column.class_name not in classes:
                known = [c for c in classes if c is not None]
                hint = did_you_mean(column.class_name, known) or "."
                raise SchemaError(
                    f"{role} column {column.name!r} is about class {column.class_name!r}, which has no label "
                    f"column{hint} Classes: {', '.join(known)}."
                )
