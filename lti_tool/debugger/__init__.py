"""Shows what a launch failed on: a watch for a limited time, captures, and their replay without a network."""
