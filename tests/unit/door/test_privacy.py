"""Personal data and secrets are found by their form, and nothing that only looks a little like them."""

from __future__ import annotations

import polars as pl
import pytest

from barograph.server.door.privacy import DETECTORS, findings, luhn_holds

_FOUND = {
    "email": ["ann@example.org", "write to bob.m+x@mail.example.co.uk please"],
    "phone": ["+49 221 1234567", "(415) 555-0132", "call 00441632960961"],
    "card_number": ["4111 1111 1111 1111", "5500005555555559", "3400-0000-0000-009"],
    "iban": ["DE89 3704 0044 0532 0130 00", "GB29NWBK60161331926819"],
    "ip_address": ["192.168.10.4", "host 203.0.113.77", "2001:0db8:85a3:0000:0000:8a2e:0370:7334"],
    "national_id": ["078-05-1120", "AB 12 34 56 C"],
    "jwt": ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlMTIz"] * 2,
    "private_key": ["-----BEGIN RSA PRIVATE KEY-----\nMII", "-----BEGIN PRIVATE KEY-----"],
    "api_key": ["AKIA" + "ABCDEFGHIJKLMNOP", "ghp_" + "a" * 36, "xoxb-1234567890-abc", "sk_live_" + "0" * 24],
    "bearer_token": ["Authorization: Bearer abcdefghijklmnopqrstuvwxyz", "bearer 0123456789abcdef0123456789"],
    "password": ["postgresql://ann:s3cret@db.example.org/x", "https://u:p@host"],
}
_NOT_FOUND = [
    ["2024-01-31", "2024-01-31 10:00:00"], ["1.2.3", "2.10.4"], ["1.0.0.12", "3.4.5.6"], ["12345-678", "007"],
    ["a@b", "@ann", "mail@"], ["0.1234567890123456", "17.5"], ["red", "green"], ["10:20:30", "23:59"],
    ["550e8400-e29b-41d4-a716-446655440000"] * 2, ["SKU-1234-5678", "B00EXAMPLE1"], ["https://example.org/a"] * 2,
]  # fmt: skip


@pytest.mark.parametrize("kind", _FOUND)
def test_each_kind_is_found_alone(kind: str) -> None:
    found = findings(pl.DataFrame({"c": _FOUND[kind]}))
    assert kind in [f.kind for f in found]
    assert next(f for f in found if f.kind == kind).found == len(_FOUND[kind])


def test_every_detector_has_examples() -> None:
    assert {d.kind for d in DETECTORS} == set(_FOUND)


@pytest.mark.parametrize("texts", _NOT_FOUND)
def test_what_only_resembles_it_is_not(texts: list[str]) -> None:
    assert findings(pl.DataFrame({"c": texts})) == []


def test_numbers_of_which_a_tenth_pass_by_chance_are_no_cards() -> None:
    numbers = [str(4_000_000_000_000_000 + 7_919 * i) for i in range(500)]
    assert 20 < sum(map(luhn_holds, numbers)) < 80
    assert findings(pl.DataFrame({"c": numbers})) == []


def test_the_share_has_a_lower_bound() -> None:
    found = findings(pl.DataFrame({"c": ["ann@example.org"] * 10 + ["x"] * 90}))
    assert (found[0].looked_at, found[0].found) == (100, 10)
    assert 0.05 < found[0].least_share < 0.1


def test_one_value_is_not_enough() -> None:
    assert findings(pl.DataFrame({"c": ["ann@example.org", "x"]})) == []


def test_a_text_made_to_take_long_takes_no_time() -> None:
    hostile = ["a@" + "a." * 1_000, "1" * 2_000, "eyJ" * 600, "A" * 2_000] * 100
    assert findings(pl.DataFrame({"c": hostile})) == []
