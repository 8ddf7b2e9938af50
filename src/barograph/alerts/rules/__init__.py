"""Rule tests: series, a clock, and what is expected of alerts, incidents and messages."""
