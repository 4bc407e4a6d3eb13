"""Another release of the booth: read from an archive, tried, switched to, and taken back."""
