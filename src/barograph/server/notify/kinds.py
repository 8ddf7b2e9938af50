"""The kinds of channels, each with what is to be said of it and how it is made; a new one is listed here."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from barograph.errors import check_known
from barograph.server.notify.addresses import Reach
from barograph.server.notify.channel import Channel
from barograph.server.notify.channels.alertmanager import AlertmanagerChannel
from barograph.server.notify.channels.apprise import AppriseChannel
from barograph.server.notify.channels.browser import BrowserChannel
from barograph.server.notify.channels.email import EmailChannel
from barograph.server.notify.channels.pagerduty import PagerDutyChannel
from barograph.server.notify.channels.sms import SmsChannel
from barograph.server.notify.channels.webhook import WebhookChannel
from barograph.server.notify.errors import ChannelError
from barograph.server.notify.forms import (
    AlertmanagerForm,
    AppriseForm,
    BrowserForm,
    ChannelForm,
    EmailForm,
    PagerDutyForm,
    SmsForm,
    WebhookForm,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """What channels are made with, beside what was said of them.

    Attributes
    ----------
    wall_seconds : the machine's time, seconds since 1970.
    """

    reach: Reach
    wall_seconds: Callable[[], float] = time.time


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelKind:
    """One kind.

    Attributes
    ----------
    form : what is to be said of a channel.
    make : the channel, of what was said.
    takes_digests : whether digests and summaries make sense there.
    """

    form: type[ChannelForm]
    make: Callable[[Mapping[str, Any], Making], Channel]
    takes_digests: bool = True


def _timed(kind: Callable[..., Channel]) -> Callable[[Mapping[str, Any], Making], Channel]:
    """A kind that writes the time into what it sends."""
    return lambda said, making: kind(**_settled(said), reach=making.reach, wall_seconds=making.wall_seconds)


def _untimed(kind: Callable[..., Channel]) -> Callable[[Mapping[str, Any], Making], Channel]:
    return lambda said, making: kind(**_settled(said), reach=making.reach)


KINDS: Final[Mapping[str, ChannelKind]] = {
    "email": ChannelKind(form=EmailForm, make=_timed(EmailChannel)),
    "apprise": ChannelKind(form=AppriseForm, make=_untimed(AppriseChannel)),
    "webhook": ChannelKind(form=WebhookForm, make=_timed(WebhookChannel)),
    "pagerduty": ChannelKind(form=PagerDutyForm, make=_untimed(PagerDutyChannel), takes_digests=False),
    "sms": ChannelKind(form=SmsForm, make=_untimed(SmsChannel), takes_digests=False),
    "alertmanager": ChannelKind(form=AlertmanagerForm, make=_timed(AlertmanagerChannel), takes_digests=False),
    "browser": ChannelKind(
        form=BrowserForm, make=lambda _said, _making: BrowserChannel(), takes_digests=False
    ),
}


def read_config(kind: str, said: Mapping[str, Any]) -> ChannelForm:
    """What is said of a channel, checked.

    Raises
    ------
    ChannelError
        With the field, and what was expected of it.

    Examples
    --------
    >>> read_config("webhook", {"url": "https://example.org/hook", "secret_key": "k" * 20}).masked()
    {'url': 'https://example.org/••••', 'secret_key': '••••'}
    """
    check_known("channel", [("kind", kind, KINDS)], ChannelError)
    try:
        return KINDS[kind].form.model_validate(dict(said))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in ("config", *first["loc"]))
        raise ChannelError(
            f"{where}: {first['msg']}. A channel of kind {kind} has {_fields(kind)}."
        ) from None


def make_channel(kind: str, config: Mapping[str, Any], making: Making) -> Channel:
    """The channel of a kind, of what was said of it and checked before."""
    return KINDS[kind].make(config, making)


def _settled(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}


def _fields(kind: str) -> str:
    return ", ".join(KINDS[kind].form.model_fields) or "nothing to be said"
