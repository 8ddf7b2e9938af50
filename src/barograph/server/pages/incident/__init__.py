"""The page of an incident: what, since when, how bad, why, and what to do."""
