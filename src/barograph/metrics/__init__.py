"""Declared functions over profiles: a value with its rows and interval, or the reason why there is none."""
