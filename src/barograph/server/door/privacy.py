"""Values that look like personal data or secrets, found by their form and, where they have one, their check digits.

Only counts leave this module. Patterns run in linear time, whatever the text.

Sources: Luhn (US patent 2,950,048; ISO/IEC 7812-1); IBAN (ISO 13616, mod 97-10 of ISO/IEC 7064); JSON Web Tokens
(RFC 7519); prefixes of keys as their issuers document them; Wilson (1927), "Probable inference", JASA 22.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import Final

import polars as pl

_LOOKED_AT: Final = 500
_LONGEST: Final = 2_000
_Z: Final = 1.96
#: One value may be chance, or a test.
_LEAST_FOUND: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found in one column.

    Attributes
    ----------
    kind : of `DETECTORS`.
    looked_at, found : values looked at, and those that look like it.
    least_share : lower end of the 95 % interval of their share.
    """

    column: str
    kind: str
    looked_at: int
    found: int
    least_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """How one kind of value is told.

    Attributes
    ----------
    pattern : a regular expression without look-around.
    holds : whether what the pattern found has the right check digits; None where it has none.
    by_chance : how often any digits would pass `holds`.
    """

    kind: str
    pattern: str
    holds: Callable[[str], bool] | None = None
    by_chance: float = 0.0


def luhn_holds(text: str) -> bool:
    """Whether the digits of a text pass the check of card numbers.

    Examples
    --------
    >>> luhn_holds("4111 1111 1111 1111"), luhn_holds("4111 1111 1111 1112")
    (True, False)
    """
    digits = [int(c) for c in text if c.isdecimal()][::-1]
    doubled = [sum(divmod(2 * d, 10)) for d in digits[1::2]]
    return 13 <= len(digits) <= 19 and len(set(digits)) > 1 and (sum(digits[::2]) + sum(doubled)) % 10 == 0


def iban_holds(text: str) -> bool:
    """Whether a text passes the check of international bank account numbers.

    Examples
    --------
    >>> iban_holds("DE89 3704 0044 0532 0130 00"), iban_holds("DE88 3704 0044 0532 0130 00")
    (True, False)
    """
    packed = text.replace(" ", "")
    if not (15 <= len(packed) <= 34 and packed.isascii() and packed.isalnum()):
        return False
    return int("".join(str(int(c, 36)) for c in packed[4:] + packed[:4])) % 97 == 1


def ip_holds(text: str) -> bool:
    """Whether four numbers are an address of the internet; versions of software have small ones.

    Examples
    --------
    >>> ip_holds("192.168.2.17"), ip_holds("1.2.3.4"), ip_holds("1.2.3.400")
    (True, False, False)
    """
    parts = [int(part) for part in text.split(".")]
    return max(parts) <= 255 and max(parts) >= 32


_KEYS: Final = "|".join(
    (
        r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b", r"\bgh[pousr]_[A-Za-z0-9]{36}", r"\bgithub_pat_[A-Za-z0-9_]{40}",
        r"\bglpat-[A-Za-z0-9_-]{20}", r"\bAIza[0-9A-Za-z_-]{35}", r"\bxox[abeoprs]-[A-Za-z0-9-]{10}",
        r"\b[rs]k_(?:live|test)_[0-9A-Za-z]{16}", r"\bsk-[A-Za-z0-9_-]{32}", r"\bhf_[A-Za-z0-9]{30}",
        r"\bSG\.[A-Za-z0-9_-]{20,22}\.[A-Za-z0-9_-]{40}", r"\bbg_[0-9a-f]{16}_[A-Za-z0-9_-]{20}",
        r"AccountKey=[A-Za-z0-9+/]{40}",
    )
)  # fmt: skip
DETECTORS: Final[tuple[Detector, ...]] = (
    Detector(kind="email", pattern=r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"),
    Detector(
        kind="phone",
        pattern=r"(?:\+|\b00)[1-9](?:[ ()./-]?\d){7,13}\b"
        r"|\(\d{3}\) ?\d{3}[ .-]\d{4}\b|\b\d{3}[.-]\d{3}[.-]\d{4}\b",
    ),
    Detector(kind="card_number", pattern=r"\b[2-6](?:[ -]?\d){12,18}\b", holds=luhn_holds, by_chance=0.1),
    Detector(
        kind="iban", pattern=r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b", holds=iban_holds, by_chance=1 / 97,
    ),
    Detector(kind="ip_address", pattern=r"\b(?:\d{1,3}\.){3}\d{1,3}\b", holds=ip_holds),
    Detector(
        kind="ip_address",
        pattern=r"\b(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}\b|\b(?:[0-9a-f]{1,4}:){2,6}:[0-9a-f]{1,4}",
    ),
    Detector(
        kind="national_id",
        pattern=r"\b(?:[0-8]\d{2})-\d{2}-\d{4}\b|\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b",
    ),
    Detector(kind="jwt", pattern=r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"),
    Detector(kind="private_key", pattern=r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----"),
    Detector(kind="api_key", pattern=_KEYS),
    Detector(kind="bearer_token", pattern=r"(?i)\bbearer +[a-z0-9._~+/-]{20,}"),
    Detector(kind="password", pattern=r"[a-z][a-z0-9+.-]*://[^/\s:@]+:[^/\s:@]+@[^/\s]+"),
)  # fmt: skip


def findings(frame: pl.DataFrame) -> list[Finding]:
    """Look at the text of some rows, spread over all.

    Parameters
    ----------
    frame : rows as they are stored; at most 500 are looked at, 2,000 characters of each value.

    Examples
    --------
    >>> [f.kind for f in findings(pl.DataFrame({"who": ["ann@example.org", "bob@example.org"]}))]
    ['email']
    """
    step = max(1, frame.height // _LOOKED_AT)
    found: list[Finding] = []
    for column in frame.gather_every(step).iter_columns():
        if column.dtype == pl.String:
            texts = column.alias("values").drop_nulls().str.head(_LONGEST)
            found += _in_column(column.name, texts)
    return found


def _in_column(name: str, texts: pl.Series) -> list[Finding]:
    counted: dict[str, int] = {}
    if not len(texts):
        return []
    matches = texts.to_frame().select(
        pl.first().str.contains(d.pattern).alias(str(at)) for at, d in enumerate(DETECTORS)
    )  # fmt: skip
    for at, detector in enumerate(DETECTORS):
        passed = _passing(texts.filter(matches[str(at)]), detector)
        counted[detector.kind] = counted.get(detector.kind, 0) + passed
    return [
        Finding(column=name, kind=kind, looked_at=len(texts), found=n, least_share=least_share(n, len(texts)))
        for kind, n in counted.items()
        if n >= _LEAST_FOUND
    ]


def _passing(candidates: pl.Series, detector: Detector) -> int:
    """How many of the values a pattern found are meant; none where as many would pass by chance."""
    if detector.holds is None:
        return len(candidates)
    holds = detector.holds
    told = candidates.str.extract_all(detector.pattern).to_list()
    passed = sum(any(holds(part) for part in parts) for parts in told)
    return passed if passed and least_share(passed, len(candidates)) > detector.by_chance else 0


def least_share(found: int, looked_at: int) -> float:
    """Lower end of Wilson's 95 % interval of a share.

    Examples
    --------
    >>> round(least_share(2, 2), 2)
    0.34
    """
    share = found / looked_at
    centre = share + _Z**2 / (2 * looked_at)
    spread = _Z * sqrt(share * (1 - share) / looked_at + _Z**2 / (4 * looked_at**2))
    return max(0.0, (centre - spread) / (1 + _Z**2 / looked_at))
