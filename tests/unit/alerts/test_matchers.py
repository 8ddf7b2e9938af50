"""Conditions on labels."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.alerts.matchers import Matcher, matcher_document, matches, parse_matchers, read_matchers
from barograph.errors import MonitorError

LABELS = {"model": "credit", "column": "income", "severity": "warning"}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ('model="credit"', True),
        ("model=credit", True),
        ('model="churn"', False),
        ('model!="churn"', True),
        ('column=~"inc*"', True),
        ('column=~"age|inc*"', True),
        ('column=~"*com*"', True),
        ('column=~"inc"', False),
        ('column!~"inc*"', False),
        ('segment=""', True),
        ('segment=~"*"', True),
        ('model="credit", severity="critical"', False),
        ('model="credit",severity=~"warning|critical"', True),
    ],
)
def test_labels_are_matched(text, holds):
    assert matches(parse_matchers(text), LABELS) is holds


def test_quotes_and_backslashes_are_written_so_that_they_are_read_back():
    matcher = Matcher(name="segment", value='country="DE\\AT", x')
    assert parse_matchers(str(matcher)) == (matcher,)


@given(st.sampled_from(["=", "!=", "=~", "!~"]), st.text(max_size=40))
def test_every_matcher_is_read_back(how, value):
    matcher = Matcher(name="model", how=how, value=value)
    assert parse_matchers(f"{matcher}, {matcher}") == (matcher, matcher)
    assert read_matchers([matcher_document(matcher)]) == (matcher,)


@given(st.text(alphabet="ab", max_size=12), st.text(alphabet="ab*", max_size=6))
def test_a_star_is_any_text(text, pattern):
    def like(text: str, pattern: str) -> bool:
        if not pattern:
            return not text
        if pattern[0] == "*":
            return any(like(text[i:], pattern[1:]) for i in range(len(text) + 1))
        return bool(text) and text[0] == pattern[0] and like(text[1:], pattern[1:])

    assert Matcher(name="x", how="=~", value=pattern).holds({"x": text}) is like(text, pattern)


def test_no_pattern_takes_long():
    matcher = Matcher(name="x", how="=~", value="*a" * 99 + "b")
    begun = time.process_time()
    assert not matcher.holds({"x": "a" * 50_000})
    assert time.process_time() - begun < 1.0


@pytest.mark.parametrize(
    ("written", "match"),
    [
        ("model", "character 1; expected conditions"),
        ('model="a" column="b"', "expected a comma at character 11"),
        ("", "character 1"),
        ([{"name": "model", "val": "x"}], "expected name, how and value"),
        ([{"name": "model", "value": "x", "hov": "="}], "did you mean 'how'"),
        ([{"name": "model", "value": "x", "how": "~"}], "comparison '~' is not known"),
        ({"model": "x" * 201}, "at most 200 whole characters"),
        ({"model": "\ud83d"}, "at most 200 whole characters"),
        ({"model.name": "x"}, "not the name of a label"),
        (7, "holds no conditions"),
    ],
)
def test_what_cannot_be_read_is_refused(written, match):
    with pytest.raises(MonitorError, match=match):
        read_matchers(written)
