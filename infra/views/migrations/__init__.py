"""How the layout of the SQL views in PostgreSQL has changed, a file a step."""
