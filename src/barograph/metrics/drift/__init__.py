"""Two columns compared: distances, calibrated effects, significance, verdicts."""
