"""Where events are kept in order: the local log in SQLite, and Kafka read as a log."""
