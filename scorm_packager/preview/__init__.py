"""Shows a module while it is written: reads it again at every change, and keeps the last version without faults."""
