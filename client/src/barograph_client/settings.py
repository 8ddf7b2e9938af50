"""Settings: given to `init`, or read from the environment."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

from barograph_client.errors import SettingsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All there is to set; each has a variable `BAROGRAPH_…` of its name in capitals.

    Attributes
    ----------
    url : address of the server, `http://` or `https://`; empty: nothing is recorded or sent.
    api_key : key with the role *ingest-only* or more.
    project : project the models belong to.
    model, version : used where a call names none.
    host : name of this machine in readings and heartbeats.
    queue_rows, queue_bytes : bounds of what is held in memory; half of it waits, half of it is being sent.
    batch_rows, batch_bytes : a request holds at most this much, before compression.
    interval_seconds : rows wait at most this long before they are sent.
    connect_seconds, read_seconds : time-outs of a request.
    retry_seconds : the longest pause between tries.
    exit_seconds : flushing at the end of the process takes at most this long.
    spool : folder in which rows wait on disk until they are acknowledged; empty: they wait in memory only.
    spool_bytes : the spool grows to this; beyond it rows stay in memory and are sampled there.
    dead_letters : file for batches the server refuses; default: `dead-letters.ndjson` in the spool.
    dead_letter_bytes : the file grows to this.
    ca_bundle : file of certificates to trust instead of the machine's.
    heartbeat_seconds, host_seconds, calls_seconds : pauses between heartbeats, readings of the host, and
        readings of own calls (latency, throughput, errors); 0: none.
    environment : whether to report Python, libraries and the hash of wrapped models.
    """

    url: str = ""
    api_key: str = field(default="", repr=False)
    project: str = "default"
    model: str = ""
    version: str = ""
    host: str = ""
    queue_rows: int = 20_000
    queue_bytes: int = 64 * 2**20
    batch_rows: int = 500
    batch_bytes: int = 2**20
    interval_seconds: float = 1.0
    connect_seconds: float = 2.0
    read_seconds: float = 10.0
    retry_seconds: float = 60.0
    exit_seconds: float = 5.0
    spool: str = ""
    spool_bytes: int = 512 * 2**20
    dead_letters: str = ""
    dead_letter_bytes: int = 64 * 2**20
    ca_bundle: str = ""
    heartbeat_seconds: float = 30.0
    host_seconds: float = 15.0
    calls_seconds: float = 10.0
    environment: bool = True


#: What is shown instead of a path that was left to the default.
_DEAD_LETTERS = "dead-letters.ndjson"
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}


def read_settings(
    given: Mapping[str, object] | None = None, environment: Mapping[str, str] | None = None
) -> Settings:
    """Settings from what is given, then the environment, then the defaults.

    Parameters
    ----------
    given : settings by name; None counts as not given.
    environment : variables; default: those of the process.

    Raises
    ------
    SettingsError
        A name is unknown, or a value cannot be read.

    Examples
    --------
    >>> read_settings({"project": "credit"}, {"BAROGRAPH_URL": "http://localhost:8080/"}).url
    'http://localhost:8080'
    """
    variables = os.environ if environment is None else environment
    kinds = {f.name: type(f.default) if f.name != "api_key" else str for f in fields(Settings)}
    wanted = {name: value for name, value in (given or {}).items() if value is not None}
    unknown = sorted(set(wanted) - set(kinds))
    if unknown:
        raise SettingsError(f"no setting {unknown[0]!r}; there are {', '.join(sorted(kinds))}")
    values: dict[str, object] = {}
    for name, kind in kinds.items():
        variable = f"BAROGRAPH_{name.upper()}"
        if name in wanted:
            values[name] = _read(wanted[name], kind, name)
        elif variables.get(variable, "") != "":
            values[name] = _read(variables[variable], kind, variable)
    return _completed(values)


def _completed(values: dict[str, object]) -> Settings:
    url = str(values.get("url", "")).rstrip("/")
    if url:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SettingsError(f"url is {url!r}; give the server's address, such as http://localhost:8080")
    values["url"] = url
    values.setdefault("host", socket.gethostname())
    if values.get("spool") and not values.get("dead_letters"):
        values["dead_letters"] = str(Path(str(values["spool"])) / _DEAD_LETTERS)
    return Settings(**values)  # type: ignore[arg-type]


def _read(value: object, kind: type, name: str) -> object:
    reader: Callable[[object], object] = {bool: _boolean, int: _integer, float: _number}.get(kind, _text)
    try:
        return reader(value)
    except (TypeError, ValueError) as error:
        raise SettingsError(f"{name} is {value!r}; expected {_EXPECTED[kind]}") from error


_EXPECTED = {
    bool: "true or false",
    int: "an integer of at least 1",
    float: "a number of at least 0",
    str: "text",
}


def _boolean(value: object) -> bool:
    text = str(value).strip().lower()
    if text not in _TRUE | _FALSE:
        raise ValueError(text)
    return text in _TRUE


def _integer(value: object) -> int:
    number = int(str(value))
    if number < 1:
        raise ValueError(number)
    return number


def _number(value: object) -> float:
    number = float(str(value))
    if not 0.0 <= number < float("inf"):
        raise ValueError(number)
    return number


def _text(value: object) -> str:
    text = os.fspath(value) if isinstance(value, os.PathLike) else value
    if not isinstance(text, str) or any(c in text for c in "\r\n\0"):
        raise ValueError(text)
    return text.strip()
