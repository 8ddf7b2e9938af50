"""The server's packages are an extra."""

from __future__ import annotations

from importlib.util import find_spec

from barograph.errors import MissingExtra


def need_server(command: str) -> None:
    """Raise MissingExtra where the server's packages are not installed."""
    missing = [name for name in ("sqlalchemy", "alembic", "fastapi", "zstandard") if find_spec(name) is None]
    if missing:
        raise MissingExtra(
            f"`barograph {command}` needs the server's packages, and {missing[0]} is not installed: "
            "pip install 'barograph[server]'."
        )
