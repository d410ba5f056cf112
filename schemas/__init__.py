"""What is said on the streams: the contracts that every other package speaks."""
