"""The pages: what the server answers to a browser."""
