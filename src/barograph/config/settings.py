"""The settings as one typed value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from barograph.config.setting import Held


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What holds for one server; each field is a line of `barograph.config.table`.

    Lengths of time are in seconds, sizes in bytes, `clock` and `clock_began` in µs
    since 1970 in UTC.

    Examples
    --------
    >>> from barograph.config.read import read_settings
    >>> read_settings(environment={}).settings.port
    8080
    """

    data: str
    database: str
    retention_days: int | None
    rollup_days: int
    profile_days: int | None
    history_days: int
    host: str
    port: int
    root_path: str
    trusted_proxies: tuple[str, ...]
    allowed_hosts: tuple[str, ...]
    body_bytes: int
    columnar_body_bytes: int
    ratio: int
    rows: int
    columns: int
    text_length: int
    header_seconds: float
    body_seconds: float
    queue_rows: int
    workers: int
    apply_seconds: float
    move_rows: int
    move_seconds: float
    lease_seconds: float
    key_requests: int
    failed_keys: int
    public_metrics: bool
    metrics_seconds: float
    metrics_columns: tuple[str, ...]
    public_url: str
    notify_private_addresses: bool
    log_level: str
    log_format: str
    stop_seconds: float
    clock: int | None
    clock_began: int | None
    speed: float

    @property
    def reached_at(self) -> str:
        """Where people reach the server: as was said, else the address it listens on."""
        return self.public_url or f"http://{self.host}:{self.port}{self.root_path}"

    @property
    def data_path(self) -> Path:
        """The data folder."""
        return Path(self.data)

    @property
    def database_url(self) -> str:
        """URL of the database, that of the file in the data folder where none was set."""
        return self.database or f"sqlite:///{(self.data_path / 'barograph.db').absolute()}"

    @property
    def log_url(self) -> str:
        """URL of the log: with SQLite a file of its own, else the database."""
        own = f"sqlite:///{(self.data_path / 'log.db').absolute()}"
        return own if self.database_url.startswith("sqlite") else self.database_url

    @property
    def lake_path(self) -> Path:
        """Folder of the Delta tables."""
        return self.data_path / "lake"

    @property
    def ids_path(self) -> Path:
        """Folder of the runs of ids."""
        return self.data_path / "ids"

    def value(self, name: str) -> Held:
        """The value of the setting of that name."""
        held: Held = getattr(self, name)
        return held
