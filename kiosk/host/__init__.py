"""The machine under the booth: its button and its service manager."""
