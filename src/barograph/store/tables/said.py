"""Columns of sentences: kept with how they were made, so that they can be said in any language when they are read."""

from __future__ import annotations

import json
from typing import Any, Final

import sqlalchemy as sa

from barograph.locale.kept import kept, recalled
from barograph.locale.said import Said, word

#: What a sentence that is kept as text begins with.
_BEGINS: Final = '{"said": '


class Kept(sa.TypeDecorator[Any]):
    """JSON with sentences in it."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:  # noqa: ARG002 - as SQLAlchemy asks
        """The document, each sentence as its template and values."""
        return kept(value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:  # noqa: ARG002 - as SQLAlchemy asks
        """The document, with its sentences again."""
        return recalled(value)


class AsWritten(sa.types.UserDefinedType[str]):
    """JSON that its writer has made text of already, as `written` does: what is alike is written out once."""

    cache_ok = True

    def get_col_spec(self, **_kw: Any) -> str:
        """What a column of it is declared as."""
        return "JSON"


def written(document: Any) -> str:
    """A document with sentences in it as a column of `Kept` or of plain JSON holds it.

    Examples
    --------
    >>> written({"turns": (3,)})
    '{"turns": [3]}'
    """
    return json.dumps(kept(document))


class Sentence(sa.TypeDecorator[str]):
    """Text that may be a sentence; what is not stays as it is."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002 - as SQLAlchemy asks
        """The sentence as JSON of its template and values."""
        if not isinstance(value, Said) and not str(value).startswith(_BEGINS):
            return value
        # What somebody typed may begin as a sentence does that is kept: it is a word then, as it stands.
        said = value if isinstance(value, Said) else word(str(value))
        return json.dumps(kept(said), ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002 - as SQLAlchemy asks
        """The sentence that was kept."""
        if value is None or not value.startswith(_BEGINS):
            return value
        found: str = recalled(json.loads(value))
        return found
