"""Operational readings: what adds up of them, and the figures they give."""
