"""Who may read what: data keys by space, and how they are destroyed."""
