"""Interviews back to back in a real booth, and what is left of each: `scripts/soak`."""
