"""A scene played on a clock that is stepped, and what of it was not as expected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from barograph.alerts.history import Step, run
from barograph.alerts.machine import State
from barograph.alerts.message import iso
from barograph.alerts.rules.result import Miss, SceneResult
from barograph.alerts.rules.scene import Act, Expected, Played, RuleFile, Scene
from barograph.alerts.rules.times import told
from barograph.alerts.rules.world import LiveIncident, World
from barograph.alerts.told import Told
from barograph.monitors.arrays import seen_of
from barograph.monitors.calendars_read import read_calendar
from barograph.monitors.file import MonitorFile

#: How often people could have to be told something while nothing else happens.
_TICK_US: Final = 60_000_000
#: A clock that is set to run for years by mistake ends.
_MOST_TICKS: Final = 200_000


def play(rules: RuleFile) -> tuple[SceneResult, ...]:
    """Play all scenes of a file.

    Examples
    --------
    >>> from barograph.alerts.rules.read import parse_rules
    >>> from barograph.monitors.yaml import parse_monitors
    >>> held = parse_monitors("monitors: [{name: moved, metric: drift.share, when: {above: 20%}}]")
    >>> text = "- {monitor: moved, series: {drift.share: [0.1, 0.3]}, expect: [ok, firing]}"
    >>> [result.passed for result in play(parse_rules(text, monitors=held))]
    [True]
    """
    return tuple(play_scene(scene, rules) for scene in rules.scenes)


def play_scene(scene: Scene, rules: RuleFile) -> SceneResult:
    """Play one scene of a file; see `play`."""
    steps = [(played, _steps(played, scene, rules.file)) for played in scene.series]
    misses = [
        miss for played, each in steps for miss in (*_states_missed(played, each), *_unanswered(played, each))
    ]
    world = World(rules.file, rules.channels, scene.silences)
    misses += _run(world, scene, steps)
    end = _end(scene, steps)
    shown = [one for one in world.incidents if one.absorbed_into is None]
    numbers = {one.id: i for i, one in enumerate(shown, 1)}
    if scene.incidents is not None:
        found = [_incident_document(one, world, numbers, end) for one in shown]
        misses += _compared("incident", scene.incidents, found)
    if scene.notifications is not None:
        misses += _compared("message", scene.notifications, list(_messages(shown, numbers, scene.start)))
    return SceneResult(origin=rules.origin, name=scene.name, line=scene.line, misses=tuple(misses))


def _steps(played: Played, scene: Scene, file: MonitorFile) -> list[Step]:
    calendars = [
        read_calendar(name, file.calendars[name])
        for name in played.monitor.calendars
        if name in file.calendars
    ]
    return run(played.monitor, seen_of(played.monitor, played.course, start=scene.start), calendars=calendars)


def _run(world: World, scene: Scene, steps: Sequence[tuple[Played, Sequence[Step]]]) -> Iterator[Miss]:
    """Let time go by, from one thing that happens to the next."""
    judged: defaultdict[int, list[tuple[Played, Step]]] = defaultdict(list)
    for played, each in steps:
        for step in each:
            judged[step.window.end + _delay(played)].append((played, step))
    acts: defaultdict[int, list[Act]] = defaultdict(list)
    for act in scene.acts:
        acts[scene.start + act.at].append(act)
    turns = {at for silence in scene.silences for at in (silence.starts_at, silence.ends_at)}
    end = _end(scene, steps)
    times = sorted(at for at in {*judged, *acts, *turns, end} if at <= end)
    for now, following in zip(times, [*times[1:], times[-1]], strict=True):
        world.judge(judged.get(now, ()), now=now)
        for act in acts.get(now, ()):
            if not world.act(act, now=now, until=scene.start + act.until):
                yield Miss(
                    what=f"at {told(act.at)}",
                    expected=f"an incident {act.incident} to {act.deed}",
                    found=f"{len(world.incidents)} incidents",
                )
        if scene.notifications is not None:
            _tick(world, now, following)
    for act in scene.acts:
        if scene.start + act.at > end:
            yield Miss(
                what=f"at {told(act.at)}",
                expected=f"an incident {act.incident} to {act.deed}",
                found=f"the end of the test at {told(end - scene.start)}",
            )


def _tick(world: World, now: int, following: int) -> None:
    for number, at in enumerate(range(now + _TICK_US, following, _TICK_US)):
        if number >= _MOST_TICKS or not world.is_busy():
            return
        world.tick(now=at)


def _end(scene: Scene, steps: Sequence[tuple[Played, Sequence[Step]]]) -> int:
    judged = [each[-1].window.end + _delay(played) for played, each in steps if each]
    return max([scene.start + scene.until, *judged])


def _delay(played: Played) -> int:
    monitor = played.monitor
    return (monitor.lateness_seconds + monitor.needs.label_age_seconds) * 1_000_000


def _states_missed(played: Played, steps: Sequence[Step]) -> Iterator[Miss]:
    sides = (
        ("", played.expect, [(step.changes, step.standing.state) for step in steps]),
        ("without an answer, ", played.blind, [(step.blind_changes, step.standing.blind) for step in steps]),
    )
    for side, expected, found in sides:
        for number, (want, (changes, state), step) in enumerate(
            zip(expected, found, steps, strict=bool(expected))
        ):
            got = _state(changes, state)
            if got != want and not (want == "firing" and got == "flapping"):
                detail = "a calendar leaves it out" if step.verdict is None else step.verdict.detail
                start = iso(step.window.start).removesuffix("+00:00")
                yield Miss(
                    what=f"{played.name}: {side}window {number + 1} ({start})",
                    expected=want,
                    found=f"{got} ({detail})",
                )


def _unanswered(played: Played, steps: Sequence[Step]) -> Iterator[Miss]:
    """A series that is expected to be fine throughout, and of which no window says anything."""
    monitor = played.monitor
    policies = {"no_data": monitor.no_data, "error": monitor.error, "unknown": monitor.unknown}
    said = [step.verdict for step in steps if step.verdict is not None]
    if set(played.expect) != {"ok"} or played.blind or not said:
        return
    if all(policies.get(verdict.status, "ok") != "ok" for verdict in said):
        yield Miss(
            what=f"{played.name}: every window",
            expected="an answer in one of them, or blind beside expect",
            found=f"{said[0].status} ({said[0].detail})",
        )


def _state(changes: Sequence[str], state: State) -> Expected:
    if "resolved" in changes:
        return "resolved"
    return "flapping" if state.flapping and state.phase == "firing" else state.phase


def _incident_document(
    one: LiveIncident, world: World, numbers: Mapping[int, int], end: int
) -> dict[str, Any]:
    return {
        "alerts": len(world.alerts_of(one)),
        "models": sorted(one.facts.models),
        "columns": list(one.facts.column_names),
        "severity": one.peak,
        "status": world.status(one, now=end),
        "follows": numbers.get(one.previous_id or 0, 0),
    }


def _messages(
    incidents: Sequence[LiveIncident], numbers: Mapping[int, int], start: int
) -> Iterator[dict[str, Any]]:
    """What was sent, in the order in which it was; several messages of one time by incident and channel."""
    sent: list[tuple[int, int, Told, str]] = []
    for incident in incidents:
        sent += [
            (one.not_before, numbers[incident.id], one, channel) for one, channel in incident.sent.values()
        ]
    for at, number, telling, channel in sorted(sent, key=lambda one: (one[0], one[1], one[2].step, one[3])):
        yield {
            "at": at - start,
            "reason": telling.reason,
            "to": channel,
            "severity": telling.severity,
            "incident": number,
            "alerts": telling.alerts,
        }


def _compared(
    what: str, wanted: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]
) -> Iterator[Miss]:
    for number in range(max(len(wanted), len(found))):
        want = wanted[number] if number < len(wanted) else None
        got = found[number] if number < len(found) else None
        if want is None or got is None or any(got[key] != value for key, value in want.items()):
            yield Miss(what=f"{what} {number + 1}", expected=_said(want, want), found=_said(got, want))


def _said(told_of: Mapping[str, Any] | None, keys: Mapping[str, Any] | None) -> str:
    """What something is, as far as it was asked for."""
    if told_of is None:
        return "none"
    named = told_of if keys is None else {key: told_of[key] for key in keys}
    return (
        ", ".join(f"{key} {told(value) if key == 'at' else value}" for key, value in named.items()) or "any"
    )
