"""The booth's ears and mouth: the port, the engine process behind it, and its backends."""
