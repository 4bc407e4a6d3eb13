"""A booth at a fair in which a candidate holds a spoken interview with an AI."""
