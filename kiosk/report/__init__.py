"""What a booth tells of itself: to systemd, to the journal, and to whoever watches it."""
