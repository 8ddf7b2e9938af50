"""What is known of models by what they can do: scikit-learn's interface, and Boosters."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

#: Arguments after which `predict` gives no prediction: margins, leaves, attributions.
_NO_ANSWER: Final = (
    "raw_score",
    "pred_leaf",
    "pred_contrib",
    "pred_contribs",
    "pred_interactions",
    "output_margin",
)
_SCORING: Final = ("binary", "multi", "cross_entropy", "logloss", "crossentropy")


def is_no_answer(arguments: Mapping[str, Any]) -> bool:
    """Whether a call asks for something else than predictions."""
    return any(bool(arguments.get(name)) for name in _NO_ANSWER)


def output_of(estimator: Any) -> str:
    """What `predict` gives: `score` for a Booster trained to give probabilities, else `prediction`."""
    if hasattr(estimator, "predict_proba"):
        return "prediction"
    return "score" if _objective(estimator).lower().startswith(_SCORING) else "prediction"


def feature_names(estimator: Any, rows: Any) -> Sequence[str] | None:
    """Names of an array's columns, as the model knows them; None where the rows have names, or nobody knows."""
    if hasattr(rows, "columns") or not hasattr(rows, "shape"):
        return getattr(rows, "feature_names", None)
    for name in ("feature_names_in_", "feature_name_", "feature_names_", "feature_names", "feature_name"):
        names = getattr(estimator, name, None)
        found = names() if callable(names) else names
        if found is not None and len(rows.shape) == 2 and len(found) == rows.shape[1]:
            return [str(n) for n in found]
    return None


def answers(estimator: Any, method: str, answer: Any, output: str) -> dict[str, Any]:
    """Arguments of `log_batch` for what a method answered.

    Probabilities of every class travel by class: which one is the positive is the schema's to say. The class of the
    highest is the prediction.
    """
    if isinstance(answer, tuple):
        answer = answer[0]
    shape: tuple[int, ...] = getattr(answer, "shape", (len(answer),))
    if method == "predict_proba":
        if isinstance(answer, list) or len(shape) != 2:
            return {}
        classes = _classes(estimator, shape[1])
        predictions = [classes[i] for i in answer.argmax(axis=1).tolist()]
        return {"scores": answer, "classes": classes, "predictions": predictions}
    if len(shape) == 2 and shape[1] == 1:
        answer, shape = answer[:, 0], shape[:1]
    if output != "score":
        return {"predictions": answer}
    return {"scores": answer, "classes": _classes(estimator, shape[1]) if len(shape) == 2 else None}


def _classes(estimator: Any, count: int) -> list[object]:
    classes: Any = getattr(estimator, "classes_", None)
    found = classes.tolist() if hasattr(classes, "tolist") else classes
    return list(found) if isinstance(found, list) and len(found) == count else list(range(count))


def _objective(estimator: Any) -> str:
    """What a Booster was trained for: LightGBM says so in `params`, XGBoost in its configuration."""
    params = getattr(estimator, "params", None)
    if isinstance(params, Mapping) and "objective" in params:
        return str(params["objective"])
    if hasattr(estimator, "dump_model") and hasattr(estimator, "num_trees"):
        return str(estimator.dump_model(num_iteration=1).get("objective", ""))
    if hasattr(estimator, "save_config"):
        return str(json.loads(estimator.save_config())["learner"]["objective"]["name"])
    return ""
