"""What a letter says, part by part, before it has a form; a pure function of its document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from barograph.locale.language import Language, language
from barograph.locale.said import say, word
from barograph.server.notify.letter import Letter, one_line
from barograph.server.times import as_time_us

#: Why a message is sent now, in words.
REASONS: Final[Mapping[str, str]] = {
    "new": "new",
    "escalated": "got worse",
    "regressed": "back again",
    "resolved": "resolved",
    "reminder": "still open",
    "flapping": "comes and goes",
    "lifted": "no longer silenced",
    "unsnoozed": "snooze is over",
    "unacknowledged": "nobody has acknowledged it",
    "acknowledged": "acknowledged",
    "test": "test",
    "digest": "digest",
    "summary": "weekly summary",
}
_FACTS: Final = (
    ("since_when", say("Since when")), ("how_bad", say("How bad")), ("why", say("Why")),
    ("what_to_do", say("What to do")),
)  # fmt: skip
#: Rows shown of a section; more are counted.
_SHOWN: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing in a list; `mark` is what the tone is called."""

    title: str
    text: str = ""
    tone: str = ""
    link: str | None = None
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A list under a heading; `more` says how many are not shown."""

    title: str
    lines: tuple[Line, ...]
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A letter's parts.

    Attributes
    ----------
    tone : severity, or `ok` where it is over; decides the colour.
    eyebrow : severity and reason, above the title.
    lead : what it is, in a paragraph or two.
    facts : question and paragraphs that answer it.
    links : name and address; the first is where the rest is.
    foot : why one gets it.
    """

    tone: str
    eyebrow: str
    title: str
    lead: tuple[str, ...]
    facts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sections: tuple[Section, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    foot: str = ""


def sheet(letter: Letter) -> Sheet:
    """What a letter says, in its language.

    Examples
    --------
    >>> told = Letter(kind="test", document={"title": "Hello", "what": "It works."}, project="bank", reason="test")
    >>> sheet(told).eyebrow, sheet(told).lead
    ('test', ('It works.',))
    """
    document, spoken = letter.document, language(letter.language)
    reason = word(REASONS.get(letter.reason, letter.reason))
    severity = word(letter.severity)
    eyebrow = (
        say("{severity} · {reason}", severity=severity, reason=reason)
        if letter.kind == "incident"
        else reason
    )
    links: Mapping[str, str] = document.get("links", {})
    return Sheet(
        tone="ok" if letter.has_ended or letter.kind != "incident" else letter.severity,
        eyebrow=spoken.said(eyebrow), title=letter.title, lead=paragraphs(document.get("what", "")),
        facts=tuple(_facts(document, spoken)),
        sections=tuple(_sections(document, spoken)),
        links=tuple((spoken.said(_named(name)), url) for name, url in links.items() if url),
        foot=spoken.said(_foot(letter, reason)),
    )  # fmt: skip


def paragraphs(text: str | Iterable[str]) -> tuple[str, ...]:
    """The paragraphs of a text, or of a list of them, without empty ones."""
    parts = text.split("\n") if isinstance(text, str) else [str(part) for part in text]
    return tuple(part.strip() for part in parts if part.strip())


def _facts(document: Mapping[str, Any], spoken: Language) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Questions and what answers them, each paragraph once."""
    told = set(paragraphs(document.get("what", "")))
    for key, name in _FACTS:
        new = tuple(text for text in paragraphs(document.get(key, "")) if text not in told)
        told.update(new)
        if new:
            yield spoken.said(name), new


def _sections(document: Mapping[str, Any], spoken: Language) -> Iterable[Section]:
    for held in document.get("sections", ()):
        lines = [Line(**line, mark=_mark(line.get("tone", ""), spoken)) for line in held["lines"]]
        yield _section(held["title"], lines, _SHOWN * 2, spoken)
    alerts = [_of_alert(alert, spoken) for alert in document.get("alerts", ())]
    if alerts:
        yield _section(say("Alerts"), alerts, _SHOWN, spoken)
    details: Mapping[str, Any] = document.get("details", {})
    events = [_of_event(event, spoken) for event in details.get("related_events", ())]
    if events:
        yield _section(say("What else happened then"), events, _SHOWN, spoken)


def _section(title: str, lines: Sequence[Line], most: int, spoken: Language) -> Section:
    more = say("… and {n} more", n=len(lines) - most) if len(lines) > most else ""
    return Section(title=spoken.said(title), lines=tuple(lines[:most]), more=spoken.said(more))


def _of_alert(alert: Mapping[str, Any], spoken: Language) -> Line:
    monitor, summary = str(alert.get("monitor", "")), str(alert.get("summary", ""))
    tone = str(alert.get("severity", ""))
    return Line(title=one_line(monitor), text=summary, tone=tone, mark=_mark(tone, spoken))


def _of_event(event: Mapping[str, Any], spoken: Language) -> Line:
    name = event.get("name") or spoken.said(word(str(event.get("kind", ""))))
    at = event.get("at")
    when = f"{spoken.moment(as_time_us(datetime.fromisoformat(at)), 'UTC')} UTC" if at else ""
    return Line(title=str(name), text=when)


def _mark(tone: str, spoken: Language) -> str:
    return spoken.said(word(tone))


def _named(name: str) -> str:
    return word(_LINKS.get(name, name.replace("_", " ").capitalize()))


_LINKS: Final[Mapping[str, str]] = {
    "incident": "Open the incident", "replay": "Replay it", "silence": "Silence it", "runbook": "What to do",
    "alerts": "All alerts", "earlier": "The incident before", "goes_on": "The incident it is part of",
}  # fmt: skip


def _foot(letter: Letter, reason: str) -> str:
    if letter.incident_id is None:
        return say(
            "For project {project}. Told now because: {reason}.", project=letter.project, reason=reason
        )
    return say(
        "Incident {incident} of project {project}. Told now because: {reason}.",
        incident=letter.incident_id, project=letter.project, reason=reason,
    )  # fmt: skip
