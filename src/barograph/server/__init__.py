"""The server: ingest, read API, worker, access."""
