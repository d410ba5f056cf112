"""Everything that touches the world: stores, models, hosts, the clock and the command line."""
