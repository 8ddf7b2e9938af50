"""Messages on their way: rows of the outbox are rendered, sent through channels, and marked."""
