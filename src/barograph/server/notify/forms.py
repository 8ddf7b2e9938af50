"""What is to be said of a channel, by its kind."""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar, Final, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from barograph.server.notify.schemes import SCHEMES

MASK: Final = "••••"
_Line = Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"^[^\x00-\x1f\x7f]+$")]
_Secret = Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"^[^\x00-\x1f\x7f]+$")]
_Mailbox = Annotated[
    str, Field(max_length=320, pattern=r"^[^@\s\x00-\x1f\x7f<>,;]+@[^@\s\x00-\x1f\x7f<>,;]+$")
]
_Number = Annotated[str, Field(max_length=40, pattern=r"^\+?[0-9A-Za-z:_-]+$")]


class ChannelForm(BaseModel):
    """What all kinds have."""

    model_config = ConfigDict(extra="forbid")

    #: Fields that are never shown again.
    secret: ClassVar[tuple[str, ...]] = ()
    #: Fields of which only the scheme and the host are shown: the rest of such addresses is often a secret.
    addresses: ClassVar[tuple[str, ...]] = ()

    def masked(self) -> dict[str, Any]:
        """What may be shown of it."""
        shown = self.model_dump(mode="json")
        for name in self.secret:
            if shown[name]:
                shown[name] = MASK
        for name in self.addresses:
            shown[name] = masked_address(shown[name])
        return shown


class EmailForm(ChannelForm):
    """E-mail, sent through an SMTP server."""

    secret: ClassVar[tuple[str, ...]] = ("password",)

    host: _Line = Field(description="Of the SMTP server.")
    port: int = Field(587, ge=1, le=65_535)
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls",
        description="tls: from the first byte, usually port 465; none: on a trusted network alone.",
    )
    user: str = Field("", max_length=320, pattern=r"^[^\x00-\x1f\x7f]*$")
    password: str = Field("", max_length=2_000, pattern=r"^[^\x00-\x1f\x7f]*$")
    sender: _Mailbox = Field(description="Address the messages come from.")
    to: list[_Mailbox] = Field(min_length=1, max_length=50)


class AppriseForm(ChannelForm):
    """Any service Apprise knows that is not this machine itself: Slack, Teams, Discord, Telegram, ntfy and more."""

    addresses: ClassVar[tuple[str, ...]] = ("url",)

    url: _Secret = Field(description="As Apprise documents it, such as slack://… or workflows://….")

    @field_validator("url")
    @classmethod
    def _known(cls, url: str) -> str:
        scheme = url.partition("://")[0].lower()
        if scheme not in SCHEMES:
            raise ValueError(
                f"addresses that begin with {scheme[:30]!r} are not sent to; expected one that Apprise documents, such "
                "as slack://, workflows:// or discord://. For any other address use a channel of kind webhook"
            )
        return url


class _Http(ChannelForm):
    @field_validator("url", check_fields=False)
    @classmethod
    def _is_http(cls, url: str) -> str:
        return checked_url(url)


class WebhookForm(_Http):
    """JSON, posted to an address and signed."""

    secret: ClassVar[tuple[str, ...]] = ("secret_key",)
    addresses: ClassVar[tuple[str, ...]] = ("url",)

    url: _Secret
    secret_key: str = Field(
        min_length=16, max_length=500, pattern=r"^[^\x00-\x1f\x7f]+$",
        description="Known to the receiver too: what is sent is signed with it.",
    )  # fmt: skip


class PagerDutyForm(_Http):
    """PagerDuty, Events API v2."""

    secret: ClassVar[tuple[str, ...]] = ("routing_key",)

    routing_key: _Secret = Field(description="Integration key of the service.")
    url: _Line = Field(
        "https://events.pagerduty.com",
        description="Base address of the service region, or of a compatible one.",
    )


class SmsForm(_Http):
    """Short messages through Twilio, or a service that is called as Twilio is."""

    secret: ClassVar[tuple[str, ...]] = ("token",)

    account: str = Field(max_length=100, pattern=r"^[A-Za-z0-9_-]+$")
    token: _Secret
    sender: _Number = Field(description="Number or name the messages come from.")
    to: list[_Number] = Field(min_length=1, max_length=10)
    url: _Line = Field("https://api.twilio.com", description="Where the service is.")


class AlertmanagerForm(ChannelForm):
    """Prometheus' Alertmanager, told of every alert again while it fires; who hears of it is its own business."""

    secret: ClassVar[tuple[str, ...]] = ("headers",)

    peers: list[_Line] = Field(
        min_length=1, max_length=10,
        description="Address of each Alertmanager, such as http://127.0.0.1:9093; never of a load balancer.",
    )  # fmt: skip
    interval_seconds: float = Field(60.0, ge=1.0, le=3_600.0, description="How often it is told again.")
    least: Literal["info", "warning", "critical", "emergency"] = Field(
        "warning", description="Least grave alerts it is told of."
    )
    watchdog: bool = Field(True, description="Whether an alert fires for as long as it is told anything.")
    headers: dict[_Line, _Secret] = Field(
        default_factory=dict, max_length=10, description="Sent with every request, such as Authorization."
    )

    @field_validator("peers")
    @classmethod
    def _are_http(cls, peers: list[str]) -> list[str]:
        return [checked_url(peer) for peer in peers]


class BrowserForm(ChannelForm):
    """Those who have the stream of alerts open."""


def checked_url(url: str) -> str:
    """An http or https address with a host and without a name or password.

    Examples
    --------
    >>> checked_url("https://example.org/hook")
    'https://example.org/hook'
    """
    try:
        found = urlsplit(url)
        found.port  # noqa: B018 - reading it checks it
    except ValueError as error:
        raise ValueError(f"no address can be read from it: {error}") from None
    if found.scheme not in ("http", "https") or not found.hostname or found.username or re.search(r"\s", url):
        raise ValueError(
            "expected an address such as https://example.org/hook, without a name or password in it"
        )
    return url


def masked_address(url: str) -> str:
    """Scheme and, of http addresses, host.

    Examples
    --------
    >>> masked_address("https://example.org/hooks/secret"), masked_address("slack://T1/B2/secret")
    ('https://example.org/••••', 'slack://••••')
    """
    scheme, _, _ = url.partition("://")
    host = urlsplit(url).netloc.rpartition("@")[2] + "/" if scheme in ("http", "https") else ""
    return f"{scheme}://{host}{MASK}"
