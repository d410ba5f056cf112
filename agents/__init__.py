"""What memory decides: pure functions from what is known and what is new to events."""
