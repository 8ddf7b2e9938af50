"""The written form of rule tests: `rules.test.yml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, get_args

from barograph.alerts.incidents import IncidentStatus
from barograph.alerts.known_labels import check_inhibition, check_matchers, known_labels
from barograph.alerts.matchers import read_matchers
from barograph.alerts.recurrence import read_recurrence
from barograph.alerts.rules.courses import OF_A_COURSE, course_of, stands_for, states_of
from barograph.alerts.rules.scene import DEEDS, Act, Played, RuleFile, Scene
from barograph.alerts.rules.times import instant, moment
from barograph.alerts.silences import Silence
from barograph.alerts.told import Reason
from barograph.errors import AddressError, MonitorError, did_you_mean
from barograph.metrics.address import Address, parse_address
from barograph.monitors import entries
from barograph.monitors.arrays import START
from barograph.monitors.expand import of_series, watches
from barograph.monitors.file import TOP, MonitorFile, file_at
from barograph.monitors.monitor import SEVERITIES, Monitor
from barograph.schema.document import Document, Path, read_document

_OF_A_SERIES: Final = (
    "monitor", "model", "version", "severity", "sources", "hosts", "deployments", "expect", "blind", *OF_A_COURSE,
)  # fmt: skip
_OF_A_TEST: Final = ("test", "series", "start", "until", "silences", "acts", "incidents", "notifications")
_OF_AN_INCIDENT: Final = ("alerts", "models", "columns", "severity", "status", "follows")
_OF_A_NOTIFICATION: Final = ("at", "reason", "to", "severity", "incident", "alerts")
#: What is said of an incident or a message in one of few words.
_WORDS: Final = {"reason": get_args(Reason), "severity": SEVERITIES, "status": get_args(IncidentStatus)}


def parse_rules(
    text: str, origin: str = "rules.test.yml", *, monitors: MonitorFile | None = None
) -> RuleFile:
    r"""Read rule tests.

    Parameters
    ----------
    text : a list of tests, or a mapping with the list `tests`, and perhaps `channels` and what `monitors.yml` holds.
    origin : named in errors.
    monitors : those that are tested, where the file holds none of its own.

    Raises
    ------
    MonitorError
        With the line, where something is not as expected.

    Examples
    --------
    >>> from barograph.monitors.yaml import parse_monitors
    >>> held = parse_monitors("monitors: [{name: moved, metric: drift.share, when: {above: 20%}}]")
    >>> rules = parse_rules("- {monitor: moved, series: {drift.share: [0.1, 0.3 x 2]}, incidents: [{}]}", monitors=held)
    >>> rules.scenes[0].series[0].course.values
    (0.1, 0.3, 0.3)
    """
    expected = "a list of tests, or the key tests and such a list"
    document = read_document(text, origin, error=MonitorError, expected=expected, listed="tests")
    document.check_keys((), document.values, ("tests", "channels", *TOP))
    own = {key: value for key, value in document.values.items() if key in TOP}
    file = file_at(replace(document, values=own)) if "monitors" in own else monitors
    if file is None:
        raise MonitorError(
            f"{origin}: there are no monitors to test; give --monitors monitors.yml, or the key monitors in the file."
        )
    if own and "monitors" not in own:
        raise MonitorError(f"{origin}: {', '.join(own)} stands without monitors; give them in the file too.")
    labels = known_labels([monitor.labels for monitor in file.monitors])
    for name, written in file.inhibitions.items():
        check_inhibition(name, written, labels)
    channels = entries.names(document, ("channels",), document.values.get("channels")) or ("mail",)
    tests = document.values.get("tests")
    if not isinstance(tests, list) or not tests:
        raise document.wrong(("tests",), tests, "a list of tests")
    scenes = tuple(_Reader(document, ("tests", str(i)), file).scene(one, i) for i, one in enumerate(tests, 1))
    return RuleFile(origin=origin, file=file, scenes=scenes, channels=channels)


class _Reader:
    """Reads one test."""

    def __init__(self, document: Document, path: Path, file: MonitorFile) -> None:
        self.document, self.path, self.file = document, path, file
        self.start = START

    def scene(self, value: object, number: int) -> Scene:
        """The test."""
        held = entries.mapping(self.document, self.path, value, (*_OF_A_TEST, *_OF_A_SERIES))
        if "start" in held:
            self.start = instant(self.document, (*self.path, "start"), held["start"])
        usual = {key: held[key] for key in _OF_A_SERIES if key in held}
        series = tuple(self._series(held.get("series"), usual))
        name = entries.text(self.document, (*self.path, "test"), held.get("test"))
        scene = Scene(
            name=name or f"{number}: {series[0].monitor.name}",
            series=series,
            start=self.start,
            until=self._moment("until", held.get("until", "0s")),
            silences=tuple(self._silence(i, one) for i, one in self._each("silences", held)),
            acts=tuple(self._act(i, one) for i, one in self._each("acts", held)),
            incidents=self._expected("incidents", held, _OF_AN_INCIDENT),
            notifications=self._expected("notifications", held, _OF_A_NOTIFICATION),
            line=self.document.lines.get(self.path, 0),
        )
        if not scene.can_fail:
            where = self.document.at(self.path)
            raise self.document.error(
                f"{where}: nothing is expected; give expect or blind of a series, incidents or notifications."
            )
        return scene

    def _series(self, value: object, usual: Mapping[str, Any]) -> Iterator[Played]:
        """Series by address, or a list of them with settings of their own."""
        path = (*self.path, "series")
        if isinstance(value, Mapping) and value:
            for address, values in value.items():
                yield self._played(str(address), values, usual, at=(*path, str(address)), settings=self.path)
        elif isinstance(value, list) and value:
            for i, one in enumerate(value, 1):
                at = (*path, str(i))
                held = entries.mapping(self.document, at, one, ("metric", "values", *_OF_A_SERIES))
                own = {key: v for key, v in held.items() if key in _OF_A_SERIES}
                address = entries.text(self.document, (*at, "metric"), held.get("metric"))
                yield self._played(address, held.get("values"), {**usual, **own}, at=at, settings=at)
        else:
            expected = "figures by metric, such as drift.share: [0.1, 0.3], or a list of series"
            raise self.document.wrong(path, value, expected)

    def _played(
        self, address: str, values: object, held: Mapping[str, Any], *, at: Path, settings: Path
    ) -> Played:
        """One series; `at` is where its figures stand, `settings` where the rest does."""
        document = self.document
        monitor = self._monitor(settings, held.get("monitor"))
        of_one = of_series(monitor, self._address(at, address, monitor))
        course = course_of(document, at, values, held)
        count = len(course.values)
        if held.get("severity") is not None:
            severity = entries.choice(document, (*settings, "severity"), held["severity"], SEVERITIES)
            of_one = replace(of_one, severity=severity)
        named = {
            key: entries.names(document, (*settings, key), held.get(key))
            for key in ("sources", "hosts", "deployments")
        }
        return Played(
            monitor=of_one,
            model=self._model((*settings, "model"), held.get("model"), monitor),
            version=entries.text(document, (*settings, "version"), held.get("version")) or "all",
            course=course,
            expect=states_of(document, (*settings, "expect"), held.get("expect"), count),
            blind=states_of(document, (*settings, "blind"), held.get("blind"), count),
            **named,
        )

    def _monitor(self, path: Path, value: object) -> Monitor:
        name = entries.text(self.document, (*path, "monitor"), value)
        known = {monitor.name: monitor for monitor in self.file.monitors}
        if name not in known:
            hint = did_you_mean(name, known) or "."
            where, names = self.document.at((*path, "monitor")), ", ".join(known) or "none"
            raise self.document.error(f"{where}: no monitor {name!r}{hint} Monitors: {names}.")
        if not known[name].enabled:
            where = self.document.at((*path, "monitor"))
            raise self.document.error(
                f"{where}: {name!r} is switched off, and no window of it is judged. Set enabled: true, or test another."
            )
        return known[name]

    def _model(self, path: Path, value: object, monitor: Monitor) -> str:
        """A model that the monitor watches; any one where none is named."""
        name = entries.text(self.document, path, value)
        if name and not watches(monitor, name):
            where, models = self.document.at(path), ", ".join(monitor.models)
            raise self.document.error(
                f"{where}: {monitor.name!r} does not watch {name!r}, only {models}. Give a model among these."
            )
        return name or "model"

    def _address(self, path: Path, text: str, monitor: Monitor) -> Address:
        try:
            found = parse_address(text)
        except AddressError as error:
            raise self.document.error(f"{self.document.at(path)}: {error}") from None
        if not stands_for(monitor.metric, found):
            raise self.document.error(
                f"{self.document.at(path)}: {found} is no series of {monitor.name!r}, which watches {monitor.metric}. "
                "Give an address that it stands for."
            )
        return found

    def _silence(self, number: int, value: object) -> Silence:
        path = (*self.path, "silences", str(number))
        held = entries.mapping(
            self.document, path, value, ("match", "from", "to", "weekly", "comment", "by", "kind")
        )
        try:
            matchers = read_matchers(held.get("match", ""))
            check_matchers(
                matchers, known_labels([each.labels for each in self.file.monitors]), where="a silence"
            )
            return Silence(
                id=number,
                matchers=matchers,
                starts_at=self.start + self._moment("from", held.get("from", "0s"), path),
                ends_at=self.start + self._moment("to", held.get("to", "0s"), path),
                recurrence=None if held.get("weekly") is None else read_recurrence(held["weekly"]),
                comment=str(held.get("comment") or "for a test"),
                created_by=str(held.get("by") or "somebody"),
                kind=held.get("kind") or "silence",
            )
        except MonitorError as error:
            raise self.document.error(f"{self.document.at(path)}: {error}") from None

    def _act(self, number: int, value: object) -> Act:
        """``{at: 2d, acknowledge: 1}``: what is done to which incident."""
        path = (*self.path, "acts", str(number))
        held = entries.mapping(self.document, path, value, ("at", "until", *DEEDS))
        deeds = [deed for deed in DEEDS if deed in held]
        if len(deeds) != 1 or ("until" in held) != (deeds[0] == "snooze"):
            raise self.document.wrong(
                path,
                dict(held),
                f"one of {', '.join(DEEDS)} with the number of an incident, and until for a snooze",
            )
        return Act(
            at=self._moment("at", held.get("at", "0s"), path),
            deed=deeds[0],  # type: ignore[arg-type]
            incident=entries.whole(self.document, path, held[deeds[0]], least=1),
            until=self._moment("until", held.get("until", "0s"), path),
        )

    def _expected(
        self, key: str, held: Mapping[str, Any], allowed: tuple[str, ...]
    ) -> tuple[Mapping[str, Any], ...] | None:
        if key not in held:
            return None
        return tuple(
            self._wanted((*self.path, key, str(i)), one, allowed) for i, one in self._each(key, held)
        )

    def _wanted(self, path: Path, value: object, allowed: tuple[str, ...]) -> Mapping[str, Any]:
        """What is named of something that is expected; of a message the reason alone may be given."""
        named = {"reason": value} if isinstance(value, str) and "reason" in allowed else value
        told = dict(entries.mapping(self.document, path, named, allowed))
        for name in ("alerts", "follows", "incident"):
            if name in told:
                told[name] = entries.whole(self.document, (*path, name), told[name])
        for name, words in _WORDS.items():
            if name in told:
                told[name] = entries.choice(self.document, (*path, name), told[name], words)
        for name in ("models", "columns"):
            if name in told:
                told[name] = sorted(entries.names(self.document, (*path, name), told[name]))
        if "at" in told:
            told["at"] = moment(self.document, (*path, "at"), told["at"], start=self.start)
        return told

    def _each(self, key: str, held: Mapping[str, Any]) -> Iterator[tuple[int, object]]:
        value = held.get(key)
        if value is not None and not isinstance(value, list):
            raise self.document.wrong((*self.path, key), value, "a list")
        yield from enumerate(value or (), 1)

    def _moment(self, name: str, value: object, path: Path | None = None) -> int:
        return moment(self.document, (*(path or self.path), name), value, start=self.start)
