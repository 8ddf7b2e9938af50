"""Frames of any kind, known by what they can do: no library is imported for them."""
