"""Verdicts as JUnit XML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from barograph.checks.results import CheckResults

#: XML 1.0 has no way to write these, not even as references.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(results: CheckResults) -> str:
    """One test case a verdict; without times, so that the same verdicts give the same text.

    A check that fails the run is a `failure`, an unknown one an `error`; one whose severity is too mild to
    fail the run is `skipped`, with its sentence.

    Examples
    --------
    >>> from barograph.checks.results import CheckResults
    >>> junit(CheckResults(())).splitlines()[1]
    '<testsuites><testsuite name="barograph" tests="0" failures="0" errors="0" skipped="0" /></testsuites>'
    """
    kinds = []
    for r in results:
        serious = "failure" if r.status == "fail" else "error"
        kinds.append("" if r.status == "pass" else serious if results.fails_run(r) else "skipped")
    counts = {f"{kind}s".replace("skippeds", "skipped"): str(kinds.count(kind))
              for kind in ("failure", "error", "skipped")}  # fmt: skip
    root = ET.Element("testsuites")
    suite = ET.SubElement(root, "testsuite", {"name": "barograph", "tests": str(len(results)), **counts})
    for r, kind in zip(results, kinds, strict=True):
        name = f"{r.check.name}: {r.condition}" if r.check.name else r.condition
        case = ET.SubElement(suite, "testcase", {"classname": r.address.family, "name": writable_text(name)})
        if kind:
            told = {"message": writable_text(r.sentence)} | (
                {} if kind == "skipped" else {"type": r.check.severity}
            )
            ET.SubElement(case, kind, told).text = writable_text(r.check.reason) or None
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def writable_text(text: str) -> str:
    """A text without what XML cannot hold."""
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)
