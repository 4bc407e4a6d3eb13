"""A whole interview played for show: a virtual candidate, a recorder and a report."""
