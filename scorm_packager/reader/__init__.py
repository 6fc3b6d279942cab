"""Reads packages of every kind into one typed model, as far as they can be read."""
