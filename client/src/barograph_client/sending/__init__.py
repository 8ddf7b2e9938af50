"""Requests, what becomes of them, and the thread that makes them."""
