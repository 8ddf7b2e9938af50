"""Channels as forms: fields by kind, what was typed, and what is wrong with it."""
