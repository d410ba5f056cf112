"""Where points are found by meaning and by terms: in an engine of our own, or on a server."""
