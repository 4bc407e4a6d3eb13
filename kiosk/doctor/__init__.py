"""`kiosk doctor`: what is wrong with this booth, and what to do about it."""
