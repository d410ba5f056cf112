"""Which trained networks are bundled; `manifest.json` says what each one is."""
