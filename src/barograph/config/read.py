"""Settings from flags, the environment and a file, in that order, each with where it came from."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from barograph.config.setting import Held, Setting
from barograph.config.settings import Settings
from barograph.config.table import BY_NAME, SETTINGS
from barograph.errors import BarographError, did_you_mean

#: Read where no file is named and there is one.
USUAL_FILE: Final = "barograph.toml"
#: Origin of what was said on the command line.
FLAG: Final = "flag"
#: Variables of the same prefix that are not the server's: the client's, and the file's own.
NOT_SETTINGS: Final = ("BAROGRAPH_URL", "BAROGRAPH_API_KEY", "BAROGRAPH_PROJECT", "BAROGRAPH_CONFIG")


class SettingError(BarographError, ValueError):
    """A setting is not known, or its value cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Settings, and for each where its value came from.

    Parameters
    ----------
    settings : the values.
    origins : by name: `default`, the file, the variable or `flag`.
    written : by name, the value as it was written.
    """

    settings: Settings
    origins: Mapping[str, str]
    written: Mapping[str, str]


def read_settings(
    *,
    environment: Mapping[str, str],
    flags: Mapping[str, str] | None = None,
    file: str | Path | None = None,
) -> Configuration:
    """Read all settings; a flag goes before the environment, that before the file, that before the default.

    Parameters
    ----------
    environment : variables, `BAROGRAPH_…`; others are left alone.
    flags : by name of the setting, as written.
    file : TOML; must exist. Default: `BAROGRAPH_CONFIG`, or `barograph.toml` in the current folder if there is one.

    Raises
    ------
    SettingError
        With the setting, where it was set, what was expected.

    Examples
    --------
    >>> found = read_settings(environment={"BAROGRAPH_PORT": "9000"}, flags={"host": "::1"})
    >>> found.settings.port, found.origins["port"], found.origins["host"], found.origins["rows"]
    (9000, 'BAROGRAPH_PORT', 'flag', 'default')
    """
    for name in flags or {}:
        if name not in BY_NAME:
            raise SettingError(
                f"{name!r} is no setting{did_you_mean(name, BY_NAME) or '.'} See `barograph config show`."
            )
    in_file, file_name = _from_file(file or environment.get("BAROGRAPH_CONFIG"))
    given = flags or {}
    written: dict[str, str] = {}
    origins: dict[str, str] = {}
    for setting in SETTINGS:
        for origin, value in (
            (FLAG, given.get(setting.name)),
            (setting.variable, environment.get(setting.variable)),
            (file_name, in_file.get(setting.name)),
            ("default", setting.default),
        ):
            if value is not None:
                written[setting.name], origins[setting.name] = value, origin
                break
    values: dict[str, Any] = {s.name: _read(s, written[s.name], origins[s.name]) for s in SETTINGS}
    return Configuration(settings=Settings(**values), origins=origins, written=written)


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """Variables that look like settings and are none, with the nearest that is one.

    Examples
    --------
    >>> unknown_variables({"BAROGRAPH_PROT": "1", "BAROGRAPH_URL": "http://x"})
    ["BAROGRAPH_PROT is no setting; did you mean 'BAROGRAPH_PORT'?"]
    """
    known = [setting.variable for setting in SETTINGS]
    return [
        f"{name} is no setting{did_you_mean(name, known) or '.'}"
        for name in sorted(environment)
        if name.startswith("BAROGRAPH_") and name not in known and name not in NOT_SETTINGS
    ]


def _read(setting: Setting, written: str, origin: str) -> Held:
    try:
        return setting.read(written)
    except ValueError as error:
        shown = "what is written" if setting.secret else repr(written)
        raise SettingError(f"{setting.name}, set by {origin}: {shown} is not {error}.") from None


def _from_file(file: str | Path | None) -> tuple[dict[str, str], str]:
    """What a file sets, as written, and its name."""
    path = Path(file) if file else Path(USUAL_FILE)
    if not path.is_file():
        if file:
            raise SettingError(f"no configuration file {str(path)!r}; `barograph config show` needs none.")
        return {}, str(path)
    try:
        held = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"{path.name} is no TOML: {error}.") from None
    for name in held:
        if name not in BY_NAME:
            hint = did_you_mean(name, BY_NAME) or "; see `barograph config show` for those there are."
            raise SettingError(f"{path.name}: {name!r} is no setting{hint}")
    return {name: _as_written(path.name, name, value) for name, value in held.items()}, str(path)


def _as_written(file: str, name: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, list) and all(isinstance(word, str) for word in value):
        return ",".join(value)
    raise SettingError(
        f"{file}: {name} is {value!r}; expected a text, a number, true, false or a list of texts."
    )
