"""Where what is remembered is looked up: SQL views in SQLite or PostgreSQL, and their folding."""
