"""How events flow: the topology, the ports of the stores, the folds of the views, and replay."""
