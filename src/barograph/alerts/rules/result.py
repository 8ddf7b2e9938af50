"""Results of rule tests: as text, as JSON and as JUnit XML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from xml.etree import ElementTree as ET

from barograph.checks.junit import writable_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """Something that was not as expected."""

    what: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.what}: expected {self.expected}, found {self.found}."


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneResult:
    """One rule test; `origin` and `line` are where it stands."""

    origin: str
    name: str
    line: int
    misses: tuple[Miss, ...]

    @property
    def passed(self) -> bool:
        """Whether all was as expected."""
        return not self.misses


def results_text(results: Sequence[SceneResult]) -> str:
    """All results, failures with what was missed.

    Examples
    --------
    >>> print(results_text([SceneResult(origin="rules.test.yml", name="moved", line=3, misses=())]))
    pass  moved
    1 of 1 rule tests passed.
    """
    return "\n".join(_lines(results))


def results_document(results: Sequence[SceneResult]) -> dict[str, Any]:
    """All results as plain values."""
    return {
        "passed": all(one.passed for one in results),
        "tests": [
            {
                "file": one.origin,
                "name": one.name,
                "line": one.line,
                "passed": one.passed,
                "misses": [asdict(miss) for miss in one.misses],
            }
            for one in results
        ],
    }


def results_junit(results: Sequence[SceneResult]) -> str:
    """One test case a rule test; without times, so that the same results give the same text.

    Examples
    --------
    >>> passed = SceneResult(origin="rules.test.yml", name="moved", line=3, misses=())
    >>> results_junit([passed]).splitlines()[1][-77:]
    '<testcase classname="rules.test.yml" name="moved" /></testsuite></testsuites>'
    """
    failed = sum(not one.passed for one in results)
    counts = {"tests": str(len(results)), "failures": str(failed), "errors": "0", "skipped": "0"}
    root = ET.Element("testsuites")
    suite = ET.SubElement(root, "testsuite", {"name": "barograph", **counts})
    for one in results:
        case = ET.SubElement(suite, "testcase", {"classname": one.origin, "name": writable_text(one.name)})
        if one.misses:
            told = writable_text("\n".join(str(miss) for miss in one.misses))
            ET.SubElement(case, "failure", {"message": told.partition("\n")[0]}).text = told
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _lines(results: Sequence[SceneResult]) -> Iterator[str]:
    for one in results:
        yield f"pass  {one.name}" if one.passed else f"FAIL  {one.name} ({one.origin}, line {one.line})"
        yield from (f"      {miss}" for miss in one.misses)
    yield f"{sum(one.passed for one in results)} of {len(results)} rule tests passed."
