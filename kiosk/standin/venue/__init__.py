"""The network of a venue, between a booth and the stand-in: a relay that plays bad weather."""
