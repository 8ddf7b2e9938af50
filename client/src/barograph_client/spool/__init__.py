"""Batches on disk until they are acknowledged; what a killed process left is sent by the next."""
