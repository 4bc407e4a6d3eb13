"""Tests of the booth's ears and mouth."""
