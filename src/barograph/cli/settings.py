"""Settings as commands are given them, and `barograph config show`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from barograph.cli.streams import hint, stdout, write_json
from barograph.config.read import Configuration, SettingError, read_settings, unknown_variables
from barograph.config.table import SETTINGS


def configured(
    flags: Mapping[str, object | None], assigned: Sequence[str] = (), file: Path | None = None
) -> Configuration:
    """Read the settings of a command.

    Parameters
    ----------
    flags : by name of the setting; None where the flag was not given.
    assigned : as given with ``--set``, each NAME=VALUE.
    file : as given with ``--config``.
    """
    written = {}
    for each in assigned:
        name, equals, value = each.partition("=")
        if not equals:
            raise SettingError(f"--set {each!r} is no NAME=VALUE, such as --set rows=10000.")
        written[name.strip().replace("-", "_")] = value
    written |= {name: str(value) for name, value in flags.items() if value is not None}
    for told in unknown_variables(os.environ):
        hint(told)
    return read_settings(environment=os.environ, flags=written, file=file)


def run_config_show(assigned: Sequence[str], file: Path | None, *, data: str | None, as_json: bool) -> None:
    """Show every setting, its value and where that came from."""
    found = configured({"data": data}, assigned, file)
    if as_json:
        write_json({"settings": [_told(found, setting.name) for setting in SETTINGS]})
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in ("setting", "value", "from", "variable"):
        table.add_column(heading, overflow="fold")
    for setting in SETTINGS:
        origin = found.origins[setting.name]
        table.add_row(setting.name, _shown(found, setting.name) or "–", origin, setting.variable)
    stdout().print(table)


def _told(found: Configuration, name: str) -> dict[str, object]:
    setting = next(each for each in SETTINGS if each.name == name)
    return {
        "name": name,
        "value": _shown(found, name),
        "origin": found.origins[name],
        "default": setting.default,
        "variable": setting.variable,
        "meaning": setting.meaning,
    }


def _shown(found: Configuration, name: str) -> str:
    """A value as it was written; of a database's URL not the password."""
    written = found.written[name]
    if name != "database" or "@" not in written:
        return written
    before, _, place = written.rpartition("@")
    scheme, slashes, user = before.partition("://")
    return f"{scheme}{slashes}{user.split(':', 1)[0]}:…@{place}"
