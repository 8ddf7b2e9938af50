"""What a server needs of its machine."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from shutil import disk_usage
from typing import Final

from barograph.config.settings import Settings
from barograph.errors import BarographError
from barograph.server.doctor.finding import Finding
from barograph.store.lock import is_locked

_OLDEST_PYTHON: Final = (3, 11)
#: By extra, a module that tells whether it is installed, and what is missing without it.
_EXTRAS: Final = {
    "ml": ("sklearn", "isotonic calibration, boosting and novelty in explanations"),
    "shap": ("shap", "attributions of a model's own"),
}
_FULL_RATIO, _NEARLY_FULL_RATIO = 0.95, 0.85


def python(_settings: Settings) -> Finding:
    """The interpreter's version."""
    found = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info[:2] < _OLDEST_PYTHON:
        return Finding(check="python", state="failed", told=found, advice="Install Python 3.11 or later.")
    return Finding(check="python", state="ok", told=found)


def extras(settings: Settings) -> Finding:
    """Optional packages; psycopg is needed where the database is PostgreSQL."""
    missing = {name: what for name, (module, what) in _EXTRAS.items() if find_spec(module) is None}
    if not settings.database_url.startswith("sqlite") and find_spec("psycopg") is None:
        return Finding(
            check="extras", state="failed", told="psycopg is not installed",
            advice="pip install 'barograph[postgres]'.",
        )  # fmt: skip
    if missing:
        told = "; ".join(f"without [{name}] there is no {what}" for name, what in missing.items())
        names = ",".join(missing)
        return Finding(
            check="extras", state="ok", told=told, advice=f"pip install 'barograph[{names}]' if you want it."
        )
    return Finding(check="extras", state="ok", told="all installed")


def folder(settings: Settings) -> Finding:
    """The data folder."""
    path = settings.data_path
    if not path.is_dir():
        told = f"{str(path)!r} does not exist yet"
        return Finding(
            check="data", state="warning", told=told, advice="`barograph serve` makes it; or see --data."
        )
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        told = f"{str(path)!r} cannot be written by this user"
        return Finding(
            check="data", state="failed", told=told, advice=f"Give it to this user: chown -R … {path}."
        )
    if path.stat().st_mode & 0o007:
        told = f"{str(path)!r} can be read by every user, and holds raw rows"
        return Finding(check="data", state="warning", told=told, advice=f"chmod 700 {path}.")
    return Finding(check="data", state="ok", told=str(path))


def lock(settings: Settings) -> Finding:
    """Whether a server runs on the data folder."""
    if not settings.data_path.is_dir():
        return Finding(check="lock", state="ok", told="free")
    try:
        running = is_locked(settings.data_path)
    except BarographError as error:
        return Finding(
            check="lock", state="failed", told=str(error), advice="Make the folder writable for this user."
        )
    return Finding(
        check="lock", state="ok", told="held by a running server" if running else "free: no server runs"
    )


def disk(settings: Settings) -> Finding:
    """Space on the data folder's disk."""
    path = settings.data_path
    while not path.exists():
        path = path.absolute().parent
    usage = disk_usage(path)
    used = 1.0 - usage.free / usage.total
    told = f"{usage.free / 2**30:.1f} GiB of {usage.total / 2**30:.1f} GiB free"
    if used < _NEARLY_FULL_RATIO:
        return Finding(check="disk", state="ok", told=told)
    advice = (
        "Free space, set retention_days, or move the data folder; when it is full, rows are refused (503)."
    )
    return Finding(
        check="disk", state="failed" if used >= _FULL_RATIO else "warning", told=told, advice=advice
    )
