"""What a model runs on, to be compared between training and serving, and from day to day."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from pathlib import Path

#: Libraries that decide what a model answers; reported where they are loaded.
_LIBRARIES = (
    "catboost",
    "joblib",
    "jax",
    "lightgbm",
    "mlflow",
    "numpy",
    "onnxruntime",
    "pandas",
    "polars",
    "pyarrow",
    "scikit-learn",
    "scipy",
    "statsmodels",
    "tensorflow",
    "tokenizers",
    "torch",
    "transformers",
    "xgboost",
)
_MODULES = {"scikit-learn": "sklearn"}
#: Where orchestrators say which image runs.
_IMAGE_VARIABLES = ("BAROGRAPH_IMAGE", "IMAGE", "CONTAINER_IMAGE", "IMAGE_TAG", "GIT_COMMIT")


def environment() -> dict[str, object]:
    """Python, platform, machine, host type, image where known, and versions of the loaded libraries.

    Examples
    --------
    >>> environment()["python"] == platform.python_version()
    True
    """
    found: dict[str, object] = {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "platform": platform.platform(),
        "machine": platform.machine(),
        "processors": os.cpu_count() or 1,
        "libraries": _libraries(),
    }
    image = next((os.environ[v] for v in _IMAGE_VARIABLES if os.environ.get(v)), "")
    if image:
        found["image"] = image[:200]
    host_type = _host_type()
    if host_type:
        found["host_type"] = host_type
    return found


def _libraries() -> dict[str, str]:
    versions = {}
    for name in _LIBRARIES:
        if _MODULES.get(name, name) in sys.modules:
            try:
                versions[name] = importlib.metadata.version(name)
            except importlib.metadata.PackageNotFoundError:
                module = sys.modules[_MODULES.get(name, name)]
                versions[name] = str(getattr(module, "__version__", "unknown"))
    return versions


def _host_type() -> str:
    """The machine's product name, such as a cloud's instance type; where none is told, the processor."""
    try:
        name = Path("/sys/class/dmi/id/product_name").read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        name = ""
    return (name or platform.processor())[:200]
