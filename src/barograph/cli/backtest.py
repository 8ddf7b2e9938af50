"""`barograph backtest`: when monitors would have fired."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
    """Say what was found, and leave with 1 where an incident would have been missed or people told of too many."""
    too_many = at_most is not None and found["per_week"] > at_most
    if as_json:
        write_json(found)
    else:
        print("\n".join(_lines(found)))
        if too_many:
            print(f"More than {at_most:g} incidents told a week.")
    if found["missed"] or too_many:
        raise typer.Exit(1)


def _lines(found: Mapping[str, Any]) -> list[str]:
    lines = [*_summary(found), *_compared(found["references"])]
    told = [one for one in found["incidents"] if one["told_at"] is not None]
    lines += ["", *(_incident(one) for one in told)] if told else []
    for name, series in _by_monitor(found["series"]).items():
        fired = [alert for each in series for alert in each["alerts"]]
        lines.append("")
        lines.append(f"{name}: {_count(len(fired), 'alert')} in {_count(len(series), 'series', 'series')}")
        for each in series:
            lines += [_alert(each, alert) for alert in each["alerts"]]
            if unanswered := _unanswered(each):
                lines.append(f"  {each['address']}: {unanswered}")
    for one in found["missed"]:
        lines += ["", f"missed: incident {one['id']} of {_day(one['started_at'])}, {one['title']}"]
    for name, why in found.get("left_out", {}).items():
        lines += ["", f"{name}: not tried; {why}"]
    return lines


def _summary(found: Mapping[str, Any]) -> Iterator[str]:
    """What people would have heard, and what not."""
    first, end, many = _day(found["from"]), _day(found["to"]), found["told"]
    yield (
        f"People would have been told of {_count(many, 'incident')} from {first} to {end}, "
        f"{found['per_week']:.2g} a week"
    )
    if (by_impact := found["told_by_impact"]) > 0:
        yield f"{by_impact:,} of these only if the impact is grave enough, which an explanation would say"
    if (digest := found["digest"]) > 0:
        yield (
            f"{_count(digest, 'incident')} more, {found['digest_per_week']:.2g} a week, would have been told in the "
            "daily digest at the most"
        )
    yield f"{_count(found['alerts'], 'alert')} in all"


def _compared(references: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Of models that were not compared with the same all along: with what, and since when."""
    by_model: dict[str, list[str]] = {}
    for one in references:
        since = "" if one["since"] is None else f" from {_minute(one['since'])} on"
        by_model.setdefault(one["model"], []).append(f"{one['reference'] or 'nothing'}{since}")
    yield from (
        f"{model} was compared with {', then '.join(those)}"
        for model, those in by_model.items()
        if len(those) > 1
    )


def _incident(one: Mapping[str, Any]) -> str:
    """One that is told, in a line."""
    parts = [f"{_count(one['alerts'], 'alert')} of {', '.join(one['monitors'])}"]
    parts += [f"on {', '.join(one['models'])}"] if one["models"] else []
    parts += [f"columns {', '.join(one['columns'])}"] if one["columns"] else []
    return (
        f"incident {one['number']}, told {_minute(one['told_at'])} {_until(one)}  {one['severity']}  "
        f"{'; '.join(parts)}"
    )


def _by_monitor(series: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for each in series:
        found.setdefault(each["monitor"], []).append(each)
    return found


def _alert(series: Mapping[str, Any], alert: Mapping[str, Any]) -> str:
    where = " ".join(part for part in (series["model"], series["version"], series["address"]) if part)
    kind = "" if alert["kind"] == "breach" else " (no answer)"
    told = f"{_minute(alert['fired_at'])} {_until(alert)}  {alert['severity']}{kind}"
    return f"  {told}  incident {alert['incident']}  {where}: {alert['detail']}"


def _until(one: Mapping[str, Any]) -> str:
    return "lasting" if one["resolved_at"] is None else f"until {_minute(one['resolved_at'])}"


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
