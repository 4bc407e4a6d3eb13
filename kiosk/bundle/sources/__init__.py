"""What is collected for a bundle; nothing here decides what may be seen."""
