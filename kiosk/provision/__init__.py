"""What a booth is told at a new venue by a stick, or by its boot partition, without a keyboard."""
