"""A support bundle: how a booth is, without who was in it or where it stands."""
