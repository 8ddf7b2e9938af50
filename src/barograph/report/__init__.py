"""A comparison of two profiles as sentences, a page, JSON and a frame."""
