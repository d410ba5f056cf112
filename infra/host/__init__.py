"""What runs the agents: the steps of one process, the scheduler, and the ways in."""
