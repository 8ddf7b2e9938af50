"""Channels that are made in a browser, what was sent as a person reads it, and another reference looked at first."""

from __future__ import annotations


def test_a_channel_is_made_changed_and_switched_off(opened, seen):
    page = opened()
    page.goto("/settings/channels")
    with page.expect_navigation():
        page.get_by_role("link", name="E-mail").click()
    page.get_by_label("Name", exact=False).first.fill("desk")
    page.get_by_label("SMTP server").fill("mail.example.org")
    page.get_by_label("From", exact=False).fill("barograph@example.org")
    page.get_by_label("To, one a line").fill("not an address")
    page.get_by_label("Password").fill("a secret")
    with page.expect_navigation():
        page.get_by_role("button", name="Make it").click()
    assert "This cannot be read" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Password").input_value() == ""
    page.get_by_label("To, one a line").fill("ann@example.org")
    with page.expect_navigation():
        page.get_by_role("button", name="Make it").click()
    row = page.locator("tr", has_text="desk")
    with page.expect_navigation():
        row.get_by_role("button", name="Switch off").click()
    assert row.get_by_role("button", name="Switch on").is_visible()
    with page.expect_navigation():
        row.get_by_role("link", name="Edit").click()
    assert page.get_by_label("SMTP server").input_value() == "mail.example.org"
    # What a form refuses is an answer of 422, which the console tells of.
    assert [fault for fault in seen.faults if "422" not in fault] == []


def test_what_was_sent_is_read_from_the_incident(opened, seen):
    page = opened("viewer")
    page.goto("/incidents/1")
    with page.expect_navigation():
        page.locator('a[href="/notifications/1"]').click()
    assert page.url.endswith("/notifications/1")
    # Its channel was sealed by another server, so that an e-mail of it is shown; nothing in it is run.
    body = page.frame_locator("iframe.letter").locator("body")
    assert "<script>alert" in body.inner_text()
    assert page.frame_locator("iframe.letter").locator("script").count() == 0
    assert "<script>alert" in page.locator("pre.letter").inner_text()
    assert seen.faults == []
    assert seen.elsewhere == []


def test_another_reference_is_looked_at_from_the_incident(opened, seen):
    page = opened()
    page.goto("/incidents/1")
    with page.expect_navigation():
        page.get_by_role("link", name="make these windows the reference").click()
    assert "show=true" in page.url
    assert "were the reference" in page.locator("main h2").first.inner_text()
    assert page.get_by_role("button", name="Compare with it from now on").is_visible()
    assert seen.faults == []
