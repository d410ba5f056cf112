"""A real Kafka broker of one's own, without Docker: for tests, benches and trying things out."""
