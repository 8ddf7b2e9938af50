"""Rows and figures read where they are, on a schedule: files, Delta tables, SQL queries, Prometheus."""
