"""The table of settings: every one there is, in the order they are documented."""

from __future__ import annotations

from typing import Final

from barograph.config import readings as read
from barograph.config.setting import Setting

_STORE: Final = "Where things are kept"
_DOOR: Final = "Address and proxies"
_LIMITS: Final = "Limits of a request"
_WORK: Final = "The worker"
_ACCESS: Final = "Access"
_MESSAGES: Final = "Messages"
_RUNNING: Final = "Running"

SETTINGS: Final[tuple[Setting, ...]] = (
    Setting(
        name="data", default="barograph-data", read=read.text, group=_STORE,
        meaning="Folder of everything the server keeps; made where it is missing. One server at a time uses it.",
    ),
    Setting(
        name="database", default="", read=read.text, group=_STORE, secret=True,
        meaning="URL of the database: `postgresql+psycopg://user:password@host/name`, or `sqlite:///FILE`. "
        "Nothing: `barograph.db` in the data folder.",
    ),
    Setting(
        name="retention_days", default="none", read=read.whole_or_none, group=_STORE,
        meaning="Days for which raw rows are kept, where the model says nothing else, and readings and heartbeats; "
        "`none` keeps them for good. Profiles stay.",
    ),
    Setting(
        name="rollup_days", default="30", read=read.whole, group=_STORE,
        meaning="Days after which windows shorter than a day are added up to days. Monitors of such windows look back "
        "no further: a band by hour of the week needs 63, which about doubles the disk that profiles by hour take.",
    ),
    Setting(
        name="profile_days", default="none", read=read.whole_or_none, group=_STORE,
        meaning="Days for which profiles and figures are kept, whole weeks of them; raw rows leave with them at the "
        "latest, and monitors and comparisons look back no further. `none` keeps them for good.",
    ),
    Setting(
        name="history_days", default="400", read=read.whole, group=_STORE,
        meaning="Days for which alerts and incidents that are over are kept, what was said of windows, and messages. "
        "The report on a model's monitoring tells of its last 365 days, as far as they are kept.",
    ),
    Setting(
        name="host", default="127.0.0.1", read=read.text, group=_DOOR,
        meaning="Address to listen on. The default is reached from this machine alone.",
    ),
    Setting(
        name="port", default="8080", read=read.port, group=_DOOR, meaning="Port to listen on; 0 takes a free one.",
    ),
    Setting(
        name="root_path", default="", read=read.root_path, group=_DOOR,
        meaning="Path a proxy serves the server under, such as `/monitoring`.",
    ),
    Setting(
        name="trusted_proxies", default="", read=read.networks, group=_DOOR,
        meaning="Addresses or networks of proxies, separated by commas. Only from these are `X-Forwarded-For` and "
        "`X-Forwarded-Proto` believed.",
    ),
    Setting(
        name="allowed_hosts", default="", read=read.words, group=_DOOR,
        meaning="Names the server answers to in the header `Host`, separated by commas, `*.example.com` for all "
        "below one. Nothing: any.",
    ),
    Setting(
        name="body_bytes", default="10 MiB", read=read.size, group=_LIMITS,
        meaning="Largest body of a request, in bytes, as sent.",
    ),
    Setting(
        name="columnar_body_bytes", default="50 MiB", read=read.size, group=_LIMITS,
        meaning="Largest body of Arrow, of Parquet or of a profile, in bytes, as sent.",
    ),
    Setting(
        name="ratio", default="100", read=read.whole, group=_LIMITS,
        meaning="How many times larger a compressed body may become.",
    ),
    Setting(name="rows", default="50_000", read=read.whole, group=_LIMITS, meaning="Most rows in one batch."),
    Setting(
        name="columns", default="1_000", read=read.whole, group=_LIMITS, meaning="Most columns in one batch.",
    ),
    Setting(
        name="text_length", default="65_536", read=read.whole, group=_LIMITS,
        meaning="Longest text in a row, in characters.",
    ),
    Setting(
        name="header_seconds", default="10s", read=read.seconds, group=_LIMITS,
        meaning="Time a client has to send a request's headers, and for which an idle connection is kept.",
    ),
    Setting(
        name="body_seconds", default="30s", read=read.seconds, group=_LIMITS,
        meaning="Time a client has to send a body, beside one second for every 10,000 bytes that have arrived.",
    ),
    Setting(
        name="queue_rows", default="500_000", read=read.whole, group=_LIMITS,
        meaning="Rows that may wait to be written at once; beyond it requests are told to come later (429).",
    ),
    Setting(
        name="workers", default="1", read=read.count, group=_WORK,
        meaning="Worker processes that `barograph serve` starts; 0 where they run elsewhere, as `barograph worker`.",
    ),
    Setting(
        name="apply_seconds", default="1s", read=read.seconds, group=_WORK,
        meaning="Longest wait before rows that have come are counted.",
    ),
    Setting(
        name="move_rows", default="50_000", read=read.whole, group=_WORK,
        meaning="Waiting rows of a model at which they move from the log to the lake.",
    ),
    Setting(
        name="move_seconds", default="15m", read=read.seconds, group=_WORK,
        meaning="Age of a model's oldest waiting row at which they move to the lake, however few they are.",
    ),
    Setting(
        name="lease_seconds", default="30s", read=read.seconds, group=_WORK,
        meaning="Time after which another worker may take over the work of one that is no longer heard of.",
    ),
    Setting(
        name="key_requests", default="60_000", read=read.count, group=_ACCESS,
        meaning="Requests one key may make in a minute; 0 for any number.",
    ),
    Setting(
        name="failed_keys", default="30", read=read.whole, group=_ACCESS,
        meaning="Wrong keys one address may show in a minute before it is told to wait.",
    ),
    Setting(
        name="public_metrics", default="false", read=read.boolean, group=_ACCESS,
        meaning="Whether `/metrics` is answered without a key to other machines too. From this machine it always is.",
    ),
    Setting(
        name="metrics_seconds", default="10s", read=read.seconds, group=_RUNNING,
        meaning="Time for which what `/metrics` tells of models and monitors is kept before it is read again.",
    ),
    Setting(
        name="metrics_columns", default="", read=read.words, group=_RUNNING,
        meaning="Columns of which `/metrics` tells figures too, separated by commas; `*` for every one. Nothing: of "
        "whole models alone.",
    ),
    Setting(
        name="public_url", default="", read=read.public_url, group=_MESSAGES,
        meaning="How people reach the server, such as `https://barograph.example.org`: messages have links to it. "
        "Nothing: the address it listens on.",
    ),
    Setting(
        name="notify_private_addresses", default="true", read=read.boolean, group=_MESSAGES,
        meaning="Whether messages may be sent to private addresses and to this machine. To link-local addresses and "
        "clouds' metadata services they never are.",
    ),
    Setting(
        name="log_level", default="info", read=read.one_of("debug", "info", "warning", "error"), group=_RUNNING,
        meaning="Least grave log line that is written: debug, info, warning or error.",
    ),
    Setting(
        name="log_format", default="text", read=read.one_of("text", "json"), group=_RUNNING,
        meaning="Form of log lines on stderr: text for people, json for programs.",
    ),
    Setting(
        name="stop_seconds", default="30s", read=read.seconds, group=_RUNNING,
        meaning="Time requests and the worker have to finish when the server is told to stop.",
    ),
    Setting(
        name="clock", default="", read=read.moment, group=_RUNNING,
        meaning="Time at which the server's clock starts, for demonstrations and tests. Nothing: the real time.",
    ),
    Setting(
        name="clock_began",
        default="",
        read=read.moment,
        group=_RUNNING,
        meaning="Real time at which a clock that was set stood at its start, so that several processes share it. "
        "Nothing: when the process starts.",
    ),
    Setting(
        name="speed", default="1", read=read.factor, group=_RUNNING,
        meaning="How many times faster than the real one a clock that was set runs.",
    ),
)  # fmt: skip

BY_NAME: Final = {setting.name: setting for setting in SETTINGS}
