"""`barograph backtest`: when monitors would have fired."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from barograph.cli.http import ServerProject
from barograph.cli.streams import write_json
from barograph.errors import DataError


def run_on_server(
    path: Path,
    server: ServerProject,
    *,
    model: str | None,
    span: tuple[str | None, str | None],
) -> dict[str, Any]:
    """Try monitors on what a server keeps."""
    from barograph.monitors.file import file_document
    from barograph.monitors.yaml import read_monitors

    first, end = span
    asked = {"document": file_document(read_monitors(path)), "model": model, "from": first, "to": end}
    return server.ask("POST", "/monitors/backtest", {k: v for k, v in asked.items() if v is not None})


def run_on_profile(
    path: Path,
    profile: Path,
    reference: Path | None,
    *,
    model: str | None,
    span: tuple[str | None, str | None],
) -> dict[str, Any]:
    """Try monitors on a saved profile with windows."""
    from barograph.alerts.backtest.backtest import backtest
    from barograph.api import load_profile
    from barograph.monitors.yaml import read_monitors

    if reference is None:
        raise DataError("--profile needs a reference beside it: give the saved profile with --reference.")
    if span != (None, None):
        raise DataError("--from and --to go with a server; of a profile all windows are tried.")
    file = read_monitors(path)
    return backtest(file, load_profile(profile), load_profile(reference), model=model).document()


def show(found: Mapping[str, Any], *, at_most: float | None, as_json: bool) -> None:
    """Say what was found, and leave with 1 where an incident would have been missed or too much been told."""
    too_many = at_most is not None and found["per_week"] > at_most
    if as_json:
        write_json(found)
    else:
        print("\n".join(_lines(found)))
        if too_many:
            print(f"More than {at_most:g} a week.")
    if found["missed"] or too_many:
        raise typer.Exit(1)


def _lines(found: Mapping[str, Any]) -> list[str]:
    alerts, first, end = found["alerts"], _day(found["from"]), _day(found["to"])
    lines = [f"{_count(alerts, 'alert')} from {first} to {end}, {found['per_week']:.2g} a week"]
    for name, series in _by_monitor(found["series"]).items():
        fired = [alert for each in series for alert in each["alerts"]]
        lines.append("")
        lines.append(f"{name}: {_count(len(fired), 'alert')} in {_count(len(series), 'series', 'series')}")
        for each in series:
            lines += [_told(each, alert) for alert in each["alerts"]]
            if unanswered := _unanswered(each):
                lines.append(f"  {each['address']}: {unanswered}")
    for one in found["missed"]:
        lines += ["", f"missed: incident {one['id']} of {_day(one['started_at'])}, {one['title']}"]
    for name, why in found.get("left_out", {}).items():
        lines += ["", f"{name}: not tried; {why}"]
    return lines


def _by_monitor(series: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for each in series:
        found.setdefault(each["monitor"], []).append(each)
    return found


def _told(series: Mapping[str, Any], alert: Mapping[str, Any]) -> str:
    until = "lasting" if alert["resolved_at"] is None else f"until {_minute(alert['resolved_at'])}"
    where = " ".join(part for part in (series["model"], series["version"], series["address"]) if part)
    kind = "" if alert["kind"] == "breach" else " (no answer)"
    return f"  {_minute(alert['fired_at'])} {until}  {alert['severity']}{kind}  {where}: {alert['detail']}"


def _unanswered(series: Mapping[str, Any]) -> str:
    """How many windows gave no answer, where some did not."""
    words = {"unknown": "unknown", "no_data": "without rows", "error": "in error"}
    told = [f"{series['statuses'][s]} {word}" for s, word in words.items() if series["statuses"].get(s)]
    return f"of {series['windows']} windows {', '.join(told)}" if told else ""


def _count(many: int, one: str, several: str | None = None) -> str:
    return f"{many:,} {one if many == 1 else several or one + 's'}"


def _minute(time: str) -> str:
    return time[:16].replace("T", " ")


def _day(time: str) -> str:
    return time[:10]
