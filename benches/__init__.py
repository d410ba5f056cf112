"""Measured figures, each beside a ceiling or a peer of the same run: `python -m benches NAME`."""

import infra  # noqa: F401 - before numpy, as in the product: it settles numpy's threads
