"""Measured figures, each beside a ceiling or a peer of the same run: `python -m benches NAME`."""
