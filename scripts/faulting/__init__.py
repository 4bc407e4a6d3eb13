"""Faults made on purpose in front of a real booth, and what becomes of them: `scripts/faults`."""
