"""Figures of the user's own: totals, means, ratios and costs declared in a schema."""
