"""Log lines on stderr: text for people or JSON for programs, without secrets."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, Final

from barograph.config.settings import Settings
from barograph.server.access.tokens import without_secrets

#: What every record has; the rest was given as `extra`.
_USUAL: Final = frozenset(vars(logging.makeLogRecord({}))) | {
    "message",
    "asctime",
    "taskName",
    "color_message",
}


class JsonLines(logging.Formatter):
    """One JSON object a line; line breaks in what a client sent are written as JSON writes them."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line.

        Examples
        --------
        >>> record = logging.makeLogRecord({"msg": "hello", "levelname": "INFO", "name": "x", "created": 0.0})
        >>> JsonLines().format(record)
        '{"time": "1970-01-01T00:00:00.000Z", "level": "info", "logger": "x", "message": "hello"}'
        """
        held: dict[str, Any] = {
            "time": _time(record), "level": record.levelname.lower(), "logger": record.name,
            "message": record.getMessage(), **_extra(record),
        }  # fmt: skip
        if record.exc_info:
            held["traceback"] = self.formatException(record.exc_info)
        return without_secrets(json.dumps(held, ensure_ascii=False, default=str))


class TextLines(logging.Formatter):
    """Time, level, message, and what else is known as ``name=value``."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line, and a traceback below it where there is one."""
        extra = " ".join(f"{name}={_shown(value)}" for name, value in _extra(record).items())
        line = (
            f"{_time(record)} {record.levelname.lower():7} {_one_line(record.getMessage())} {extra}".rstrip()
        )
        if record.exc_info:
            line = f"{line}\n{self.formatException(record.exc_info)}"
        return without_secrets(line)


def write_logs(settings: Settings) -> None:
    """Send all log lines of this process to stderr, as the settings say."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if settings.log_format == "json" else TextLines())
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "alembic", "httpx"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(max(logging.WARNING, logging.getLogger().level))


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in vars(record).items() if name not in _USUAL}


def _shown(value: object) -> str:
    text = _one_line(str(value))
    return json.dumps(text, ensure_ascii=False) if " " in text or not text else text


def _one_line(text: str) -> str:
    return text if text.isprintable() else json.dumps(text, ensure_ascii=False)[1:-1]
