"""Dashboards for Grafana and alert rules for Prometheus, as values: the same text for the same version."""
