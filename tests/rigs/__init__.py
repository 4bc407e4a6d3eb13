"""Real services on this machine that tests run against."""
