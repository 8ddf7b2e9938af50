"""What is asked of the server: series, windows, profiles, rows by id, explanations."""
