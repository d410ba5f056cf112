"""An invented observation log, and the main job run on it."""
