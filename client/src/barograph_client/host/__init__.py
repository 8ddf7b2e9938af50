"""The machine and the process: readings, and what they are made of."""
