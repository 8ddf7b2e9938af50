"""Where the server keeps things: the log, the lake, the catalog, profiles by column and day."""
