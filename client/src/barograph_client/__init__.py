"""Send predictions, labels and readings to Barograph; costs the caller nothing, and depends on nothing.

Examples
--------
>>> import barograph_client as barograph
>>> barograph.init(url="", model="credit")
>>> barograph.log({"income": 52_000.0}, prediction=1, id="a1")
'a1'
"""

from __future__ import annotations

from barograph_client.asgi import ASGIMiddleware, Route
from barograph_client.client import Client
from barograph_client.context import last_ids, prediction_ids, silent
from barograph_client.default import CLIENT
from barograph_client.errors import ClientError, SettingsError
from barograph_client.sending.dead_letters import read_dead_letters
from barograph_client.settings import Settings
from barograph_client.stats import Stats

__version__ = "0.1.0"

init = CLIENT.init
log = CLIENT.log
log_batch = CLIENT.log_batch
log_labels = CLIENT.log_labels
log_feedback = CLIENT.log_feedback
log_event = CLIENT.log_event
log_reading = CLIENT.log_reading
monitor = CLIENT.monitor
wrap = CLIENT.wrap
probe = CLIENT.probe
flush = CLIENT.flush
close = CLIENT.close
stats = CLIENT.stats

__all__ = [
    "CLIENT",
    "ASGIMiddleware",
    "Client",
    "ClientError",
    "Route",
    "Settings",
    "SettingsError",
    "Stats",
    "close",
    "flush",
    "init",
    "last_ids",
    "log",
    "log_batch",
    "log_event",
    "log_feedback",
    "log_labels",
    "log_reading",
    "monitor",
    "prediction_ids",
    "probe",
    "read_dead_letters",
    "silent",
    "stats",
    "wrap",
]
