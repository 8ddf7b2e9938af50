"""E-mail by SMTP: HTML with the chart in it, and the same as text for readers that show no HTML."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from barograph.server.notify.addresses import Reach, connected
from barograph.server.notify.channel import of_recipients
from barograph.server.notify.errors import ForbiddenAddress
from barograph.server.notify.letter import Letter
from barograph.server.notify.outcome import Failed, Outcome, Refused, Sent
from barograph.server.notify.written import Written, as_mail
from barograph.server.times import as_datetime

_PERMANENT: Final = range(500, 600)
_LONGEST_SUBJECT: Final = 200
#: Names the chart inside the message.
_CHART: Final = "chart@barograph"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailChannel:
    """An SMTP server, and who is written to.

    Attributes
    ----------
    wall_seconds : the machine's time, seconds since 1970.
    """

    host: str
    port: int
    security: str
    user: str
    password: str = field(repr=False)
    sender: str
    to: tuple[str, ...]
    reach: Reach
    wall_seconds: Callable[[], float]

    def send(self, letter: Letter, key: str) -> Outcome:
        """Write to those who do not have it yet."""
        left = [address for address in self.to if address not in letter.arrived]
        written = mail(letter, key, sender=self.sender, to=self.to, wall_seconds=self.wall_seconds())
        try:
            with self._opened() as server:
                return _sent(server, self.sender, left, written)
        except ForbiddenAddress as error:
            return Refused(why=str(error))
        except smtplib.SMTPAuthenticationError as error:
            return Refused(why=f"the mail server takes neither name nor password: {_said(error.smtp_error)}")
        except smtplib.SMTPResponseException as error:
            return _of_code(error.smtp_code, error.smtp_error)
        except smtplib.SMTPNotSupportedError as error:
            return Refused(why=f"the mail server cannot do what is asked: {error}")
        except (OSError, smtplib.SMTPException) as error:
            return Failed(why=f"mail server {self.host} cannot be reached ({error or type(error).__name__})")

    def _opened(self) -> smtplib.SMTP:
        server = _Server(
            reach=self.reach, verified=ssl.create_default_context() if self.security == "tls" else None
        )
        try:
            server.connect(self.host, self.port)
            if self.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server

    def written(self, letter: Letter, key: str) -> Written:  # noqa: ARG002 - as the protocol has it
        """Both parts."""
        return as_mail(letter)


def mail(letter: Letter, key: str, *, sender: str, to: tuple[str, ...], wall_seconds: float) -> EmailMessage:
    """The letter as an e-mail, the same for every attempt but for its date.

    All messages of an incident are one thread; `key` is in the Message-ID, by which mail programs drop doubles.
    """
    from barograph.server.notify.render.html import html_text
    from barograph.server.notify.render.picture import picture
    from barograph.server.notify.render.text import full_text

    domain = sender.rpartition("@")[2]
    held = EmailMessage()
    held["From"] = Address("Barograph", addr_spec=sender)
    held["To"] = ", ".join(to)
    held["Subject"] = letter.title[:_LONGEST_SUBJECT]
    held["Date"] = format_datetime(as_datetime(int(wall_seconds) * 1_000_000))
    held["Message-ID"] = f"<{_token(key)}@{domain}>"
    if letter.incident_id is not None:
        held["References"] = f"<{_token(letter.thread)}@{domain}>"
    held["Auto-Submitted"] = "auto-generated"
    held.set_content(full_text(letter))
    drawn = picture(letter)
    is_shown = drawn is not None and drawn.is_shown
    held.add_alternative(html_text(letter, f"cid:{_CHART}" if is_shown else None), subtype="html")
    if drawn is not None:
        main, sub = drawn.media_type.split("/")
        if is_shown:
            page = held.get_payload()[1]  # type: ignore[index]
            page.add_related(  # type: ignore[union-attr]
                drawn.content,
                maintype=main,
                subtype=sub,
                cid=f"<{_CHART}>",
                filename=drawn.name,
                disposition="inline",
            )
        else:
            held.add_attachment(drawn.content, maintype=main, subtype=sub, filename=drawn.name)
    return held


class _Server(smtplib.SMTP):
    """An SMTP server at a checked address."""

    def __init__(self, *, reach: Reach, verified: ssl.SSLContext | None) -> None:
        self.reach, self.verified = reach, verified
        super().__init__(timeout=reach.timeout_seconds)

    def _get_socket(self, host: str, port: int, _timeout: float) -> socket.socket:
        held = connected(host, port, reach=self.reach)
        # For the check of the certificate in starttls.
        self._host = host
        return held if self.verified is None else self.verified.wrap_socket(held, server_hostname=host)


def _sent(server: smtplib.SMTP, sender: str, left: list[str], written: EmailMessage) -> Outcome:
    try:
        refused = server.send_message(written, sender, left)
    except smtplib.SMTPRecipientsRefused as error:
        refused = error.recipients
    return of_recipients({who: _of_code(*refused[who]) if who in refused else Sent() for who in left})


def _of_code(code: int, said: bytes | str) -> Outcome:
    why = f"the mail server answered {code}: {_said(said)}"
    return Refused(why=why) if code in _PERMANENT else Failed(why=why)


def _said(text: bytes | str) -> str:
    return " ".join((text.decode("utf-8", "replace") if isinstance(text, bytes) else text).split())[:200]


def _token(text: str) -> str:
    """A text as it may stand in a Message-ID."""
    return "".join(c if c.isascii() and c.isalnum() else "." for c in text).strip(".") or "message"
