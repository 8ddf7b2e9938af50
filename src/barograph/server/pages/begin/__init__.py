"""A new model from a file of rows: kept for a while, its columns' roles confirmed, profiled, and what comes next."""
