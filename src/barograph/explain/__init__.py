"""Why a metric changed: what, in amounts that add up, where, since when, and what to do."""
