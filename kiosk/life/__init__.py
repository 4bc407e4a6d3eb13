"""Whether a booth is alive, and what becomes of one that is not."""
