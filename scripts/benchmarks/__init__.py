"""The booth's figures, measured: `scripts/bench`."""
