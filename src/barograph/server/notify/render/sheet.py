"""What a letter says, part by part, before it has a form; a pure function of its document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from barograph.server.notify.letter import Letter, one_line

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
    ("since_when", "Since when"), ("how_bad", "How bad"), ("why", "Why"), ("what_to_do", "What to do"),
)  # fmt: skip
#: Rows shown of a section; more are counted.
_SHOWN: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing in a list."""

    title: str
    text: str = ""
    tone: str = ""
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A list under a heading; `more` is how many are not shown."""

    title: str
    lines: tuple[Line, ...]
    more: int = 0


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
    """What a letter says.

    Examples
    --------
    >>> told = Letter(kind="test", document={"title": "Hello", "what": "It works."}, project="bank", reason="test")
    >>> sheet(told).eyebrow, sheet(told).lead
    ('test', ('It works.',))
    """
    document = letter.document
    reason = REASONS.get(letter.reason, letter.reason)
    eyebrow = f"{letter.severity} · {reason}" if letter.kind == "incident" else reason
    links: Mapping[str, str] = document.get("links", {})
    return Sheet(
        tone="ok" if letter.has_ended or letter.kind != "incident" else letter.severity,
        eyebrow=eyebrow, title=letter.title, lead=paragraphs(document.get("what", "")),
        facts=tuple(
            (name, paragraphs(document[key])) for key, name in _FACTS if paragraphs(document.get(key, ""))
        ),
        sections=tuple(_sections(document)),
        links=tuple((_named(name), url) for name, url in links.items() if url),
        foot=_foot(letter, reason),
    )  # fmt: skip


def paragraphs(text: str | Iterable[str]) -> tuple[str, ...]:
    """The paragraphs of a text, or of a list of them, without empty ones."""
    parts = text.split("\n") if isinstance(text, str) else [str(part) for part in text]
    return tuple(part.strip() for part in parts if part.strip())


def _sections(document: Mapping[str, Any]) -> Iterable[Section]:
    for held in document.get("sections", ()):
        lines = [Line(**line) for line in held["lines"]]
        yield Section(title=held["title"], lines=tuple(lines[: _SHOWN * 2]), more=_more(lines, _SHOWN * 2))
    alerts = [_of_alert(alert) for alert in document.get("alerts", ())]
    if alerts:
        yield Section(title="Alerts", lines=tuple(alerts[:_SHOWN]), more=_more(alerts, _SHOWN))
    details: Mapping[str, Any] = document.get("details", {})
    events = [
        Line(title=str(event.get("name") or event.get("kind", "")), text=str(event.get("at", "")))
        for event in details.get("related_events", ())
    ]
    if events:
        yield Section(
            title="What else happened then", lines=tuple(events[:_SHOWN]), more=_more(events, _SHOWN)
        )


def _of_alert(alert: Mapping[str, Any]) -> Line:
    monitor, summary = str(alert.get("monitor", "")), str(alert.get("summary", ""))
    return Line(title=one_line(monitor), text=summary, tone=str(alert.get("severity", "")))


def _more(held: list[Line], shown: int) -> int:
    return max(len(held) - shown, 0)


def _named(name: str) -> str:
    return _LINKS.get(name, name.replace("_", " ").capitalize())


_LINKS: Final[Mapping[str, str]] = {
    "incident": "Open the incident", "replay": "Replay it", "silence": "Silence it", "runbook": "What to do",
    "alerts": "All alerts",
}  # fmt: skip


def _foot(letter: Letter, reason: str) -> str:
    about = "" if letter.incident_id is None else f"Incident {letter.incident_id} of "
    return f"{about or 'For '}project {letter.project}. Told now because: {reason}."
