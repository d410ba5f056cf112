"""How the bundled networks are trained, exported and measured."""
