"""`wrap`: a model that records what it predicts and is itself in every other way."""

from __future__ import annotations

import copy
import functools
import time
import weakref
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from barograph_client.context import Call, is_silent
from barograph_client.record.estimators import answers, feature_names, is_no_answer, output_of

if TYPE_CHECKING:
    from barograph_client.client import Client

#: The last is the XGBoost Booster's.
_PREDICTING: Final = ("predict", "predict_proba", "inplace_predict")
_FITTING: Final = ("fit", "partial_fit", "set_params")
#: Methods that Python looks for on the type; a wrapped model has those its own type has.
_SPECIAL: Final = ("__len__", "__getitem__", "__iter__", "__contains__", "__call__")
_OWN: Final = frozenset(("_estimator", "_client", "_about", "_live", "_last", "_told"))


class Monitored:
    """Stands in for an estimator. All but what predicts is the estimator's own.

    A clone, as cross-validation and grid search make them, records nothing: those predictions are no production. Wrap
    what is served: `wrap(search)` or `wrap(search.best_estimator_)`. Where `predict` and `predict_proba` are both
    called on one object, one after the other, its rows are recorded once.
    """

    _estimator: Any
    _client: Client | None
    _about: dict[str, Any]
    _live: bool
    _last: tuple[Any, str] | None
    _told: object

    def __new__(cls, estimator: Any, **_: Any) -> Monitored:
        """An object of a type with the name and the special methods of the estimator's."""
        kind: Any = type(estimator)
        return object.__new__(_stand_in(kind))

    def __init__(
        self,
        estimator: Any,
        *,
        client: Client | None,
        model: str | None,
        version: str | None,
        names: Sequence[str] | None,
        output: str,
        live: bool = True,
    ) -> None:
        if output not in ("", "prediction", "score"):
            raise ValueError(f"output is {output!r}; expected 'prediction' or 'score'")
        own = self.__dict__
        own["_estimator"] = estimator._estimator if issubclass(type(estimator), Monitored) else estimator
        own["_client"] = client
        own["_about"] = {"model": model, "version": version, "names": names, "output": output}
        own["_live"] = live
        own["_last"] = own["_told"] = None

    @property  # type: ignore[misc] # of `object` it may be set, here it may not
    def __class__(self) -> type:
        """The estimator's, so that it passes for what it wraps."""
        found: type = self._estimator.__class__
        return found

    def __getattr__(self, name: str) -> Any:
        if name in _OWN:
            raise AttributeError(name)
        value = getattr(self._estimator, name)
        if name in _PREDICTING and callable(value):
            return functools.wraps(value)(functools.partial(_predict, self, value, name))
        if name in _FITTING and callable(value):
            return functools.wraps(value)(functools.partial(_fit, self, value))
        return value

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self._estimator, name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self._estimator, name)

    def __dir__(self) -> list[str]:
        return sorted(dir(self._estimator))

    def __repr__(self) -> str:
        return f"wrap({self._estimator!r})"

    def __bool__(self) -> bool:
        return bool(self._estimator)

    def __sklearn_clone__(self) -> Monitored:
        """A clone that records nothing."""
        from sklearn.base import clone  # scikit-learn is who calls

        return _made(clone(self._estimator), self._about, live=False, client=self._client)

    def __sklearn_is_fitted__(self) -> bool:
        """Whether the estimator is fitted, by scikit-learn's rule."""
        own = getattr(self._estimator, "__sklearn_is_fitted__", None)
        if own is not None:
            return bool(own())
        return any(name.endswith("_") and not name.startswith("__") for name in vars(self._estimator))

    def __reduce__(self) -> tuple[Any, ...]:
        return _made, (self._estimator, self._about, self._live)

    def __copy__(self) -> Monitored:
        return _made(copy.copy(self._estimator), self._about, self._live, self._client)

    def __deepcopy__(self, memo: dict[int, Any]) -> Monitored:
        return _made(copy.deepcopy(self._estimator, memo), self._about, self._live, self._client)


def _made(estimator: Any, about: dict[str, Any], live: bool, client: Client | None = None) -> Monitored:
    """A wrapped model from its parts; one that was pickled uses the client of the process that loads it."""
    return Monitored(estimator, client=client, live=live, **about)


@functools.lru_cache(maxsize=256)
def _stand_in(kind: type) -> type[Monitored]:
    special = {name: _forwarded(name) for name in _SPECIAL if hasattr(kind, name)}
    return type(kind.__name__, (Monitored,), special)


def _forwarded(name: str) -> Callable[..., Any]:
    def forwarded(self: Monitored, *args: Any, **kwargs: Any) -> Any:
        return getattr(self._estimator, name)(*args, **kwargs)

    return forwarded


def _fit(monitored: Monitored, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Call a method that returns the estimator, and return its stand-in."""
    found = method(*args, **kwargs)
    return monitored if found is monitored._estimator else found


def _predict(monitored: Monitored, method: Callable[..., Any], name: str, *args: Any, **kwargs: Any) -> Any:
    """Call `predict` or `predict_proba`, time it, and record its rows."""
    client = monitored._client or _default()
    if not monitored._live or is_silent():
        return method(*args, **kwargs)
    began = time.perf_counter()
    answer: Any = None
    failed = True
    with Call() as call:
        try:
            answer = method(*args, **kwargs)
            failed = False
            return answer
        finally:
            seconds = time.perf_counter() - began
            with client.life.caught("wrap"):
                rows = args[0] if args else kwargs.get("X", kwargs.get("data"))
                logged = bool(call.all_logged()) or is_no_answer(kwargs)
                _record(monitored, client, name, rows, answer, seconds=seconds, failed=failed, logged=logged)


def _record(
    monitored: Monitored,
    client: Client,
    name: str,
    rows: Any,
    answer: Any,
    *,
    seconds: float,
    failed: bool,
    logged: bool,
) -> None:
    recorder = client.recorder()
    if recorder is None:
        return
    own, about = monitored.__dict__, monitored._about
    stream = recorder.stream("predictions", about["model"], about["version"])
    if own["_told"] is not recorder:
        own["_told"] = recorder
        recorder.parts.reporting.wrapped(stream.model, stream.version, monitored._estimator)
        about["output"] = about["output"] or output_of(monitored._estimator)
    again = _is_again(own, rows, name)
    count = len(answer) if not failed and hasattr(answer, "__len__") else 1
    if not again:
        recorder.parts.calls.observe(stream.model, stream.version, seconds, rows=count, failed=failed)
    if failed or logged or again:
        return
    client.log_batch(
        rows,
        names=about["names"] or feature_names(monitored._estimator, rows),
        model=stream.model,
        version=stream.version or None,
        **answers(monitored._estimator, name, answer, about["output"]),
    )


def _is_again(own: dict[str, Any], rows: Any, name: str) -> bool:
    """Whether the other method was just called on the very same rows."""
    last, own["_last"] = own["_last"], None
    if last is not None and last[0]() is rows and last[1] != name:
        return True
    try:
        own["_last"] = (weakref.ref(rows), name)
    except TypeError:
        own["_last"] = None
    return False


def _default() -> Client:
    from barograph_client.default import CLIENT  # it wraps models, so it comes after

    return CLIENT
