"""The service in a real systemd; `scripts/test --system` makes what these need."""
