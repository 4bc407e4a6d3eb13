"""The texts of each language, one module per language."""
