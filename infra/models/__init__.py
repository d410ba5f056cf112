"""What sees: the encoder, the models that users bind, and what is kept of their percepts."""
