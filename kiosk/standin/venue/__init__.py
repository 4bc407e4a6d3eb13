"""The network of a venue, between a booth and the stand-in: a relay that emulates a bad one."""
