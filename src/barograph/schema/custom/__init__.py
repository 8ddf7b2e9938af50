"""Figures and rules of the user's own, as a schema declares them."""
