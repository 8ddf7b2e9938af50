"""`@monitor`: a function that predicts, seen from outside."""

from __future__ import annotations

import functools
import inspect
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from barograph_client.context import Call, is_silent, keep_last, wanted_ids
from barograph_client.record.answers import answer_of, answers_of

if TYPE_CHECKING:
    from barograph_client.client import Client

F = TypeVar("F", bound=Callable[..., Any])


class Monitor:
    """Records what a function is given and what it answers. Its exceptions pass through and are counted as errors.

    Methods and coroutines are monitored too; generators are left as they are.

    Examples
    --------
    >>> from barograph_client import monitor
    >>> @monitor("credit", version="3")
    ... def decide(application: dict) -> float:
    ...     return 0.2
    >>> decide({"income": 52_000.0})
    0.2
    """

    def __init__(
        self,
        *,
        client: Client,
        model: str | None,
        version: str | None,
        features: Callable[..., Any] | None,
        prediction: Callable[[Any], Any] | None,
    ) -> None:
        self._client = client
        self._model = model
        self._version = version
        self._features = features
        self._prediction = prediction

    def __call__(self, function: F) -> F:
        """The function, monitored."""
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def awaited(*args: Any, **kwargs: Any) -> Any:
                with _Watched(self, function, args, kwargs) as watched:
                    watched.answer = await function(*args, **kwargs)
                return watched.answer

            return cast("F", awaited)
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            return function

        @functools.wraps(function)
        def called(*args: Any, **kwargs: Any) -> Any:
            with _Watched(self, function, args, kwargs) as watched:
                watched.answer = function(*args, **kwargs)
            return watched.answer

        return cast("F", called)

    def rows_given(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The row, a copy, or the rows, that a call is about."""
        if self._features is not None:
            given = self._features(*args, **kwargs)
        else:
            given = next((a for a in (*args, *kwargs.values()) if _is_rows(a)), None)
            if given is None:
                bound = inspect.signature(function).bind(*args, **kwargs).arguments
                given = {name: value for name, value in bound.items() if name not in ("self", "cls")}
        return dict(given) if isinstance(given, Mapping) else given

    def record(self, given: Any, answer: Any, call: Call, seconds: float, *, failed: bool) -> None:
        """Record one call, unless a model inside it has done so."""
        recorder = self._client.recorder()
        if recorder is None or is_silent():
            return
        stream = recorder.stream("predictions", self._model, self._version)
        rows = 1 if isinstance(given, Mapping) or not hasattr(given, "__len__") else len(given)
        recorder.parts.calls.observe(stream.model, stream.version, seconds, rows=rows, failed=failed)
        if failed or given is None or call.logged(stream.model):
            return
        told = answer if self._prediction is None else self._prediction(answer)
        if isinstance(given, Mapping):
            named = answer_of(told)
            ids = wanted_ids(1)
            identifier = named.pop("prediction_id", ids[0] if ids else None)
            keep_last(
                (
                    self._client.log(
                        {**given, **named},
                        id=None if identifier is None else str(identifier),
                        model=self._model,
                        version=self._version,
                    ),
                )
            )
        else:
            self._client.log_batch(given, model=self._model, version=self._version, **answers_of(told))


class _Watched:
    """One call: timed, recorded at its end, and never made to fail by that."""

    def __init__(
        self, monitor: Monitor, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        self._monitor = monitor
        self._given: Any = None
        self.answer: Any = None
        self._call = Call()
        with monitor._client.life.caught("monitor"):
            self._given = monitor.rows_given(function, args, kwargs)

    def __enter__(self) -> _Watched:
        self._call.__enter__()
        self._began = time.perf_counter()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        seconds = time.perf_counter() - self._began
        self._call.__exit__()
        with self._monitor._client.life.caught("monitor"):
            self._monitor.record(self._given, self.answer, self._call, seconds, failed=kind is not None)


def _is_rows(value: object) -> bool:
    """Whether an argument looks like a row or rows: a mapping, frame or array, or a list of mappings."""
    if isinstance(value, Mapping) or hasattr(value, "__arrow_c_stream__") or hasattr(value, "iloc"):
        return True
    if isinstance(value, (list, tuple)):
        return bool(value) and isinstance(value[0], Mapping)
    return len(getattr(value, "shape", ())) == 2
