"""A story on real rows: a model of hourly bike rides meets warmer days than it was trained on."""
