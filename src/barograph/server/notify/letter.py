"""What a channel is given: a document that stays as it was when it was first sent, and what most channels ask of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

Kind = Literal["incident", "digest", "summary", "test"]

#: Reasons after which there is nothing to do any more.
ENDED: Final = ("resolved",)
_CONTROL: Final = dict.fromkeys((*range(32), 127, 133, 8232, 8233), " ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message as it is kept in the outbox.

    Attributes
    ----------
    kind : what it is about.
    document : of an incident the message (`barograph.alerts.message`), else the digest, summary or test; JSON.
    project : name of the project.
    incident_id : of the incident; None for the others.
    reason : why it is told now.
    arrived : those of the channel's recipients who have it from an earlier attempt.
    language : in which it is, as in `barograph.locale.language.LANGUAGES`; see `said_in`.
    """

    kind: Kind
    document: Mapping[str, Any]
    project: str
    reason: str
    incident_id: int | None = None
    arrived: frozenset[str] = frozenset()
    language: str = "en"

    @property
    def title(self) -> str:
        """The title, in one line: control characters are spaces."""
        return one_line(str(self.document["title"]))

    @property
    def severity(self) -> str:
        """The severity: info, warning, critical or emergency."""
        return str(self.document.get("severity", "info"))

    @property
    def link(self) -> str | None:
        """Where more is, where the server knows its own address."""
        links: Mapping[str, str] = self.document.get("links", {})
        return next(iter(links.values()), None)

    @property
    def has_ended(self) -> bool:
        """Whether it tells that something is over."""
        return self.reason in ENDED

    @property
    def thread(self) -> str:
        """Names what it is about: the same for all messages of an incident."""
        about = self.kind if self.incident_id is None else f"incident/{self.incident_id}"
        return f"barograph/{self.project}/{about}"

    def written(self) -> dict[str, Any]:
        """The letter as JSON, its sentences still to be said in its language; see `read_letter`."""
        return {
            "kind": self.kind, "document": dict(self.document), "project": self.project, "reason": self.reason,
            "incident_id": self.incident_id, "arrived": sorted(self.arrived), "language": self.language,
        }  # fmt: skip


def read_letter(body: Mapping[str, Any]) -> Letter:
    r"""The letter that was kept.

    Examples
    --------
    >>> letter = Letter(kind="test", document={"title": "a\nb"}, project="bank", reason="test")
    >>> read_letter(letter.written()) == letter, letter.title, letter.thread
    (True, 'a b', 'barograph/bank/test')
    """
    return Letter(**{**body, "arrived": frozenset(body["arrived"])})


def said_in(letter: Letter, code: str) -> Letter:
    """The letter in a language.

    Examples
    --------
    >>> from barograph.locale.said import say
    >>> told = {"title": "nulls", "what": say("All of its alerts are over.")}
    >>> said_in(Letter(kind="incident", document=told, project="p", reason="resolved"), "zh-CN").document["what"]
    '其所有告警均已结束。'
    """
    # Loaded when there is something to say: workers start without.
    from barograph.locale.language import language

    return replace(letter, document=_said(letter.document, language(code).said), language=code)


def _said(value: Any, speak: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return speak(value)
    if isinstance(value, Mapping):
        return {name: _said(each, speak) for name, each in value.items()}
    return [_said(each, speak) for each in value] if isinstance(value, list | tuple) else value


def one_line(text: str) -> str:
    r"""A text without anything that could end a line, such as that of a header.

    Examples
    --------
    >>> one_line("income\r\nBcc: everybody@example.org")
    'income Bcc: everybody@example.org'
    """
    return " ".join(text.translate(_CONTROL).split())
