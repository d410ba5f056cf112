"""What runs on Kafka: a broker of one's own, topics, the log, and the Faust host of the workers."""
