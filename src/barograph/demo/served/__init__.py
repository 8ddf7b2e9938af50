"""A year of bike rides replayed through a server, with what was planted in it."""
