"""How right the answers for several classes a row are: one class at a time, and rows as a whole."""
