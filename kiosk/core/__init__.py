"""The booth's decisions: pure, told the time, importing nothing but the standard library."""
