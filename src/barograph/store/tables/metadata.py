"""The tables of the state database as one value, and the types they share."""

from __future__ import annotations

import sqlalchemy as sa

_NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}

#: Everything but the log, which on SQLite is a file of its own.
metadata = sa.MetaData(naming_convention=_NAMES)
#: The log and the batch ids it remembers.
log_metadata = sa.MetaData(naming_convention=_NAMES)

#: A key that counts up. SQLite counts in a column of type INTEGER alone.
Identity = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def identity() -> sa.Column[int]:
    """The column `id` of a table; give the table ``sqlite_autoincrement=True``, so that no id is used twice."""
    return sa.Column("id", Identity, primary_key=True, autoincrement=True)


def of_model(*, primary_key: bool = False) -> sa.Column[int]:
    """The column `model_id`: what hangs on a model goes when the model goes."""
    key = sa.ForeignKey("models.id", ondelete="CASCADE")
    return sa.Column("model_id", sa.BigInteger, key, nullable=False, primary_key=primary_key)


def time_us(name: str, *, nullable: bool = False, index: bool = False) -> sa.Column[int]:
    """A column of times in microseconds UTC."""
    return sa.Column(name, sa.BigInteger, nullable=nullable, index=index)
