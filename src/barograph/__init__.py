"""Barograph: machine-learning monitoring and observability.

Production rows become small summaries that add up; every number, alert and explanation is a pure
function of those summaries. Names are loaded on first use, so that importing the package costs
nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from barograph import errors
    from barograph.api import compare, explain, explain_row, load_profile, profile, save_profile
    from barograph.checks.check import Check
    from barograph.checks.collection import Checks
    from barograph.checks.results import CheckResults
    from barograph.checks.suggest.suggest import suggest_checks
    from barograph.explain.actions.threshold_analysis import threshold_analysis
    from barograph.explain.explanation import Event, Explanation
    from barograph.explain.one.explained import RowExplanation
    from barograph.frames.cut import split
    from barograph.metrics.evaluate import evaluate
    from barograph.metrics.values import Undefined, Value
    from barograph.profile.value import Profile
    from barograph.report.report import Report
    from barograph.schema.model import Column, Schema

__version__ = "0.1.0"

_HOMES = {
    "profile": "barograph.api",
    "compare": "barograph.api",
    "explain": "barograph.api",
    "explain_row": "barograph.api",
    "threshold_analysis": "barograph.explain.actions.threshold_analysis",
    "RowExplanation": "barograph.explain.one.explained",
    "save_profile": "barograph.api",
    "split": "barograph.frames.cut",
    "load_profile": "barograph.api",
    "Profile": "barograph.profile.value",
    "Event": "barograph.explain.explanation",
    "Explanation": "barograph.explain.explanation",
    "Report": "barograph.report.report",
    "Check": "barograph.checks.check",
    "Checks": "barograph.checks.collection",
    "CheckResults": "barograph.checks.results",
    "suggest_checks": "barograph.checks.suggest.suggest",
    "Schema": "barograph.schema.model",
    "Column": "barograph.schema.model",
    "Value": "barograph.metrics.values",
    "Undefined": "barograph.metrics.values",
    "evaluate": "barograph.metrics.evaluate",
}

__all__ = [
    "Check",
    "CheckResults",
    "Checks",
    "Column",
    "Event",
    "Explanation",
    "Profile",
    "Report",
    "RowExplanation",
    "Schema",
    "Undefined",
    "Value",
    "compare",
    "errors",
    "evaluate",
    "explain",
    "explain_row",
    "load_profile",
    "profile",
    "save_profile",
    "split",
    "suggest_checks",
    "threshold_analysis",
]


def __getattr__(name: str) -> Any:
    if name == "errors":
        return import_module("barograph.errors")
    if name not in _HOMES:
        raise AttributeError(f"module 'barograph' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


class _Package(ModuleType):
    """Keeps `barograph.profile` the function: importing the folder `profile` would bind its name here."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
