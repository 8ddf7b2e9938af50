"""What a check finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    check : what it was.
    state : `failed` where the server cannot do its work because of it.
    told : what was found.
    advice : what to do; empty where nothing is to be done.
    """

    check: str
    state: State
    told: str
    advice: str = ""
