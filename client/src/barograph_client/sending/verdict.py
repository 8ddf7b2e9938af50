"""What a reply means for a batch: done, again later, in halves, or never. A pure function."""

from __future__ import annotations

import email.utils
import json
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from barograph_client.sending.transport import Reply

#: Replies after which the same batch may be taken.
_AGAIN = frozenset({408, 425, 429})
_TOO_LARGE = 413
_SERVER_ERROR = 500
#: Pauses begin at half a second and double.
_FIRST_SECONDS = 0.5
#: No server may ask for a longer pause.
_LONGEST_ASKED_SECONDS = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of a batch.

    Attributes
    ----------
    outcome : done, again, split or refused.
    why : the reply in words.
    after_seconds : the pause the server asks for; None: it asks for none.
    rejected : rows set aside by the server, by reason.
    """

    outcome: Literal["done", "again", "split", "refused"]
    why: str = ""
    after_seconds: float | None = None
    rejected: Mapping[str, int] = field(default_factory=dict)


def judge(reply: Reply, *, now_us: int) -> Verdict:
    """What a reply means.

    Parameters
    ----------
    now_us : the time, for a `Retry-After` that names one.

    Examples
    --------
    >>> judge(Reply(status=503, headers={"retry-after": "7"}), now_us=0)
    Verdict(outcome='again', why='503', after_seconds=7.0, rejected={})
    """
    if 200 <= reply.status < 300:
        return Verdict(outcome="done", rejected=_rejected(reply.body))
    why = f"{reply.status} {_message(reply.body)}".strip()
    if reply.status in _AGAIN or reply.status >= _SERVER_ERROR or reply.status < 400:
        return Verdict(outcome="again", why=why, after_seconds=_asked(reply, now_us))
    return Verdict(outcome="split" if reply.status == _TOO_LARGE else "refused", why=why)


def pause_seconds(failures: int, longest: float, rng: random.Random) -> float:
    """How long to wait after so many failures in a row: anything up to a bound that doubles ("full jitter").

    Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.

    Examples
    --------
    >>> pause_seconds(3, 60.0, random.Random(1)) <= 2.0
    True
    """
    return rng.uniform(0.0, min(longest, _FIRST_SECONDS * 2.0 ** min(failures - 1, 30)))


def _asked(reply: Reply, now_us: int) -> float | None:
    text = reply.headers.get("retry-after", "").strip()
    if not text:
        return None
    if text.isdecimal():
        return min(float(text), _LONGEST_ASKED_SECONDS)
    try:
        seconds = email.utils.parsedate_to_datetime(text).timestamp() - now_us / 1e6
    except (TypeError, ValueError, OverflowError):
        return None
    return min(max(seconds, 0.0), _LONGEST_ASKED_SECONDS)


def _rejected(body: bytes) -> dict[str, int]:
    answer = _answer(body)
    rejected = answer.get("rejected")
    if isinstance(rejected, int):
        return {"unsaid": rejected} if rejected > 0 else {}
    if not isinstance(rejected, list):
        return {}
    reasons: Counter[str] = Counter()
    total = answer.get("rejected_rows", answer.get("rejected_count"))
    for row in rejected:
        reason = row.get("reason", "unsaid") if isinstance(row, dict) else row
        reasons[str(reason)[:80]] += 1
    if isinstance(total, int) and total > len(rejected):
        # A server names the first of many only.
        reasons["unsaid"] += total - len(rejected)
    return dict(reasons)


def _message(body: bytes) -> str:
    error = _answer(body).get("error")
    if isinstance(error, dict):
        return str(error.get("message", ""))[:500]
    return body[:200].decode("utf-8", "replace")


def _answer(body: bytes) -> dict[str, object]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}
