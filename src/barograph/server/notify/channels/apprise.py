"""Services that Apprise knows, through Apprise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from barograph.server.notify.addresses import Reach, check_host
from barograph.server.notify.errors import ForbiddenAddress
from barograph.server.notify.letter import Letter
from barograph.server.notify.outcome import Failed, Outcome, Refused, Sent
from barograph.server.notify.written import Written

_NOTE: Final = {"info": "info", "warning": "warning", "critical": "failure", "emergency": "failure"}
_LONGEST_TOLD: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class AppriseChannel:
    """One address of Apprise."""

    url: str = field(repr=False)
    reach: Reach

    def send(self, letter: Letter, key: str) -> Outcome:  # noqa: ARG002 - as the protocol has it
        """Send the text form, as long as the service takes it."""
        # A new object each time: one that is kept sleeps between two messages, and holds its connections.
        plugin = self._plugin()
        if plugin is None:
            return Refused(
                why="the address is not one that Apprise can read; compare it with Apprise's documentation"
            )
        # Its own pauses would hold up whoever waits for this thread; messages are paced by channel.
        plugin.request_rate_per_sec = 0
        plugin.socket_connect_timeout = plugin.socket_read_timeout = self.reach.timeout_seconds
        try:
            self._check_hosts(plugin)
        except ForbiddenAddress as error:
            return Refused(why=str(error))
        except OSError as error:
            return Failed(why=f"its host cannot be found ({error})")
        made = _as_text(letter, plugin)
        kind = "success" if letter.has_ended else _NOTE.get(letter.severity, "info")
        return _notify(plugin, made.title, made.text, kind)

    def written(self, letter: Letter, key: str) -> Written:  # noqa: ARG002 - as the protocol has it
        """The text form, as long as the service takes it; nothing where the address cannot be read."""
        plugin = self._plugin()
        return Written(title=letter.title, text="") if plugin is None else _as_text(letter, plugin)

    def _plugin(self) -> Any:
        import apprise

        return apprise.Apprise.instantiate(self.url)

    def _check_hosts(self, plugin: Any) -> None:
        for name in ("host", "smtp_host"):
            host = getattr(plugin, name, None)
            if isinstance(host, str) and host:
                check_host(host, reach=self.reach)


def _as_text(letter: Letter, plugin: Any) -> Written:
    from barograph.server.notify.render.short import text_within

    if plugin.title_maxlen <= 0:
        return Written(title="", text=text_within(letter, plugin.body_maxlen, with_title=True))
    return Written(title=letter.title[: plugin.title_maxlen], text=text_within(letter, plugin.body_maxlen))


def _notify(plugin: Any, title: str, body: str, kind: str) -> Outcome:
    import apprise

    one = apprise.Apprise()
    one.add(plugin)
    result = one.notify(
        title=title, body=body, notify_type=apprise.NotifyType(kind), body_format=apprise.NotifyFormat.TEXT
    )  # fmt: skip
    if result:
        return Sent()
    told = [line.message for each in result for attempt in each.attempts for line in attempt.logs]
    why = " ".join(" ".join(told).split())[:_LONGEST_TOLD]
    return Failed(why=why or f"{plugin.service_name} did not take it")
