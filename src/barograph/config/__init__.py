"""Settings of the server, each with its default, its variable and its meaning."""
