"""Since when a metric and the columns changed, and what happened then."""
