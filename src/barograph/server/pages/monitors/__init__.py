"""Monitors made on pages: one document, edited as a form or as YAML, tried on the past before it is kept."""
