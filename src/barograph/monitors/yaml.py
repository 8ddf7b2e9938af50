"""The written form of monitors: `monitors.yml`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from barograph.errors import MonitorError
from barograph.metrics.address import Address
from barograph.monitors.condition import Limit
from barograph.monitors.document import written
from barograph.monitors.file import DEFAULTS, SETTINGS, MonitorFile, file_at
from barograph.monitors.monitor import Monitor
from barograph.schema.document import read_document
from barograph.schema.yaml_text import flow, read_file, scalar

#: Said by each monitor for itself, however many say the same.
_OWN: Final = ("models", "against", "labels", "runbook")


def read_monitors(path: str | Path) -> MonitorFile:
    """Read `monitors.yml`.

    Raises
    ------
    MonitorError
        Where the file cannot be read, is no YAML, or holds something that is not expected, with its line.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = Path(folder, "monitors.yml").write_text("monitors: []")
    ...     read_monitors(f"{folder}/monitors.yml").monitors
    ()
    """
    path = Path(path)
    return parse_monitors(
        read_file(path, MonitorError, "monitors", "barograph suggest monitors REFERENCE"), path.name
    )


def parse_monitors(text: str, origin: str = "monitors.yml") -> MonitorFile:
    r"""Parse the YAML form of monitors; every scalar is taken as it is written.

    Parameters
    ----------
    text : a mapping with the list `monitors`; settings for those that do not say are in `defaults`; `routes`,
        `calendars` and `inhibitions` by name.
    origin : named in errors.

    Raises
    ------
    MonitorError
        With the line, where something is not as expected.

    Examples
    --------
    >>> text = "monitors:\n  - {name: moved, metric: drift.share, when: {above: 20%}}"
    >>> parse_monitors(text).monitors[0].when.above
    0.2
    """
    expected = "the key monitors and a list of them; `barograph suggest monitors REFERENCE` writes one"
    return file_at(read_document(text, origin, error=MonitorError, expected=expected))


def format_monitors(file: MonitorFile) -> str:
    r"""Write monitors as YAML; what several of them say is written once, in `defaults`.

    Examples
    --------
    >>> text = "monitors:\n  - {name: moved, metric: drift.share, when: {above: 20%}, severity: info}"
    >>> print(format_monitors(parse_monitors(text)), end="")
    monitors:
      - name: moved
        metric: drift.share
        when: {above: 0.2}
        severity: info
    """
    lines = [f"# {line}".rstrip() for line in file.comment.splitlines()]
    defaults = _defaults(file)
    if defaults:
        lines.append("defaults:")
        lines += [f"  {key}: {_value(value)}" for key, value in defaults.items()]
    lines.append("monitors:" if file.monitors else "monitors: []")
    for monitor in file.monitors:
        own, everything = written(monitor), written(monitor, whole=True)
        for key in everything:
            if defaults.get(key) == everything[key]:
                own.pop(key, None)
        unlike = {key for key, value in defaults.items() if everything[key] != value}
        shown = {key: everything[key] for key in everything if key in own or key in unlike}
        lines += [f"  {'-' if key == 'name' else ' '} {key}: {_value(v)}" for key, v in shown.items()]
    for key in SETTINGS:
        held = getattr(file, key)
        if held:
            lines.append(f"{key}:")
            lines += [f"  {flow(name)}: {flow(value)}" for name, value in held.items()]
    return "\n".join(lines) + "\n"


def _defaults(file: MonitorFile) -> dict[str, Any]:
    """What more than half of several monitors say, where it is not usual anyway."""
    if len(file.monitors) < 2:
        return {}
    told = [written(m, whole=True) for m in file.monitors]
    usual = {key: value for key, value in _usual().items() if key not in _OWN}
    out = {}
    for key, value in usual.items():
        values = [one[key] for one in told]
        most = max(values, key=values.count)
        if most != value and 2 * values.count(most) > len(values):
            out[key] = most
    return out


def _usual() -> dict[str, Any]:
    """What a monitor says where its user says nothing."""
    least = Monitor(name="-", metric=Address("drift.share"), when=Limit(above=0.0))
    return {key: value for key, value in written(least, whole=True).items() if key in DEFAULTS}


def _value(value: object) -> str:
    return scalar(value, within=False) if isinstance(value, str) else flow(value)
