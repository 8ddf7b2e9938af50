"""The client: what a program calls. Nothing here raises, blocks or touches the network."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping, Sequence
from os import getpid
from typing import Any, TypeVar

from barograph_client.clock import Clock, SystemClock
from barograph_client.context import keep_last, note, wanted_ids
from barograph_client.lifetime import Lifetime
from barograph_client.monitor import Monitor
from barograph_client.probe import Probe
from barograph_client.record.frames import beside_of, score_names
from barograph_client.record.labels import labels_of
from barograph_client.record.recorder import Recorder
from barograph_client.record.row import put_score, time_given, time_us
from barograph_client.sending.transport import Transport
from barograph_client.stats import Stats
from barograph_client.tables.recognise import table_of
from barograph_client.wrap import Monitored

E = TypeVar("E")


class Client:
    """Records predictions, labels, readings and events, and sends them from a thread of its own.

    The functions of `barograph_client` are the methods of one such object, configured by `init` or, with the first
    call, from the environment. Without an address nothing is recorded, and every call returns at once.

    Parameters
    ----------
    transport, clock, rng : for tests; default: HTTP, the machine's clock, chance.
    threads : False: nothing is sent but by `flush` and `close`.

    Examples
    --------
    >>> client = Client()
    >>> client.init(url="")
    >>> client.log({"income": 52_000.0}, model="credit", prediction=1, id="a1")
    'a1'
    """

    def __init__(
        self,
        *,
        transport: Transport | None = None,
        clock: Clock | None = None,
        rng: random.Random | None = None,
        threads: bool = True,
    ) -> None:
        self._clock = clock or SystemClock()
        chance = rng or random.Random()  # noqa: S311 # samples and pauses, no secret
        self.life = Lifetime(transport=transport, clock=self._clock, rng=chance, threads=threads)
        self._recorder: Recorder | None = None

    def init(
        self,
        *,
        on_error: Callable[[str, str], object] | None = None,
        strict: bool = False,
        **settings: object,
    ) -> None:
        """Configure the client; without it, the environment does.

        Parameters
        ----------
        on_error : called with kind and text of what goes wrong, mostly from the sending thread.
        strict : raise where settings are wrong; otherwise the client says so in the log and stays off.
        settings : see `Settings`; what is not given comes from `BAROGRAPH_…`, then from the defaults.

        Raises
        ------
        SettingsError
            A setting is wrong, and `strict` was asked for.
        """
        self._recorder = None
        self.life.configure(settings, on_error=on_error, strict=strict)

    def recorder(self) -> Recorder | None:
        """The way in of this process; None where the client is off."""
        self._recorder = self.life.recorder()
        return self._recorder

    def log(
        self,
        features: Mapping[str, object],
        *,
        prediction: object = None,
        score: object = None,
        label: object = None,
        model: str | None = None,
        version: str | None = None,
        id: str | int | None = None,
        row: int | None = None,
        timestamp: dt.datetime | int | str | None = None,
    ) -> str:
        """Record one prediction; costs about 4 µs for 20 features.

        Parameters
        ----------
        features : values by column; numbers, text, booleans, dates, arrays, None. A copy is kept.
        prediction : what the model answered.
        score : the positive class's probability, or `{class: probability}`.
        label : the truth, where it is known already.
        model, version : default: those of `init`.
        id : your key, under which labels will come; default: a made one.
        row : number of the row where several share an id.
        timestamp : when it happened: a time, naive in the model's zone, or µs since 1970 UTC; default: now.

        Returns
        -------
        The prediction's id.
        """
        identifier = "" if id is None else str(id)
        try:
            recorder = self._recorder
            if recorder is None or recorder.pid != getpid():
                recorder = self.recorder()
            if recorder is None:
                return identifier or self.life.ids.one()
            if not identifier:
                identifier = str(features.get("prediction_id") or recorder.parts.ids.one())
            values: dict[str, object] = {"prediction_id": identifier}
            if prediction is not None:
                values["prediction"] = prediction
            if score is not None:
                put_score(values, score)
            if label is not None:
                values["label"] = label
            if row is not None:
                values["row"] = row
            if timestamp is not None:
                values["timestamp"] = time_given(timestamp)
            stream = recorder.stream("predictions", model, version)
            recorder.row(stream, features, values)
            note(stream.model, (identifier,))
        except Exception as error:  # noqa: BLE001 # the caller's edge
            self.life.failed("log", f"{type(error).__name__}: {error}")
        return identifier

    def log_batch(
        self,
        rows: Any,
        *,
        predictions: Any = None,
        scores: Any = None,
        labels: Any = None,
        ids: Any = None,
        timestamps: Any = None,
        classes: Sequence[object] | None = None,
        names: Sequence[str] | None = None,
        model: str | None = None,
        version: str | None = None,
        wait_seconds: float = 0.0,
    ) -> list[str]:
        """Record many predictions at once; what stands beside `rows` has one value a row.

        Parameters
        ----------
        rows : a pandas or Polars frame, a numpy array, a PyArrow table or anything with an Arrow stream, dictionaries
            one a row, or one dictionary of columns. Columns named `prediction_id`, `prediction`, `score`, `label` and
            `timestamp` count as such.
        scores : the positive class's probabilities, or an array of shape (rows, classes) with `classes`.
        names : columns of an array; default `x0`, `x1`, …
        wait_seconds : wait at most this long for room, when loading files; 0: what finds no room is sampled.

        Returns
        -------
        The predictions' ids, one a row; empty where `rows` has them in a column.
        """
        with self.life.caught("log_batch"):
            table = table_of(rows, names=names)
            beside = beside_of(
                table,
                prediction=predictions,
                label=labels,
                timestamp=timestamps,
                prediction_id=wanted_ids(table.rows) if ids is None else ids,
                classes=classes,
                **score_names(scores, classes),
            )
            recorder = self.recorder()
            made = self.life.ids if recorder is None else recorder.parts.ids
            found: list[str] = []
            if "prediction_id" in beside or not table.has("prediction_id"):
                found = [str(i) for i in beside.get("prediction_id") or made.many(table.rows)]
                beside["prediction_id"] = found
            if recorder is not None:
                stream = recorder.stream("predictions", model, version)
                recorder.frame(stream, table, beside, wait_seconds=wait_seconds)
                note(stream.model, found)
            keep_last(found)
            return found
        return []

    def log_labels(
        self,
        rows: Any,
        labels: Any = None,
        *,
        timestamps: Any = None,
        model: str | None = None,
        wait_seconds: float = 0.0,
    ) -> int:
        """Record the truth, early or late; a label joins every version that scored its id.

        Parameters
        ----------
        rows : ids, with `labels` beside them; or labels by id; or a frame with `prediction_id` and label columns.
        timestamps : when each label came to be known.
        wait_seconds : as for `log_batch`.

        Returns
        -------
        Number of labels taken.
        """
        with self.life.caught("log_labels"):
            table = labels_of(rows, labels)
            beside = beside_of(table, label_timestamp=timestamps)
            recorder = self.recorder()
            if recorder is not None:
                recorder.frame(
                    recorder.stream("labels", model, None), table, beside, wait_seconds=wait_seconds
                )
            return table.rows
        return 0

    def log_feedback(
        self,
        id: str | int,
        kind: str,
        value: object = None,
        *,
        row: int | None = None,
        model: str | None = None,
        timestamp: dt.datetime | int | str | None = None,
    ) -> None:
        """Record what people did with a prediction: `override`, `rejection`, `complaint`, `exception` or the like."""
        with self.life.caught("log_feedback"):
            recorder = self.recorder()
            if recorder is not None:
                values: dict[str, object] = {"prediction_id": str(id), "kind": kind, "value": value}
                if row is not None:
                    values["row"] = row
                if timestamp is not None:
                    values["timestamp"] = time_given(timestamp)
                recorder.row(recorder.stream("feedback", model, None), {}, values)

    def log_event(
        self,
        kind: str,
        text: str = "",
        *,
        model: str | None = None,
        version: str | None = None,
        source: str | None = None,
        time: dt.datetime | int | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        """Record something that happened.

        Parameters
        ----------
        kind : `deployment`, `version`, `schema_change`, `note`, `backfill`, `upstream` or `label_fault`; a
            server takes no others.
        """
        with self.life.caught("log_event"):
            recorder = self.recorder()
            if recorder is not None:
                event: dict[str, object] = {
                    "kind": kind,
                    "time": time_us(time, self._clock.now_us()),
                    "text": text,
                }
                event |= {
                    "model": (recorder.parts.settings.model if model is None else model) or None,
                    "version": version,
                    "source": source,
                    "details": dict(details or {}),
                }
                recorder.message("events", event)

    def log_reading(
        self,
        name: str,
        value: float,
        *,
        unit: str = "",
        model: str | None = None,
        version: str | None = None,
        time: dt.datetime | int | None = None,
    ) -> None:
        """Record a figure of operations or business: a queue's length, revenue, the cost of a call."""
        with self.life.caught("log_reading"):
            recorder = self.recorder()
            if recorder is not None:
                reading: dict[str, object] = {"name": name, "value": float(value), "unit": unit}
                reading |= {"model": model, "version": version, "host": recorder.parts.settings.host}
                recorder.message("readings", reading | {"time": time_us(time, self._clock.now_us())})

    def monitor(
        self,
        model: str | None = None,
        *,
        version: str | None = None,
        features: Callable[..., Any] | None = None,
        prediction: Callable[[Any], Any] | None = None,
    ) -> Monitor:
        """Decorate a function that predicts: its rows, answers, latency and errors are recorded.

        Parameters
        ----------
        model, version : default: those of `init`.
        features : called with the function's arguments, gives the row or rows; default: the first argument that is a
            mapping, frame or array, else the arguments by name.
        prediction : called with the answer, gives the prediction, or a mapping with `prediction`, `score`, `id`, …;
            default: the answer itself.
        """
        return Monitor(client=self, model=model, version=version, features=features, prediction=prediction)

    def wrap(
        self,
        estimator: E,
        *,
        model: str | None = None,
        version: str | None = None,
        names: Sequence[str] | None = None,
        output: str = "",
    ) -> E:
        """Wrap a model so that what it predicts is recorded; it behaves as before in every other way.

        Parameters
        ----------
        estimator : scikit-learn's interface, or a Booster of LightGBM, XGBoost or CatBoost.
        names : columns, for models that are given arrays; default: those the model was fitted on.
        output : what `predict` gives: `prediction` or `score`; default: told from the model.

        Returns
        -------
        An object that stands in for the estimator: fit, clone, pickle, parameters, pipelines work as before.
        """
        with self.life.caught("wrap"):
            return Monitored(estimator, client=self, model=model, version=version, names=names, output=output)  # type: ignore[return-value]
        return estimator

    def probe(
        self,
        rows: Any,
        predict: Callable[[Any], Any],
        *,
        model: str | None = None,
        version: str | None = None,
        name: str = "probe",
        every_seconds: float = 3600.0,
    ) -> None:
        """Score fixed rows on schedule and report the answers: one that changes without a deployment is news.

        Parameters
        ----------
        rows : a few rows, at most 1,000, as `predict` takes them.
        """
        with self.life.caught("probe"):
            recorder = self.recorder()
            if recorder is not None:
                stream = recorder.stream("predictions", model, version)
                probe = Probe(
                    name=name,
                    model=stream.model,
                    version=stream.version,
                    rows=rows,
                    predict=predict,
                    every_seconds=every_seconds,
                )
                recorder.parts.reporting.probe(probe)
                recorder.wake()

    def flush(self, seconds: float = 5.0) -> bool:
        """Send all that waits; whether it was all acknowledged within so many seconds."""
        with self.life.caught("flush"):
            recorder = self.life.recorder()
            return recorder is None or recorder.parts.flush(seconds)
        return False

    def close(self) -> bool:
        """Flush within `exit_seconds` and end the thread; whether all was acknowledged. A later call starts anew."""
        self._recorder = None
        with self.life.caught("close"):
            return self.life.close()
        return False

    def stats(self) -> Stats:
        """What was sent, what waits, what was dropped and why."""
        return self.life.stats()
