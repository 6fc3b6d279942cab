"""What differs per system, in one place per system, found by the entry point `jampel.adapters`."""
