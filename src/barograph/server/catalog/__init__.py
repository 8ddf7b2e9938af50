"""What comes in for the catalog: schemas, profiles, rows of a reference."""
