"""What a booth still has of a candidate who has left."""
