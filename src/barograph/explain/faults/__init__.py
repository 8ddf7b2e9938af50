"""Data faults: what went wrong with the data rather than with the world, recognised by its shape."""
