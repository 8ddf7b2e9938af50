"""One file a kind of channel."""
