"""A message that tries a channel."""

from __future__ import annotations

from typing import Final

from barograph.locale.said import say
from barograph.server.notify.letter import Letter
from barograph.server.notify.links import incidents_address

_DAYS: Final = 21
#: A share of nulls that is as it was, then is not.
_VALUES: Final = (0.021, 0.024, 0.019, 0.022, 0.025, 0.02, 0.023)


def trial_letter(project: str, channel: str, *, public_url: str = "") -> Letter:
    """The letter: what it is, and a chart to see whether pictures arrive.

    Examples
    --------
    >>> trial_letter("bank", "on call").title
    'Barograph: a test of channel on call'
    """
    values = [*(_VALUES * 3)[: _DAYS - 3], 0.06, 0.11, 0.12]
    link = incidents_address(public_url, project)
    document = {
        "type": "test", "reason": "test", "severity": "info", "status": "told",
        "title": say("Barograph: a test of channel {channel}", channel=channel),
        "what": say(
            "If you can read this, messages of project {project} arrive here. Nothing has happened.", project=project
        ),
        "links": {} if link is None else {"alerts": link},
        "chart": {
            "name": say("an invented share of nulls"), "labels": [str(day + 1) for day in range(_DAYS)],
            "values": values,
            "limits": [None, 0.05], "band": [0.017, 0.027], "breached": [_DAYS - 3, _DAYS - 2, _DAYS - 1],
            "caption": say(
                "An example of a chart, with invented figures: the band is where the reference's windows lie, "
                "shaded windows are beyond the limit."
            ),
        },
    }  # fmt: skip
    return Letter(kind="test", document=document, project=project, reason="test")
