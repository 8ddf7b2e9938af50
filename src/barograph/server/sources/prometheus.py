"""Existing figures of Prometheus as readings, by PromQL."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from barograph.errors import DataError
from barograph.operations.sums import reading_sums
from barograph.operations.view import SECOND_US
from barograph.server.sources.forms import PrometheusForm, Series
from barograph.server.sources.increment import Increment, SourceError
from barograph.store.readings import Reading

#: Prometheus refuses more points of a series at once than 11,000.
_MOST_POINTS: Final = 5_000
_MOST_BYTES: Final = 50 << 20
_TIMEOUT_SECONDS: Final = 30.0

#: Fetches an address; gives the status and the body.
Fetch = Callable[[str, Mapping[str, str]], tuple[int, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrometheusReader:
    """Reads what is new of some queries.

    Attributes
    ----------
    model_id : whose readings they become; None: of no model.
    now : µs UTC.
    """

    form: PrometheusForm
    model_id: int | None
    environment: Mapping[str, str]
    fetch: Fetch
    now: int

    def increments(self, cursor: Mapping[str, Any]) -> Iterator[Increment]:
        """Some thousand points of each query at a time; see `Reader`.

        Points lie on whole steps; the last one has been over for a step, so that its scrapes are in.
        """
        step = self.form.step_seconds
        end = (self.now // SECOND_US // step - 1) * step
        first = (
            int(cursor["through"]) + step
            if "through" in cursor
            else end - self.form.history_seconds // step * step
        )
        while first <= end:
            through = min(first + (_MOST_POINTS - 1) * step, end)
            found = [r for series in self.form.series for r in self._readings(series, first, through)]
            yield Increment(cursor={"through": through}, readings=tuple(found))
            first = through + step

    def _readings(self, series: Series, first: int, through: int) -> Iterator[Reading]:
        for one in self._asked(series.query, first, through):
            labels = one.get("metric", {})
            version = labels.get(self.form.version_label, "") if self.form.version_label else ""
            for at, text in one.get("values", ()):
                value = float(text)
                if math.isfinite(value):
                    at_us = round(float(at) * SECOND_US)
                    yield Reading(
                        name=series.name, unit=series.unit, at=at_us, sums=reading_sums([value], at_us),
                        model_id=self.model_id, host=labels.get(self.form.host_label, "")[:200],
                        version=version[:200],
                    )  # fmt: skip

    def _asked(self, query: str, first: int, through: int) -> list[dict[str, Any]]:
        asked = {"query": query, "start": first, "end": through, "step": self.form.step_seconds}
        status, body = self.fetch(
            f"{self.form.url.rstrip('/')}/api/v1/query_range?{urlencode(asked)}", self._headers()
        )
        try:
            held = json.loads(body)
            data = held["data"] if held["status"] == "success" else None
        except (ValueError, KeyError, TypeError, RecursionError):
            raise SourceError(
                f"Prometheus answered {status} and no JSON of its own; expected its address, such as http://host:9090."
            ) from None
        if data is None:
            raise SourceError(f"Prometheus refuses {query!r}: {held.get('error', 'without a reason')}.")
        if data.get("resultType") != "matrix":
            raise DataError(f"{query!r} gives a {data.get('resultType')}; expected figures over time.")
        found: list[dict[str, Any]] = data["result"]
        return found

    def _headers(self) -> dict[str, str]:
        variable = self.form.token_variable
        if variable is None:
            return {}
        if variable not in self.environment:
            raise SourceError(
                f"environment variable {variable} is not set; set it where the server is started."
            )
        return {"Authorization": f"Bearer {self.environment[variable]}"}


def fetched(address: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
    """Fetch an address with GET, without following it elsewhere.

    Raises
    ------
    SourceError
        Where it cannot be reached, or answers too much.
    """
    import httpx

    try:
        with (
            httpx.Client(timeout=_TIMEOUT_SECONDS, follow_redirects=False) as client,
            client.stream("GET", address, headers=dict(headers)) as answer,
        ):
            body = bytearray()
            for piece in answer.iter_bytes():
                body += piece
                if len(body) > _MOST_BYTES:
                    raise SourceError(f"Prometheus answers more than {_MOST_BYTES:,} bytes; ask for less.")
            return answer.status_code, bytes(body)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise SourceError(f"Prometheus cannot be reached: {error}.") from error
