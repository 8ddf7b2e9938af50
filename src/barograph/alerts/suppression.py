"""Why an alert is told to nobody, computed anew whenever it is asked: nothing has to be undone when a silence ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from barograph.alerts.inhibition import DEFAULT_INHIBITIONS, FiringAlert, Inhibition, inhibitors_of
from barograph.alerts.silences import Silence, is_active, silenced_by
from barograph.locale.said import say, word


def suppressed_by(
    firing: Sequence[FiringAlert],
    silences: Iterable[Silence],
    *,
    now: int,
    rules: Sequence[Inhibition] = DEFAULT_INHIBITIONS,
) -> dict[int, list[dict[str, Any]]]:
    """Say of each open alert by what it is suppressed.

    Parameters
    ----------
    firing : all open alerts of a project.
    now : µs UTC.

    Returns
    -------
    By id of the alert, those that nothing suppresses left out: a list of mappings with `by` (silence, maintenance,
    inhibition), `id` of the silence or `rule` and `alert` of the inhibition, and a `sentence` for people.

    Examples
    --------
    >>> broken = FiringAlert(id=1, labels={"project": "p", "model": "m", "about": "pipeline", "monitor": "late"})
    >>> moved = FiringAlert(id=2, labels={"project": "p", "model": "m", "about": "drift", "monitor": "moved"})
    >>> suppressed_by([broken, moved], [], now=0)[2][0]["sentence"]
    "Inhibited by alert 1 of 'late' (broken pipeline): rows that do not come as they should make other figures move."
    """
    active = [one for one in silences if is_active(one, now)]
    by_id = {one.id: one for one in active}
    monitors = {one.id: one.labels.get("monitor", "") for one in firing}
    inhibitors = inhibitors_of(firing, rules)
    found: dict[int, list[dict[str, Any]]] = {}
    for alert in firing:
        said = [_of_silence(by_id[one]) for one in silenced_by(alert.labels, active, now)]
        said += [_of_inhibition(by.rule, by.alert, monitors) for by in inhibitors.get(alert.id, ())]
        if said:
            found[alert.id] = said
    return found


def _of_silence(silence: Silence) -> dict[str, Any]:
    sentence = say(
        "Silenced by {who}: {comment}"
        if silence.kind == "silence"
        else "In the maintenance window by {who}: {comment}",
        who=silence.created_by, comment=silence.comment,
    )  # fmt: skip
    return {"by": silence.kind, "id": silence.id, "sentence": sentence}


def _of_inhibition(rule: Inhibition, cause: int, monitors: Mapping[int, str]) -> dict[str, Any]:
    by = say(
        "Inhibited by alert {alert} of {monitor} ({rule})",
        alert=cause, monitor=repr(monitors[cause]), rule=word(rule.name),
    )  # fmt: skip
    sentence = say("{by}: {reason}.", by=by, reason=word(rule.reason)) if rule.reason else say("{by}.", by=by)
    return {"by": "inhibition", "rule": rule.name, "alert": cause, "sentence": sentence}
