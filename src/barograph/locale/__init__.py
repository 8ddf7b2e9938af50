"""Languages: sentences that can be said again, and catalogues of translations, a folder a language."""
