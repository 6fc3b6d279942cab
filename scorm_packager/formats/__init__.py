"""Formats of packages: one module per standard, all behind one port, found by entry point."""
